"""Which files are found, what they are taken for, and to which dataset they belong."""

from __future__ import annotations

import gzip
import io
import json
import os
import pickle
import sys
from pathlib import Path
from typing import Any

import pytest

from dslint.sources.files import DatasetSpec, DiscoverySettings, SourceError, discover, in_memory
from dslint.sources.places import read_records
from dslint.sources.shards import parse, shards
from tests.sources.conftest import Read, Reader, locate, read

GOOD = '{"instruction": "a", "output": "b"}'
LINE = GOOD + "\n"


def paths(found: Read) -> list[str]:
    return [file.source.path for file in found.files]


def test_folder_is_walked_in_order(load: Reader) -> None:
    names = ["b.jsonl", "a/z.json", "a/b/c.ndjson", "x.csv", "notes.txt", "README.md", ".hidden/a.jsonl", "a/.b.jsonl"]
    files = {name: "instruction,output\na,b\n" if name.endswith("csv") else LINE for name in names}
    assert paths(load(files)) == ["a/b/c.ndjson", "a/z.json", "b.jsonl", "x.csv"]


def test_text_is_taken_when_named_or_included(load: Reader) -> None:
    found = load("notes.txt", "one\n\ntwo\n")
    assert [(r.data, r.ref.line, r.format) for r in found.records] == [
        ({"text": "one"}, 1, "text"),
        ({"text": "two"}, 3, "text"),
    ]
    assert paths(load({"notes.txt": "one\n"}, include=("*.txt",))) == ["notes.txt"]


def test_gitignore_nested_and_negated(load: Reader) -> None:
    found = load(
        {
            ".gitignore": "*.jsonl\n!keep.jsonl\nout/\n",
            "keep.jsonl": LINE,
            "drop.jsonl": LINE,
            "out/keep.jsonl": LINE,
            "sub/.gitignore": "!mine.jsonl\nkeep.jsonl\n",
            "sub/mine.jsonl": LINE,
            "sub/keep.jsonl": LINE,
        }
    )
    assert paths(found) == ["keep.jsonl", "sub/mine.jsonl"]
    assert len(load({}, respect_gitignore=False).files) == 5


def test_gitignore_above_the_folder_counts_up_to_the_repository(load: Reader, folder: Path) -> None:
    (folder / "repo/.git").mkdir(parents=True)
    found = load(
        {".gitignore": "*.jsonl\n", "repo/.gitignore": "b.jsonl\n", "repo/d/a.jsonl": LINE, "repo/d/b.jsonl": LINE},
        paths=["repo/d"],
    )
    assert paths(found) == ["repo/d/a.jsonl"]


def test_repository_around_the_repository_does_not_count(load: Reader, folder: Path) -> None:
    for name in (".git", "repo/.git"):
        (folder / name).mkdir(parents=True)
    files = {".gitignore": "*.jsonl\n", "repo/a.jsonl": LINE}
    assert paths(load(files, paths=["repo"])) == ["repo/a.jsonl"]


def test_exclude_and_force_exclude(load: Reader) -> None:
    files = {"a.jsonl": LINE, "old/b.jsonl": LINE}
    assert paths(load(files, exclude=("old/",))) == ["a.jsonl"]
    assert paths(load({}, paths=["old/b.jsonl"], exclude=("old/",))) == ["old/b.jsonl"]
    assert paths(load({}, paths=["old/b.jsonl"], exclude=("old/",), force_exclude=True)) == []


def test_file_that_is_named_twice_is_read_once(load: Reader) -> None:
    assert paths(load({"a.jsonl": LINE}, paths=["a.jsonl", ".", "./a.jsonl"])) == ["a.jsonl"]


def test_missing_path(load: Reader) -> None:
    with pytest.raises(SourceError, match=r"no such file or folder: nope\.jsonl"):
        load({}, paths=["nope.jsonl"])


def test_loop_of_links(load: Reader, folder: Path) -> None:
    (folder / "a").mkdir()
    (folder / "a/loop").symlink_to(folder, target_is_directory=True)
    assert paths(load({"a/x.jsonl": LINE})) == ["a/x.jsonl"]


def test_broken_link_is_no_crash(load: Reader, folder: Path) -> None:
    (folder / "gone.jsonl").symlink_to(folder / "nowhere")
    assert paths(load({"x.jsonl": LINE})) == ["x.jsonl"]


@pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="needs a file that opens and cannot be read")
def test_unreadable_file_is_a_notification(load: Reader, folder: Path) -> None:
    (folder / "x.jsonl").symlink_to("/proc/self/mem")
    found = load({"a.jsonl": LINE})
    assert paths(found) == ["a.jsonl"]
    assert [(n.notice.value, n.severity.value, n.path) for n in found.notes] == [
        ("file-unreadable", "error", "x.jsonl")
    ]


def test_pipe_is_read_once_and_kept(folder: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, (LINE * 3).encode())
    os.close(writer)
    found = Read(discover([f"/dev/fd/{reader}"], DiscoverySettings(root=folder)))
    os.close(reader)
    assert len(found.records) == 3


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("train.jsonl", "train"),
        ("gsm8k_test.jsonl", "test"),
        ("train-00000-of-00002.jsonl", "train"),
        ("validation/part1.jsonl", "validation"),
        ("dev/train.jsonl", "train"),
        ("my.dev.jsonl", ""),
        ("my-dev.jsonl", "validation"),
        ("contest.jsonl", ""),
        ("alpaca_eval.jsonl", "test"),
        ("data.jsonl", ""),
    ],
)
def test_split_from_the_name(load: Reader, name: str, split: str) -> None:
    for found in (load({name: LINE}), load({}, paths=[name])):
        assert found.file.source.split == split
        assert found.file.source.dataset == (split or "data")


def test_folder_above_does_not_name_the_split(folder: Path) -> None:
    inner = folder / "dev" / "project"
    inner.mkdir(parents=True)
    (inner / "a.jsonl").write_text(LINE)
    found = discover([str(inner / "a.jsonl")], DiscoverySettings(root=inner))
    assert found.files[0].source.split == ""


def test_datasets_as_configured(load: Reader) -> None:
    specs = (
        DatasetSpec("chat", ("chat/*.jsonl",), split="train"),
        DatasetSpec("own", ("own.jsonl",), format="alpaca", columns=(("instruction", "q/a"), ("output", "reply"))),
    )
    own = json.dumps({"q/a": "ask", "reply": "say"}) + "\n"
    found = load({"chat/a.jsonl": LINE, "own.jsonl": own, "rest_test.jsonl": LINE}, datasets=specs)
    assert [(f.source.path, f.source.dataset, f.source.split) for f in found.files] == [
        ("chat/a.jsonl", "chat", "train"),
        ("own.jsonl", "own", ""),
        ("rest_test.jsonl", "test", "test"),
    ]
    record = next(record for record in found.records if record.source.dataset == "own")
    assert record.format == "alpaca"
    assert [(m.text, m.parts[0].pointer) for m in record.messages] == [("ask", "/q~1a"), ("say", "/reply")]


def test_columns_take_part_in_the_vote(load: Reader) -> None:
    specs = (DatasetSpec("own", ("*",), columns=(("question", "q"), ("answer", "a"))),)
    found = load({"own.jsonl": '{"q": "ask", "a": "say"}\n'}, datasets=specs)
    assert found.file.source.format == "question-answer"
    assert [m.text for m in found.records[0].messages] == ["ask", "say"]


def test_each_file_a_dataset(load: Reader) -> None:
    found = load({"a.jsonl": LINE, "train.jsonl": LINE}, per_file=True)
    assert [file.source.dataset for file in found.files] == ["a.jsonl", "train.jsonl"]


def test_format_is_forced(load: Reader) -> None:
    found = load({"a.jsonl": '{"text": "x"}\n'}, formats=(("*.jsonl", "alpaca"),))
    assert found.file.source.format == "alpaca"
    with pytest.raises(SourceError, match="unknown format 'alpacca'"):
        load({}, formats=(("*", "alpacca"),))


@pytest.mark.parametrize(
    ("name", "content", "container", "pointer"),
    [
        ("a.json", f"[{GOOD}]", "json", ""),
        ("a.json", LINE + LINE, "jsonl", ""),
        ("a.json", GOOD, "json", ""),
        ("a.json", '{"messages": [{"role": "user", "content": "x"}]}', "json", ""),
        ("a.json", f'{{"version": 1, "data": [{GOOD}, {GOOD}]}}', "json", "/data"),
        ("a.json", f'{{"data": [{GOOD}], "meta": {{"data": [{{"x": [1]}}]}}, "tags": ["a"]}}', "json", "/data"),
        ("a.json", f'{{"info": [{{"a": 1}}], "a/b": [{", ".join([GOOD] * 20)}]}}', "json", "/a~1b"),
        ("a.jsonl", GOOD, "jsonl", ""),
        ("a.jsonl", '{"data": [{"text": "x"}]}\n', "jsonl", ""),
    ],
)
def test_container_by_content(load: Reader, name: str, content: str, container: str, pointer: str) -> None:
    found = load(name, content)
    assert found.damages == []
    assert (found.file.source.container, found.file.pointer) == (container, pointer)
    assert found.records
    raw = content.encode()
    for record in found.records:
        start, length = record.ref.byte_offset or 0, record.ref.byte_length or 0
        assert json.loads(raw[start : start + length]) == record.data
        assert record.ref.line == raw.count(b"\n", 0, start) + 1


