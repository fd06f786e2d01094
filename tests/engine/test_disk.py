"""Temporary files: how much disk they take, and where they are."""

from __future__ import annotations

import gzip
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

import dslint
from dslint.engine import spill
from dslint.engine.limits import MEGABYTE, SHARE, Disk, Limits, SpoolError
from dslint.engine.spool import Space, SpillFile
from dslint.model.report import Report
from dslint.sources import unpacked


def rows(count: int) -> Iterator[dict[str, str]]:
    for n in range(count):
        words = [f"gate{n * prime % 100_003}" for prime in (7919, 6007, 5003, 4001, 3001, 2003)]
        yield {"instruction": f"What is behind {' '.join(words[:3])}?", "output": " ".join(words) if n % 97 else ""}


def lines(count: int) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows(count))


def check(path: Path, folder: Path, **settings: Any) -> Report:
    config = {"select": ["exact-duplicate", "near-duplicate", "empty-response"], "spill-dir": str(folder), **settings}
    return dslint.check(str(path), config=config, jobs=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    made.mkdir()
    return made


def test_rules_that_would_take_more_disk_than_they_may_fail_and_the_others_run(tmp_path: Path, folder: Path) -> None:
    data = tmp_path / "data.jsonl"
    data.write_bytes(lines(12_000))
    enough = check(data, folder, **{"group-memory": 0, "group-disk": 64})
    assert not enough.notifications
    found = check(data, folder, **{"group-memory": 0, "group-disk": 1})
    assert found.exit_code == 3
    failed = {note.rule: note.message for note in found.notifications}
    assert failed.keys() == {"exact-duplicate", "near-duplicate"}
    told = re.search(r"may take 1\.0 MB of (.+) \(group-disk\).* at least ([\d.]+) MB", failed["near-duplicate"])
    assert told is not None
    assert told[1] == str(folder)
    # Of 12,000 records, 4,096 are read when the limit is met: what all of them need is known about.
    assert 1.5 < float(told[2]) < 8
    assert [*enough.findings] == [*found.findings] != []
    assert not [*folder.iterdir()]


def test_copies_count_for_the_limit(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "UNPACKED_FROM", 1)
    for name in ("data.jsonl.gz", "data.parquet"):
        data = tmp_path / name
        if name.endswith("gz"):
            data.write_bytes(gzip.compress(lines(12_000)))
        else:
            parquet.write_table(pa.Table.from_pylist([*rows(12_000)]), data)
        assert not check(data, folder, **{"group-disk": 64}).notifications
        found = check(data, folder, **{"group-disk": 1})
        assert found.exit_code == 3
        assert all("cannot be unpacked" in n.message and "group-disk" in n.message for n in found.notifications)
        assert not [*folder.iterdir()]


def test_all_temporary_files_are_in_one_folder(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "UNPACKED_FROM", 1)
    monkeypatch.setattr(spill, "AT_ONCE", 3)
    data = tmp_path / "data"
    data.mkdir()
    (data / "lines.jsonl.gz").write_bytes(gzip.compress(lines(400)))
    table = pa.BufferOutputStream()
    parquet.write_table(pa.Table.from_pylist([*rows(400)]), table)
    (data / "table.parquet.gz").write_bytes(gzip.compress(table.getvalue().to_pybytes()))
    expected = check(data, folder)
    assert expected.exit_code == 1
    # There is no other folder that they could be in.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    assert [*check(data, folder, **{"group-memory": 0}).findings] == [*expected.findings]
    assert not [*folder.iterdir()]


def test_without_a_limit_a_share_of_the_free_space_may_be_taken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = [10 * MEGABYTE]
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": free[0]}))
    disk = Disk(Limits(folder=str(folder)))
    disk.take(MEGABYTE)
    free[0] = 0  # what others write later does not count
    assert disk.most == int(SHARE * 10 * MEGABYTE)
    with pytest.raises(SpoolError, match=r"may take 9\.0 MB of .* at least 11\.0 MB"):
        disk.take(10 * MEGABYTE)


@given(st.lists(st.lists(st.integers(0, 300), max_size=6), max_size=6), st.integers(1, 3_000))
def test_files_never_take_more_than_they_may(files: list[list[int]], most: int) -> None:
    space = Space(Limits(0, disk=most))
    lost = False
    for counts in files:
        file = SpillFile(space)
        for count in counts:
            before = space.disk.taken
            try:
                file.append(np.zeros(count, np.uint8))
            except SpoolError:
                lost = True
                assert before + count > most
        assert space.disk.taken <= most
    assert lost == (space.written < sum(map(sum, files)))
    space.close()
    assert space.disk.taken == 0
