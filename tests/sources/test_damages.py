"""Each thing that can be wrong with a file is named, placed and does not stop the reading."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.sources.conftest import Reader, locate

GOOD = '{"instruction": "a", "output": "b"}'


@pytest.mark.parametrize(
    ("line", "kind", "recovered", "column"),
    [
        ('{"instruction": "a" "output": "b"}', "invalid-json", False, 21),
        ("{'instruction': 'a', 'output': 'b'}", "invalid-json", False, 2),
        (GOOD + GOOD, "invalid-json", False, 36),
        ('{"instruction": "a\tb", "output": "b"}', "invalid-json", True, 19),
        ('{"instruction": "a", "output": "b",}', "trailing-comma", True, 35),
        ('{"instruction": "a", "output": ["b",]}', "trailing-comma", True, 36),
        ('{"instruction": "a", "output": NaN}', "nan-literal", True, 32),
        ('{"instruction": "NaN", "output": -Infinity}', "nan-literal", True, 34),
        ('{"instruction": "a", "output": "b", "output": "c"}', "duplicate-key", True, 37),
        ('{"instruction": "a", "output": {"x" : 1, "x" : 2}}', "duplicate-key", True, 42),
        ('{"instruction": "a", "output": {"x"\t:1, "x": 2}}', "duplicate-key", True, 41),
        ('{"instruction": "a", "output": {"x\\\\": 1, "x\\\\": "\\":"}}', "duplicate-key", True, 43),
        ('{"instruction": "a", "output": "\\ud800"}', "lone-surrogate", False, 33),
        ("[1, 2]", "not-an-object", False, None),
        ("null", "not-an-object", False, None),
        ('"text"', "not-an-object", False, None),
        ('\ufeff{"instruction": "a", "output": "b"}', "byte-order-mark", True, 1),
        ('{"instruction": ' + "[" * 300 + "]" * 300 + ', "output": "b"}', "too-deep", False, None),
        ('{"instruction": ' + "[" * 200_000, "too-deep", False, None),
    ],
)
def test_line(load: Reader, line: str, kind: str, recovered: bool, column: int | None) -> None:
    found = load("data.jsonl", f"{GOOD}\n{line}\n{GOOD}\n")
    damage = found.only
    assert damage.kind == kind
    assert damage.recovered is recovered
    assert (damage.ref.record, damage.ref.line) == (1, 2)
    assert [record.ref.record for record in found.records] == ([0, 1, 2] if recovered else [0, 2])
    place = locate(found.file, [damage.ref])[0].ref
    assert (place.line, place.column) == (2, column or 1)


def test_same_damages_in_an_array(load: Reader) -> None:
    bad = '{"instruction": "a",\n   "output": NaN}'
    found = load("data.json", f"[\n  {GOOD},\n  {bad},\n  {GOOD}\n]\n")
    assert found.only.kind == "nan-literal"
    assert len(found.records) == 3
    place = locate(found.file, [found.only.ref])[0].ref
    assert (place.line, place.column) == (4, 14)


def test_depth_in_an_array(load: Reader) -> None:
    deep = '{"instruction": ' + "[" * 100_000 + "]" * 100_000 + ', "output": "b"}'
    found = load("data.json", f"[{GOOD}, {deep}, {GOOD}]")
    assert found.only.kind == "too-deep"
    assert len(found.records) == 2


def test_depth_in_an_object_around_the_records(load: Reader) -> None:
    found = load("data.json", '{"data": [' + GOOD + '], "x": ' + "[" * 100_000)
    assert len(found.records) == 1


def test_invalid_utf8_names_the_byte(load: Reader) -> None:
    bad = b'{"instruction": "caf\xe9", "output": "b"}'
    found = load("data.jsonl", GOOD.encode() + b"\n" + bad + b"\n")
    assert found.only.kind == "invalid-utf8"
    assert not found.only.recovered
    assert "0xe9 at offset 20" in found.only.message
    assert len(found.records) == 1


def test_truncated_tail(load: Reader) -> None:
    found = load("data.jsonl", f'{GOOD}\n{{"instruction": "a", "out')
    assert found.only.kind == "truncated"
    assert (found.only.ref.record, found.only.ref.line) == (1, 2)


def test_cut_line_inside_is_not_a_truncated_file(load: Reader) -> None:
    found = load("data.jsonl", f'{GOOD}\n{{"instruction": "a", "out\n{GOOD}\n')
    assert found.only.kind == "invalid-json"
    assert "ends too early" in found.only.message


def test_colons_in_strings_are_no_duplicate_keys(load: Reader) -> None:
    rows = [
        {"instruction": '{"a": 1, "a": 2}', "output": 'x":y', "meta": {"k": [{"k": '"k": '}]}},
        {"back\\": 1, 'quo"te': 2, "instruction": "a", "output": "b"},
    ]
    assert load("data.jsonl", "".join(json.dumps(row) + "\n" for row in rows)).damages == []


def test_too_long(load: Reader) -> None:
    long = json.dumps({"instruction": "a" * 500, "output": "b"})
    found = load("data.jsonl", f"{GOOD}\n{long}\n{GOOD}\n", max_record_bytes=200)
    assert found.only.kind == "too-long"
    assert (found.only.ref.record, found.only.ref.line) == (1, 2)
    assert [(record.ref.record, record.ref.line) for record in found.records] == [(0, 1), (2, 3)]


def test_blank_lines_inside_are_said_once(load: Reader) -> None:
    found = load("data.jsonl", f"{GOOD}\n\n{GOOD}\n \n\n{GOOD}\n\n\n", size=1)
    assert found.only.kind == "blank-line"
    assert found.only.ref.line == 2
    assert "3 blank lines" in found.only.message
    assert [record.ref.line for record in found.records] == [1, 3, 6]


def test_mixed_newlines_are_said_once(load: Reader) -> None:
    found = load("data.jsonl", f"{GOOD}\n{GOOD}\r\n{GOOD}\n{GOOD}\r\n{GOOD}\n", size=1)
    assert found.only.kind == "mixed-newlines"
    assert found.only.ref.line == 2
    assert "2 lines end in CRLF and 3 in LF" in found.only.message
    assert len(found.records) == 5


def test_millions_of_blank_lines_are_cut_into_pieces(load: Reader) -> None:
    from dslint.sources.shards import shards

    found = load("data.jsonl", "\n" * 250_000 + GOOD + "\n")
    assert found.only.kind == "blank-line"
    assert [(record.ref.record, record.ref.line) for record in found.records] == [(0, 250_001)]
    assert len(list(shards(found.file))) == 3


def test_windows_newlines_are_fine(load: Reader) -> None:
    assert load("data.jsonl", f"{GOOD}\r\n{GOOD}\r\n").damages == []


@pytest.mark.parametrize("name", ["data.jsonl", "data.json"])
def test_byte_order_mark_of_the_file(load: Reader, name: str) -> None:
    text = f"{GOOD}\n{GOOD}\n" if name.endswith("l") else f"[{GOOD},\n{GOOD}]"
    found = load(name, b"\xef\xbb\xbf" + text.encode())
    assert found.only.kind == "byte-order-mark"
    assert found.only.recovered
    assert len(found.records) == 2
    assert found.records[0].ref.byte_offset == (3 if name.endswith("l") else 4)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_wide_encodings(load: Reader, encoding: str) -> None:
    found = load("data.jsonl", f"{GOOD}\n{GOOD}\n".encode(encoding))
    assert found.only.kind == "wrong-encoding"
    assert found.records == []


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_empty_file(load: Reader, content: bytes) -> None:
    assert load("data.jsonl", content).only.kind == "empty-file"


@pytest.mark.parametrize("name", ["data.jsonl", "data.json", "data.parquet", "data.csv", "data.jsonl.gz"])
def test_lfs_pointer_is_one_damage(load: Reader, name: str) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12345\n"
    found = load({name: pointer})
    assert found.only.kind == "lfs-pointer"
    assert found.files == ()


def test_array_in_jsonl(load: Reader) -> None:
    found = load("data.jsonl", f"[{GOOD}, {GOOD}]\n")
    assert found.only.kind == "array-in-jsonl"
    assert found.only.recovered
    assert len(found.records) == 2
    assert found.file.source.container == "json"


@pytest.mark.parametrize("array", ["[]", "[1, 2]", f"[{GOOD}]", "  [] "])
@pytest.mark.parametrize("name", ["data.jsonl", "data.ndjson", "data.jsonl.gz"])
def test_an_array_on_the_first_of_several_lines_is_a_wrong_line(load: Reader, name: str, array: str) -> None:
    found = load(name, f"{array}\n{GOOD}\n{GOOD}\n")
    assert found.only.kind == "not-an-object"
    assert found.only.ref.line == 1
    assert [record.ref.line for record in found.records] == [2, 3]


@pytest.mark.parametrize("name", ["data.json", "data.jsonl"])
def test_an_empty_array_alone_holds_no_records(load: Reader, name: str) -> None:
    assert load(name, "\n[]\n\n").only.kind == "no-records"


def test_what_follows_an_empty_array_is_told(load: Reader) -> None:
    found = load("data.json", f"[]\n{GOOD}\n")
    assert "more text follows" in found.only.message


def test_pretty_printed(load: Reader) -> None:
    pretty = json.dumps(json.loads(GOOD), indent=2)
    found = load("data.jsonl", f"{pretty}\n{pretty}\n")
    assert found.only.kind == "pretty-printed"
    assert [(record.ref.line, record.ref.end_line) for record in found.records] == [(1, 4), (5, 8)]


def test_broken_first_line_is_not_pretty_printing(load: Reader) -> None:
    found = load("data.jsonl", f'{{"instruction": "a"\n{GOOD}\n{GOOD}\n')
    assert found.only.kind == "invalid-json"
    assert len(found.records) == 2


@pytest.mark.parametrize(
    ("text", "kind", "records"),
    [
        (f"[{GOOD}, {GOOD},]", "trailing-comma", 2),
        (f"[{GOOD} {GOOD}]", "invalid-json", 2),
        (f"[{GOOD},, {GOOD}]", "invalid-json", 2),
        (f"[{GOOD}, {GOOD}", "truncated", 2),
        (f'[{GOOD}, {{"instruction": "a', "truncated", 1),
        (f'[{GOOD}, {{"instruction": "a", "output": "b"', "truncated", 1),
        (f"[{GOOD}] [{GOOD}]", "invalid-json", 1),
        (f'[{GOOD}, "text", {GOOD}]', "not-an-object", 2),
        (f"[{GOOD}, 17, {GOOD}]", "not-an-object", 2),
        (f"[{GOOD}, [{GOOD}], {GOOD}]", "not-an-object", 2),
        (f'[{GOOD},\n{{"instruction": "a, "output": "b"}},\n{GOOD},\n{GOOD}]', "invalid-json", 3),
        (f'[\n  {GOOD},\n  {{"instruction": "a", "output": "b",\n  {GOOD},\n  {GOOD}\n]', "invalid-json", 3),
        (f'[{GOOD}, {{"instruction": "a", "output": "b", {GOOD}, {GOOD}]', "invalid-json", 3),
        (f'[\n  {GOOD},\n  {{"instruction": "a\nb", "output": "b"}},\n  {GOOD}\n]', "invalid-json", 3),
        (f'[\n  {GOOD},\n  {{"instruction": "a", "output": "b}}\n]', "invalid-json", 1),
    ],
)
def test_array(load: Reader, text: str, kind: str, records: int) -> None:
    found = load("data.json", text)
    assert found.only.kind == kind
    assert len(found.records) == records


def test_many_broken_elements_stay_linear(load: Reader) -> None:
    bad = '{"instruction": "a", "output": "b", "more": {'
    text = "[\n" + ",\n".join([GOOD, bad] * 3000) + ",\n" + GOOD + "\n]"
    found = load("data.json", text)
    assert len(found.records) == 3001
    assert len(found.damages) == 3000


@pytest.mark.parametrize("text", ["[]", "[\n]\n", '["a", "b"]', "17", '"text"', '{"a": 1}', '{"a": [1, 2]}'])
def test_no_records(load: Reader, text: str) -> None:
    assert load("data.json", text).only.kind == "no-records"
    found = load({"data.json": text})
    assert found.damages == []
    assert [(note.notice.value, note.severity.value) for note in found.notes] == [("file-skipped", "note")]


def test_row_width(load: Reader) -> None:
    found = load("data.csv", 'instruction,output\na,"b\nb"\na\na,b,c\nd,e\n')
    assert found.kinds == ["row-width", "row-width"]
    assert [(d.ref.record, d.ref.line) for d in found.damages] == [(1, 4), (2, 5)]
    assert [(r.ref.record, r.ref.line, r.ref.end_line) for r in found.records] == [(0, 2, 3), (3, 6, 6)]


def test_quote_that_takes_in_megabytes_is_cut_off(load: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dslint.sources.table._MAX_ROW", 1000)
    found = load("data.csv", 'instruction,output\na,b\nc,"d\n' + "e,f\n" * 1000)
    assert found.only.kind == "too-long"
    assert (found.only.ref.record, found.only.ref.line) == (1, 3)
    assert len(found.records) > 700


def test_csv_quote_that_is_never_closed(load: Reader) -> None:
    found = load("data.csv", 'instruction,output\na,b\nc,"d\ne,f\n')
    assert found.only.kind == "truncated"
    assert (found.only.ref.record, found.only.ref.line) == (1, 3)


def test_csv_bad_byte(load: Reader) -> None:
    found = load("data.csv", b"instruction,output\na,b\nc,\xff\ne,f\n")
    assert found.only.kind == "invalid-utf8"
    assert [record.data["output"] for record in found.records] == ["b", "f"]


def test_csv_header_only(load: Reader) -> None:
    assert load("data.csv", "instruction,output\n").only.kind == "no-records"


@pytest.mark.parametrize("text", ["a,a\n1,2\n", ",\n1,2\n"])
def test_csv_header_must_name_columns(load: Reader, text: str) -> None:
    assert load("data.csv", text).only.kind == "no-records"


@pytest.mark.parametrize("name", ["data.parquet", "data.arrow", "data.feather"])
@pytest.mark.parametrize("content", [b"PAR1nonsensePAR1", b"ARROW1\0\0nonsense", b"just text", b"FEA1 nonsense"])
def test_corrupt_table(load: Reader, name: str, content: bytes) -> None:
    assert load(name, content).only.kind == "corrupt"


def test_truncated_gzip_keeps_what_was_read(load: Reader) -> None:
    lines = "".join(json.dumps({"instruction": f"a{n}", "output": "b" * (n % 7)}) + "\n" for n in range(50_000))
    packed = gzip.compress(lines.encode(), mtime=0)
    found = load("data.jsonl.gz", packed[: len(packed) // 2])
    assert found.kinds == ["truncated"]
    assert "compressed data ends early" in found.only.message
    assert 0 < len(found.records) < 50_000
    assert [record.ref.record for record in found.records] == list(range(len(found.records)))


def test_corrupt_gzip(load: Reader) -> None:
    packed = bytearray(gzip.compress((GOOD + "\n").encode() * 10, mtime=0))
    packed[12] ^= 0xFF
    found = load("data.jsonl.gz", bytes(packed))
    assert set(found.kinds) <= {"corrupt", "truncated"}
    assert found.kinds


@pytest.mark.parametrize("ending", ["xz", "bz2", "zst"])
def test_truncated_compression(load: Reader, ending: str) -> None:
    packed = _pack(ending, "".join(f'{{"instruction": "{n}", "output": "b"}}\n' for n in range(3000)).encode())
    found = load(f"data.jsonl.{ending}", packed[: len(packed) - 20])
    assert found.kinds[-1] == "truncated"


@pytest.mark.parametrize("ending", ["bz2", "zst"])
def test_decompression_bomb(load: Reader, ending: str) -> None:
    line = json.dumps({"instruction": "a" * 100_000, "output": "b"}) + "\n"
    found = load(f"data.jsonl.{ending}", _pack(ending, line.encode() * 300), max_expansion=10)
    assert found.kinds == ["too-large"]
    assert 100 < len(found.records) < 300


def test_file_that_shrinks_after_discovery(load: Reader, folder: Path) -> None:
    from dslint.sources.shards import parse, shards

    found = load("data.jsonl", f"{GOOD}\n" * 3)
    pieces = list(shards(found.file))
    (folder / "data.jsonl").write_text(GOOD)
    assert [damage.kind for piece in pieces for damage in parse(piece).damages] == ["corrupt"]
    (folder / "data.jsonl").unlink()
    assert [damage.kind for piece in pieces for damage in parse(piece).damages] == ["corrupt"]


def _pack(ending: str, data: bytes) -> bytes:
    if ending == "xz":
        import lzma

        return lzma.compress(data)
    if ending == "bz2":
        import bz2

        return bz2.compress(data)
    import zstandard

    return zstandard.ZstdCompressor().compress(data)