def test_pretty_object_around_the_records(load: Reader) -> None:
    content = json.dumps({"version": 1, "data": [json.loads(GOOD)] * 3, "end": [1]}, indent=2)
    found = load("a.json", content)
    assert [(r.ref.line, r.ref.end_line) for r in found.records] == [(4, 7), (8, 11), (12, 15)]
    assert found.damages == []


@pytest.mark.parametrize(
    "content",
    [
        '{"messages": {"hello": "Hello"}, "text": {"bye": "Bye"}}',
        '{"name": "x", "version": "1"}',
        '{"a": {"file_name": "x.json"}}',
        '{"plugins": [{"name": "x"}, {"name": "y"}]}',
    ],
)
def test_configuration_files_are_no_datasets(load: Reader, content: str) -> None:
    found = load({"package.json": json.dumps(json.loads(content), indent=2), "a.jsonl": LINE})
    assert paths(found) == ["a.jsonl"]
    assert found.damages == []
    assert [(n.notice.value, n.severity.value, n.path) for n in found.notes] == [
        ("file-skipped", "note", "package.json")
    ]


@pytest.mark.parametrize("ending", ["gz", "bz2", "xz", "zst"])
@pytest.mark.parametrize("inner", ["jsonl", "json", "csv"])
def test_compressed(load: Reader, ending: str, inner: str) -> None:
    text = {
        "jsonl": LINE * 3,
        "json": "[\n" + ",\n".join([GOOD] * 3) + "\n]\n",
        "csv": 'instruction,output\na,"b"\na,b\na,b\n',
    }[inner]
    found = load({f"a.{inner}.{ending}": _packed(ending, text.encode())}, size=1)
    assert found.damages == []
    assert found.file.compression == ending
    assert [record.data for record in found.records] == [json.loads(GOOD)] * 3
    refs = [record.ref.at("/output") for record in reversed(found.records)]
    places = locate(found.file, refs)
    assert [place.record for place in places] == found.records[::-1]
    assert [place.excerpt for place in places] == ["b"] * 3
    lines = text.split("\n")
    for place in places:
        assert place.ref.line is not None
        assert (
            lines[place.ref.line - 1][(place.ref.column or 0) - 1 : (place.ref.end_column or 0) - 1].strip('"') == "b"
        )


def _packed(ending: str, data: bytes) -> bytes:
    if ending == "gz":
        return gzip.compress(data[:9]) + gzip.compress(data[9:])
    if ending == "zst":
        import zstandard

        pack = zstandard.ZstdCompressor().compress
        return pack(data[:9]) + pack(data[9:])
    import bz2
    import lzma

    return bz2.compress(data) if ending == "bz2" else lzma.compress(data)


ROWS: list[dict[str, Any]] = [
    {"messages": [{"role": "user", "content": f"ask {n}"}, {"role": "assistant", "content": "say"}], "n": n}
    for n in range(10)
]


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow", "s.arrow", "a.feather", "a.parquet.gz"])
def test_columnar(load: Reader, folder: Path, name: str) -> None:
    import pyarrow as pa
    from pyarrow import feather
    from pyarrow import parquet as pq

    table = pa.Table.from_pylist(ROWS)
    sink = io.BytesIO()
    if "parquet" in name:
        pq.write_table(table, sink, row_group_size=4)
    elif name == "a.feather":
        feather.write_feather(table, sink)
    else:
        new = pa.ipc.new_stream if name == "s.arrow" else pa.ipc.new_file
        with new(sink, table.schema) as writer:
            writer.write_table(table, max_chunksize=4)
    data = sink.getvalue()
    found = load({name: gzip.compress(data) if name.endswith("gz") else data}, size=3)
    assert found.damages == []
    assert found.data == ROWS
    assert found.file.source.format == "chat"
    assert [(r.ref.record, r.ref.line) for r in found.records] == [(n, None) for n in range(10)]
    refs = [found.records[n].ref.at("/messages/0/content") for n in (7, 2)]
    assert [place.excerpt for place in locate(found.file, refs)] == ["ask 7", "ask 2"]
    assert [record and record.data for record in read_records(found.file, refs)] == [ROWS[7], ROWS[2]]


