"""Findings beyond what memory holds: the same reports, and memory that does not grow with them."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dslint
from dslint.api import Record, RecordRule
from dslint.api.entry import RuleEntry
from dslint.engine import ranking, spill
from dslint.engine.describe import describe
from dslint.engine.ranking import RankedFindings
from dslint.engine.run import Job, Outcome, execute
from dslint.engine.spill import ExternalList, ExternalSort
from dslint.model.finding import Finding
from dslint.model.report import Report
from dslint.report import REPORTERS, RenderOptions, reporter
from dslint.sources.files import DiscoverySettings, discover

BROKEN = '{"instruction": "Name a sight.", "output": '


def small(patch: pytest.MonkeyPatch, held: int = 7) -> None:
    patch.setattr(spill, "AT_ONCE", held)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers())), st.integers(1, 9), st.integers(2, 4))
def test_what_is_spilled_comes_back_in_order(items: list[tuple[int, int]], held: int, runs: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        small(patch, held)
        patch.setattr(spill, "BLOCK", 3)
        patch.setattr(spill, "_RUNS", runs)
        plain: ExternalList[tuple[int, int]] = ExternalList("")
        ranked: ExternalSort[tuple[int, int]] = ExternalSort("", lambda item: item[0])
        plain.extend(items)
        ranked.extend(items)
        assert list(plain) == list(plain) == items
        assert list(ranked) == list(ranked) == sorted(items, key=lambda item: item[0])
        assert ranked.spilled == (len(items) >= held)


def records(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        row: dict[str, Any] = {"instruction": f"Name sight {number} of the old town.", "output": ""}
        if number % 4 == 1:
            row = {"instruction": "Name a sight.", "output": ""}
        if number % 5 == 2:
            row["_dslint"] = {"ignore": ["empty-response"]}
        yield row


def lines(count: int) -> str:
    rows = (json.dumps(row) if number % 7 else BROKEN for number, row in enumerate(records(count)))
    return "".join(f"{row}\n" for row in rows)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    import pyarrow as pa
    from pyarrow import parquet

    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.jsonl").write_text(lines(60))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(lines(40).encode(), mtime=0))
    (tmp_path / "c.json").write_text(json.dumps(list(records(30))))
    (tmp_path / "d.json").write_text(json.dumps(list(records(30)), indent=2))
    parquet.write_table(pa.Table.from_pylist(list(records(30))), tmp_path / "e.parquet")
    return tmp_path


def rendered(report: Report) -> dict[str, str]:
    every = (RenderOptions(), RenderOptions(verbose=True, max_findings=50, include_suppressed=True))
    return {
        f"{name} {number}": "".join(reporter(name).render(report, options))
        for name in REPORTERS
        for number, options in enumerate(every)
    }


def test_reports_are_the_same_in_every_format(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = dslint.check(str(data), config={})
    assert isinstance(expected.findings, list)
    assert len(expected.findings) > 150
    assert len(expected.suppressed) > 20
    small(monkeypatch)
    found = dslint.check(str(data), config={})
    assert isinstance(found.findings, RankedFindings)
    assert isinstance(found.suppressed, RankedFindings)
    assert rendered(found) == rendered(expected)
    assert found.exit_code == expected.exit_code
    assert found.counts == expected.counts
    assert list(found.findings) == expected.findings
    assert [found.findings[-1], found.findings[70], found.findings[3]] == [
        expected.findings[-1],
        expected.findings[70],
        expected.findings[3],
    ]
    assert found.findings[10:150:3] == expected.findings[10:150:3]
    with pytest.raises(IndexError):
        found.findings[len(found.findings)]


def test_equal_records_keep_their_own_fingerprints(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch)
    found = dslint.check(str(data), config={})
    prints = [finding.fingerprint for finding in (*found.findings, *found.suppressed)]
    assert len(set(prints)) == len(prints)
    assert any(each.endswith("-2") for each in prints)


class Strange(RecordRule):
    """A record is found with a property that no other process can have."""

    def check(self, record: Record) -> Iterator[Finding]:
        yield self.finding(record, "here", how=(n for n in range(2)), length=len(record.response))


def outcome(path: Path, rule: type[RecordRule]) -> Outcome:
    entry = RuleEntry(rule.id(), "test", rule)
    job = Job({entry.id: rule()}, {entry.id: describe(entry, rule=rule())}, shard_size=200)
    return execute(discover([str(path)], DiscoverySettings(root=path)), job)


def test_findings_that_cannot_be_pickled_stay_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in records(30)))
    small(monkeypatch)
    found = outcome(tmp_path, Strange).findings
    assert isinstance(found, RankedFindings)
    assert [finding.place.record for finding in found] == list(range(30))
    assert all(list(finding.properties["how"]) == [0, 1] for finding in found)


class Each(RecordRule):
    """Every record is found."""

    def check(self, record: Record) -> Iterator[Finding]:
        yield self.finding(record, f"response of {len(record.response)} characters", text="x" * 400)


def test_memory_does_not_grow_with_the_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch, 1000)
    for module in (spill, ranking):
        monkeypatch.setattr(module, "BLOCK", 4)
    peaks = []
    for count in (4000, 12000):
        folder = tmp_path / str(count)
        folder.mkdir()
        (folder / "data.jsonl").write_text("".join(f'{{"text": "Sight {number}."}}\n' for number in range(count)))
        outcome(folder, Each)
        tracemalloc.start()
        found = outcome(folder, Each)
        for name in ("text", "concise", "json", "jsonl", "github"):  # sarif and markdown hold the first ones they list
            assert all(reporter(name).render(Report(found.findings, found.suppressed), RenderOptions()))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # Some bytes a finding are kept, for the numbers of findings with the same identity.
    assert peaks[1] - 17 * 12000 < 1.2 * (peaks[0] - 17 * 4000), peaks


def test_nothing_is_left_in_the_folder_for_temporary_files(
    data: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path_factory.mktemp("place")
    small(monkeypatch)
    found = dslint.check(str(data), config={"spill-dir": str(place)})
    assert len(list(found.findings)) > 150
    assert list(place.iterdir()) == []


def test_findings_on_disk_are_not_kept_for_the_next_run(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch)
    with pytest.raises(pickle.PicklingError):
        pickle.dumps(dslint.check(str(data), config={}).findings)


@pytest.mark.skipif(os.name == "nt", reason="limits of a process are a thing of POSIX")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    import resource

    (tmp_path / "data.jsonl").write_text("x\n" * (spill.AT_ONCE + 10))
    program = str(Path(sys.executable).with_name("dslint"))
    command = [program, "check", "--isolated", "--no-cache", "--jobs=1", "data.jsonl"]
    result = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )  # fmt: skip
    assert result.returncode == 3, result
    assert "findings cannot be kept in" in result.stderr
    assert "Traceback" not in result.stderr
