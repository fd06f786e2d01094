"""What a reported finding has: an identity that lasts, an exact place, a rank, a reason when it is silenced."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

import dslint
from dslint.api import Severity
from dslint.model.report import Report

RECORDS: list[dict[str, Any]] = [
    {"instruction": f"Name sight {n} of the old town.", "output": "" if n % 3 == 0 else f"The tower number {n}."}
    for n in range(12)
]


def fingerprints(report: Report) -> set[str]:
    return {finding.fingerprint for finding in report.findings}


def lint(path: Path, **settings: Any) -> Report:
    return dslint.check(path, config={"select": ["empty-response"], **settings})


def write(path: Path, records: list[dict[str, Any]], *, indent: int | None = None) -> Path:
    if indent is None:
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
    else:
        path.write_text(json.dumps(records, indent=indent))
    return path


@pytest.fixture
def expected(tmp_path: Path) -> set[str]:
    found = fingerprints(lint(write(tmp_path / "a.jsonl", RECORDS)))
    assert len(found) == 4
    return found


def test_fingerprints_survive_shuffling(tmp_path: Path, expected: set[str]) -> None:
    shuffled = random.Random(7).sample(RECORDS, len(RECORDS))
    assert fingerprints(lint(write(tmp_path / "b.jsonl", shuffled))) == expected


def test_fingerprints_survive_reformatting_and_renaming(tmp_path: Path, expected: set[str]) -> None:
    assert fingerprints(lint(write(tmp_path / "other.json", RECORDS, indent=4))) == expected


def test_fingerprints_survive_added_fields(tmp_path: Path, expected: set[str]) -> None:
    more = [{"id": n, **record, "source": "web"} for n, record in enumerate(RECORDS)]
    assert fingerprints(lint(write(tmp_path / "c.jsonl", more))) == expected


def test_an_edited_record_gets_another_fingerprint(tmp_path: Path, expected: set[str]) -> None:
    edited = [{**record, "instruction": record["instruction"] + "!"} for record in RECORDS]
    assert not fingerprints(lint(write(tmp_path / "d.jsonl", edited))) & expected


def test_equal_records_get_fingerprints_of_their_own(tmp_path: Path) -> None:
    report = lint(write(tmp_path / "e.jsonl", [RECORDS[0]] * 3))
    assert len(report.findings) == len(fingerprints(report)) == 3


def test_places_in_a_pretty_printed_array_are_the_fields(tmp_path: Path) -> None:
    path = write(tmp_path / "f.json", RECORDS, indent=4)
    lines = path.read_text().split("\n")
    for finding in lint(path).findings:
        place = finding.place
        assert place.line is not None
        assert place.column is not None
        assert lines[place.line - 1][place.column - 1 :] == '""'


def test_findings_are_ranked_by_severity_then_score(tmp_path: Path) -> None:
    records = [*RECORDS, {"instruction": "Say what is missing.", "output": "A word\u200b."}, RECORDS[1]]
    found = dslint.check(write(tmp_path / "g.jsonl", records), config={}).findings
    keys = [(finding.severity.rank, -finding.score) for finding in found]
    assert keys == sorted(keys)
    assert {finding.severity for finding in found} == set(Severity)


def test_a_record_can_waive_a_rule(tmp_path: Path) -> None:
    records = [{**record, "_dslint": {"ignore": ["empty-response"]}} for record in RECORDS[:3]] + RECORDS[3:6]
    report = lint(write(tmp_path / "h.jsonl", records))
    assert [finding.place.record for finding in report.findings] == [3]
    assert [(f.place.record, f.suppressed) for f in report.suppressed] == [(0, "the record's own _dslint field")]


def test_a_record_can_waive_a_family(tmp_path: Path) -> None:
    records = [{**RECORDS[0], "_dslint": {"ignore": ["correctness"]}}]
    report = lint(write(tmp_path / "i.jsonl", records))
    assert (len(report.findings), len(report.suppressed)) == (0, 1)


def test_the_configuration_can_silence_a_rule_for_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "raw.jsonl", RECORDS)
    report = lint(tmp_path / "raw.jsonl", **{"per-file-ignores": {"raw*": ["correctness"]}})
    assert not report.findings
    assert {finding.suppressed for finding in report.suppressed} == {"per-file-ignores"}
    assert report.exit_code == 0


def test_a_configured_severity_goes_before_the_rules_own(tmp_path: Path) -> None:
    report = lint(write(tmp_path / "j.jsonl", RECORDS), rules={"empty-response": {"severity": "note"}})
    assert {finding.severity for finding in report.findings} == {Severity.NOTE}
    assert report.exit_code == 0


def test_records_in_memory_are_linted_like_a_file(expected: set[str]) -> None:
    assert fingerprints(dslint.check(RECORDS, config={"select": ["empty-response"]})) == expected


def test_the_excerpt_marks_the_place(tmp_path: Path) -> None:
    text = "Before the word there is a good deal of text, so it is cut: caf\u00c3\u00a9, and much more comes after it."
    report = dslint.check(
        write(tmp_path / "k.jsonl", [{"instruction": "Say it.", "output": text}]), config={"select": ["mojibake"]}
    )
    (finding,) = report.findings
    assert finding.mark is not None
    assert finding.excerpt[slice(*finding.mark)] == "\u00c3\u00a9"
    assert len(finding.excerpt) <= 80


def test_bytes_that_are_not_utf8_are_shown_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "l.jsonl"
    path.write_bytes(b'{"instruction": "Say it.", "output": "caf\xe9"}\n')
    (finding,) = dslint.check(path, config={"select": ["invalid-utf8"]}).findings
    assert finding.mark is not None
    assert finding.excerpt[slice(*finding.mark)] == "\\xe9"
    assert finding.place.column == 42


def test_paths_count_from_where_dslint_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sets").mkdir()
    (tmp_path / "sets" / "dslint.toml").write_text('per-file-ignores = { "/raw.jsonl" = ["ALL"] }\n')
    write(tmp_path / "sets" / "raw.jsonl", RECORDS)
    write(tmp_path / "sets" / "made.jsonl", RECORDS)
    monkeypatch.chdir(tmp_path)
    report = dslint.check("sets", select=["empty-response"])
    assert {finding.place.path for finding in report.findings} == {"sets/made.jsonl"}
    assert {finding.place.path for finding in report.suppressed} == {"sets/raw.jsonl"}