def test_saved_dataset_folder(load: Reader, folder: Path) -> None:
    datasets = pytest.importorskip("datasets")
    made = datasets.Dataset.from_list(ROWS)
    saved = datasets.DatasetDict({"train": made, "test": made.select(range(2))})
    datasets.disable_progress_bar()
    saved.save_to_disk(str(folder / "saved"))
    (folder / "saved/train/cache-123.arrow").write_bytes(b"")
    found = load({})
    assert found.damages == []
    assert found.notes == ()
    assert [(f.source.split, f.source.format) for f in found.files] == [("test", "chat"), ("train", "chat")]
    assert len(found.records) == 12


def test_standard_input(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO((LINE * 3).encode())

    monkeypatch.setattr(sys, "stdin", Stdin())
    found = Read(discover(["-"], DiscoverySettings(root=folder, stdin_filename="train.jsonl")))
    assert [(f.source.path, f.source.split) for f in found.files] == [("train.jsonl", "train")]
    assert len(found.records) == 3


def test_standard_input_without_a_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(gzip.compress((LINE * 3).encode()))

    monkeypatch.setattr(sys, "stdin", Stdin())
    found = Read(discover(["-"], DiscoverySettings(root=folder)))
    assert [f.source.path for f in found.files] == ["<stdin>"]
    assert found.data == [json.loads(GOOD)] * 3


def test_records_in_memory() -> None:
    rows = [{"instruction": "ask", "output": f"say {n}", "tags": (1, 2)} for n in range(5)]
    file = in_memory(iter(rows))
    assert file.source.format == "alpaca"
    records, damages = read(file, 2)
    assert damages == []
    assert [record.data["output"] for record in records] == [row["output"] for row in rows]
    assert [(r.ref.record, r.ref.line, r.ref.byte_offset) for r in records] == [(n, None, None) for n in range(5)]
    assert locate(file, [records[3].ref.at("/output")])[0].excerpt == "say 3"
    assert read_records(file, [records[4].ref]) == [records[4]]


def test_memory_names_what_json_cannot_hold() -> None:
    rows: list[Any] = [{"text": "\ud800"}, {"text": float("nan")}, {"text": 2**70}, "none", {"text": {3}}]
    records, damages = read(in_memory(rows))
    assert [damage.kind.value for damage in damages] == ["lone-surrogate", "not-an-object"]
    assert [record.ref.record for record in records] == [1, 2, 4]


def test_shards_travel_small_and_parse_anywhere(load: Reader) -> None:
    found = load("data.jsonl", LINE * 5000, size=500)
    pieces = list(shards(found.file, 500))
    assert len(pieces) > 2
    assert all(len(pickle.dumps(piece)) < 2000 for piece in pieces)
    again = [record for piece in pieces for record in parse(pickle.loads(pickle.dumps(piece))).records]
    assert again == found.records


def test_lines_are_counted(load: Reader) -> None:
    for name, content, lines in [
        ("a.jsonl", LINE * 3, 3),
        ("a.jsonl", LINE * 3 + GOOD, 4),
        ("a.json", f"[\n{GOOD},\n{GOOD}\n]\n", 4),
        ("a.json", f'{{\n"data":\n[\n{GOOD},\n{GOOD}]}}', 5),
        ("a.csv", '"instruction\n",output\na,b\nc,d\n', 4),
        ("a.txt", "x\ny", 2),
    ]:
        found = load(name, content)
        assert sum(parse(piece).lines for piece in shards(found.file, 1)) == lines


def test_column_in_a_long_line_beyond_ascii(load: Reader) -> None:
    rows = [{"text": "ä€𝄞" * 150 + str(number)} for number in range(20)]
    text = json.dumps(rows, ensure_ascii=False)
    found = load("a.json", text)
    for place in locate(found.file, [record.ref for record in found.records[::3]]):
        assert text[(place.ref.column or 0) - 1 : (place.ref.end_column or 0) - 1] == json.dumps(
            place.record.data if place.record else None, ensure_ascii=False
        )
