"""Laws: what is read does not depend on how it is written, cut or looked up."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dslint.model.ref import escape_pointer
from dslint.sources import jsonarray, streams
from dslint.sources.files import DiscoverySettings, FileSpec, discover
from dslint.sources.places import read_records
from dslint.sources.shards import parse, shards
from tests.sources.conftest import Read, locate

SURROGATE: Literal["Cs"] = "Cs"
TEXT = st.text(st.characters(exclude_categories=(SURROGATE,)), max_size=12)
VALUE = st.recursive(
    TEXT | st.integers(-(2**53), 2**53) | st.booleans() | st.none() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
OBJECT = st.dictionaries(TEXT, VALUE, min_size=1, max_size=4)
# A key that makes the format known keeps an array of one object from being taken for a configuration file.
OBJECTS = st.lists(OBJECT.map(lambda value: {"text": "", **value}), min_size=1, max_size=8)
WRITING = st.tuples(st.sampled_from([None, 0, 1, 4]), st.booleans(), st.sampled_from([(",", ":"), (", ", ": ")]))
QUICK = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def stored(name: str, content: bytes) -> tuple[FileSpec, ...]:
    folder = tempfile.mkdtemp(dir=os.environ.get("PYTEST_TMP"))
    path = Path(folder, name)
    path.write_bytes(content)
    found = discover([str(path)], DiscoverySettings(root=Path(folder)))
    assert found.damages == ()
    return found.files


@pytest.fixture(autouse=True)
def _scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_TMP", str(tmp_path))


@pytest.mark.parametrize("block", [7, 64, 256 * 1024])
@given(objects=OBJECTS, writing=WRITING, size=st.integers(1, 5))
@QUICK
def test_array_is_read_as_written(
    monkeypatch: pytest.MonkeyPatch, block: int, objects: list[Any], writing: Any, size: int
) -> None:
    indent, ascii_only, separators = writing
    content = json.dumps(objects, indent=indent, ensure_ascii=ascii_only, separators=separators).encode()
    with monkeypatch.context() as patch:
        patch.setattr(jsonarray, "BLOCK", block)
        patch.setattr(streams, "BLOCK", block)
        check(stored("data.json", content), content, objects, size)


@given(objects=OBJECTS, ascii_only=st.booleans(), newline=st.sampled_from(["\n", "\r\n"]), size=st.integers(1, 5))
@QUICK
def test_lines_are_read_as_written(objects: list[Any], ascii_only: bool, newline: str, size: int) -> None:
    content = "".join(json.dumps(o, ensure_ascii=ascii_only) + newline for o in objects).encode()
    check(stored("data.jsonl", content), content, objects, size)


def check(files: tuple[FileSpec, ...], content: bytes, objects: list[Any], size: int) -> None:
    (file,) = files
    pieces = list(shards(file, size))
    batches = [parse(piece) for piece in pieces]
    records = [record for batch in batches for record in batch.records]
    assert [damage for batch in batches for damage in batch.damages] == []
    assert [record.data for record in records] == objects
    assert [record.ref.record for record in records] == list(range(len(objects)))
    for record in records:
        start, length, line = record.ref.byte_offset, record.ref.byte_length, record.ref.line
        assert start is not None
        assert length is not None
        assert json.loads(content[start : start + length]) == record.data
        assert line == content.count(b"\n", 0, start) + 1
    # The shards are the file, from its first possible record on, without a gap.
    assert pieces[0].offset == file.start
    ends = [piece.offset + piece.length for piece in pieces]
    assert [piece.offset for piece in pieces[1:]] == ends[:-1]
    assert ends[-1] == len(content)
    assert file.first_line - 1 + content.count(b"\n", file.start) == content.count(b"\n")


def leaves(value: Any, pointer: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        inner = [leaves(item, f"{pointer}/{escape_pointer(key)}") for key, item in value.items()]
    elif isinstance(value, list):
        inner = [leaves(item, f"{pointer}/{index}") for index, item in enumerate(value)]
    else:
        return [(pointer, value)]
    return [(pointer, value)] + [pair for pairs in inner for pair in pairs]


@given(objects=OBJECTS, writing=WRITING, listed=st.booleans(), data=st.data())
@QUICK
def test_places_hold_their_values(objects: list[Any], writing: Any, listed: bool, data: st.DataObject) -> None:
    indent, ascii_only, separators = writing
    if listed:
        text = json.dumps(objects, indent=indent, ensure_ascii=ascii_only, separators=separators)
    else:
        text = "".join(json.dumps(o, ensure_ascii=ascii_only, separators=separators) + "\n" for o in objects)
    (file,) = stored("data.json" if listed else "data.jsonl", text.encode())
    records = [record for piece in shards(file) for record in parse(piece).records]
    number = data.draw(st.integers(0, len(objects) - 1))
    pointer, value = data.draw(st.sampled_from(leaves(objects[number])))
    ref = records[number].ref.at(pointer)
    found = locate(file, [ref])[0]
    assert json.loads(cut(text, found.ref)) == value
    assert found.record == records[number]
    assert len(found.excerpt) <= 80
    assert read_records(file, [ref]) == [records[number]]
    if isinstance(value, str):
        start = data.draw(st.integers(0, len(value)))
        end = data.draw(st.integers(start, len(value)))
        place = locate(file, [records[number].ref.at(pointer, (start, end))])[0].ref
        assert json.loads(f'"{cut(text, place)}"') == value[start:end]


def cut(text: str, ref: Any) -> str:
    lines = text.split("\n")[ref.line - 1 : ref.end_line]
    lines[-1] = lines[-1][: ref.end_column - 1]
    lines[0] = lines[0][ref.column - 1 :]
    return "\n".join(lines)


PIECES = st.sampled_from(
    [b'{"text": "a"}', b"\n", b"\r\n", b'{"text": "', b"\xff", b"[", b"]", b"{}", b",", b"NaN", b"\\ud800", b'"', b" "]
)


@given(content=st.binary(max_size=80) | st.lists(PIECES, max_size=20).map(b"".join), size=st.integers(1, 4))
@QUICK
def test_any_bytes_as_lines(tmp_path: Path, content: bytes, size: int) -> None:
    path = tmp_path / "data.jsonl"
    path.write_bytes(content)
    found = Read(discover([str(path)], DiscoverySettings(root=tmp_path)), size)
    places = [record.ref for record in found.records] + [damage.ref for damage in found.damages]
    for file in found.files:
        assert all(item.ref.path == "data.jsonl" for item in locate(file, places))
        if file.layout == "lines":
            lines = content[file.start :].split(b"\n")
            solid = {number for number, line in enumerate(lines, 1) if line.strip()}
            assert solid <= {number for ref in places for number in range(ref.line or 0, (ref.end_line or 0) + 1)}
    assert found.files or found.damages


@pytest.mark.parametrize("name", ["data.json", "data.csv", "data.tsv", "data.txt", "data.parquet", "data.arrow", "x"])
@given(content=st.binary(max_size=60) | st.lists(PIECES, max_size=20).map(b"".join))
@example(content=b"\x0b\x0c \n")
@QUICK
def test_any_bytes_as_anything(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found = Read(discover([str(path)], DiscoverySettings(root=tmp_path)), 2)
    assert found.records or found.damages
    for file in found.files:
        locate(file, [record.ref for record in found.records])


@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from('\n",;')), min_size=2, max_size=2
        ),
        min_size=1,
    ),
    size=st.integers(1, 4),
    data=st.data(),
)
@QUICK
def test_tables_are_read_as_written(rows: list[list[str]], size: int, data: st.DataObject) -> None:
    import csv
    import io

    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([["instruction", "output"], *rows])
    text = sink.getvalue()
    (file,) = stored("data.csv", text.encode())
    records = [record for piece in shards(file, size) for record in parse(piece).records]
    assert [list(record.data.values()) for record in records] == rows
    number = data.draw(st.integers(0, len(rows) - 1))
    start = data.draw(st.integers(0, len(rows[number][1])))
    end = data.draw(st.integers(start, len(rows[number][1])))
    whole, part = locate(file, [records[number].ref.at("/output"), records[number].ref.at("/output", (start, end))])
    assert cut(text, whole.ref) == '"' + rows[number][1].replace('"', '""') + '"'
    assert cut(text, part.ref).replace('""', '"') == rows[number][1][start:end]


@given(records=st.lists(st.integers(0, 50), max_size=300), size=st.integers(1, 40), at=st.integers(0, 299))
@QUICK
def test_an_inserted_record_leaves_later_shards_as_they_are(records: list[int], size: int, at: int) -> None:
    def digests(values: list[tuple[int, int]]) -> list[bytes]:
        content = "".join(f'{{"text": "number {value} {n}"}}\n' for n, value in values).encode()
        return [piece.digest for file in stored("data.jsonl", content) for piece in shards(file, size)]

    before = list(enumerate(records, 1000))
    if not before:
        return
    after = [*before[:at], (1, 1), *before[at:]]
    old, new = digests(before), digests(after)
    assert len(set(new) - set(old)) <= 4


def test_digests_depend_on_content_not_on_position(tmp_path: Path) -> None:
    lines = [json.dumps({"text": f"line {number}"}) + "\n" for number in range(4000)]
    (first,) = stored("data.jsonl", "".join(lines).encode())
    (second,) = stored("data.jsonl", "".join([*lines[:5], '{"text": "new"}\n', *lines[5:]]).encode())
    old = [piece.digest for piece in shards(first, 100)]
    new = [piece.digest for piece in shards(second, 100)]
    assert len(old) > 20
    assert len(set(new) - set(old)) == 1
