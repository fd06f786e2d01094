"""Records of compressed files and tables that are read again are read from a copy."""

from __future__ import annotations

import gzip
import json
import lzma
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dslint
from dslint.engine import groups
from dslint.report import RenderOptions, reporter
from dslint.sources import streams, unpacked

SELECT = ["exact-duplicate", "near-duplicate", "conflicting-duplicate", "repeated-response"]


def rows(count: int) -> list[dict[str, Any]]:
    made = [
        {
            "instruction": f"Name sight {n // 2} of the old town, please.",
            "output": f"It is the tower {n // 3} by the {n}.",
        }
        for n in range(count)
    ]
    return made + made[: count // 2]


def text(count: int) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows(count))


def table(path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    made = pa.Table.from_pylist(rows(40))
    if path.suffix == ".parquet":
        parquet.write_table(made, path, row_group_size=7)
        return
    maker = pa.ipc.new_file if path.stem == "batches" else pa.ipc.new_stream
    with maker(path, made.schema) as file:
        file.write_table(made, max_chunksize=9)


WRITERS: dict[str, Callable[[Path], object]] = {
    "lines.jsonl.gz": lambda path: path.write_bytes(gzip.compress(text(40), mtime=0)),
    "cut.jsonl.gz": lambda path: path.write_bytes(gzip.compress(text(4000), mtime=0)[:-2000]),
    "array.json.xz": lambda path: path.write_bytes(lzma.compress(json.dumps(rows(40)).encode())),
    "groups.parquet": table,
    "batches.arrow": table,
    "stream.arrow": table,
}


def report(path: Path, jobs: int = 1, **settings: Any) -> str:
    found = dslint.check(str(path), config={"select": SELECT, **settings}, jobs=jobs)
    return "".join(reporter("json").render(found, RenderOptions()))


@pytest.mark.parametrize("name", WRITERS)
def test_copies_change_nothing(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    WRITERS[name](tmp_path / name)
    expected = report(Path(name))
    assert '"rule":"exact-duplicate"' in expected
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.setattr(unpacked, "UNPACKED_FROM", 1)
    assert report(Path(name), **{"spill-dir": str(place)}) == expected
    assert list(place.iterdir()) == []


def test_workers_read_the_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("lines.jsonl.gz", "groups.parquet"):
        WRITERS[name](tmp_path / name)
    expected = report(Path())
    monkeypatch.setattr(unpacked, "UNPACKED_FROM", 1)
    assert report(Path(), jobs=2) == expected


def test_a_file_is_not_decompressed_for_each_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "UNPACKED_FROM", 1)
    opened: Counter[int] = Counter()
    given = streams._open
    size = 0

    def counted(location: str, compression: str) -> Any:
        opened[size] += bool(compression)
        return given(location, compression)

    monkeypatch.setattr(streams, "_open", counted)
    monkeypatch.setattr(groups, "BLOCK_RECORDS", 8)
    for size in (20, 200):
        path = tmp_path / f"{size}.jsonl.gz"
        path.write_bytes(gzip.compress(text(size)))
        report(path)
    assert opened[200] == opened[20] > 0


def test_a_file_that_cannot_be_unpacked_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    WRITERS["lines.jsonl.gz"](tmp_path / "lines.jsonl.gz")
    monkeypatch.setattr(unpacked, "UNPACKED_FROM", 1)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(unpacked, "_copied", full)
    found = dslint.check(str(tmp_path), config={"select": [*SELECT, "empty-response"]})
    assert found.exit_code == 3
    told = {note.rule for note in found.notifications if "cannot be unpacked" in note.message}
    assert told == set(SELECT)
    assert all("No space left on device" in note.message for note in found.notifications if note.rule in told)
