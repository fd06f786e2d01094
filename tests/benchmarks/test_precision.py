"""The precision benchmark, on data that is made for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.datasets import datasets
from benchmarks.precision.sheet import read
from benchmarks.precision.verdicts import SheetError, table, verdicts, wilson

SECRET_WORD = "zwetschge"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    (data / "deep").mkdir(parents=True)
    empty = [{"instruction": f"Say {SECRET_WORD} {n} times.", "output": ""} for n in range(12)]
    fine = [{"instruction": f"Name number {n}.", "output": f"It is {n}."} for n in range(8)]
    (data / "a.jsonl").write_text("".join(json.dumps(r) + "\n" for r in empty + fine))
    (data / "deep" / "b_train.jsonl").write_text("".join(json.dumps(r) + "\n" for r in fine))
    (data / "deep" / "b_test.jsonl").write_text(json.dumps(fine[0]) + "\n")
    return data


def draw(folder: Path, sheet: Path, *more: str) -> list[dict[str, object]]:
    main(["precision", "sample", str(folder), "-o", str(sheet), "--rule", "empty-response", *more])
    return list(read(sheet))


def test_files_that_differ_in_their_split_are_one_dataset(folder: Path) -> None:
    assert [[file.name for file in files] for files in datasets(folder)] == [
        ["a.jsonl"],
        ["b_test.jsonl", "b_train.jsonl"],
    ]


def test_a_sample_is_the_same_for_a_seed(folder: Path, tmp_path: Path) -> None:
    first = draw(folder, tmp_path / "1.jsonl", "--per-rule", "5")
    assert len(first) == 5
    assert {row["hits"] for row in first} == {12}
    assert draw(folder, tmp_path / "2.jsonl", "--per-rule", "5") == first
    other = draw(folder, tmp_path / "3.jsonl", "--per-rule", "5", "--seed", "1")
    assert {row["fingerprint"] for row in other} != {row["fingerprint"] for row in first}


def test_a_sheet_shows_the_record_where_asked(folder: Path, tmp_path: Path) -> None:
    row = draw(folder, tmp_path / "1.jsonl", "--text", "9")[0]
    assert row["prompt"] == f"Say {SECRET_WORD}"[:9]
    assert row["file"] == "a.jsonl"


def test_from_sample_to_table(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet, kept = tmp_path / "sheet.jsonl", tmp_path / "verdicts.jsonl"
    rows = draw(folder, sheet, "--per-rule", "4", "--text", "200")
    for row, verdict in zip(rows, [True, True, "FALSE", None], strict=True):
        row["verdict"] = verdict
    sheet.write_text("".join(json.dumps(row) + "\n" for row in rows))
    main(["precision", "verdicts", str(sheet), "-o", str(kept)])
    assert SECRET_WORD not in kept.read_text()
    assert {frozenset(row) for row in read(kept)} == {
        frozenset({"rule", "hits"}),
        frozenset({"rule", "fingerprint", "verdict"}),
    }
    capsys.readouterr()
    main(["precision", "table", str(kept)])
    assert "| empty-response | 12 | 3 | 2 | 0.67 | 0.21 to 0.94 |" in capsys.readouterr().out
    again = draw(folder, sheet, "--per-rule", "12", "--verdicts", str(kept))
    assert sum(row["verdict"] is not None for row in again) == 3


def test_later_sheets_go_before_earlier_verdicts() -> None:
    before = [{"rule": "a", "hits": 3}, {"rule": "a", "fingerprint": "x", "verdict": False}]
    sheet = [{"rule": "a", "hits": 4, "fingerprint": "x", "verdict": "true"}]
    assert verdicts(sheet, before) == [{"rule": "a", "hits": 4}, {"rule": "a", "fingerprint": "x", "verdict": True}]


def test_a_word_that_is_no_verdict_is_refused() -> None:
    with pytest.raises(SheetError, match="'maybe' is no verdict"):
        verdicts([{"rule": "a", "hits": 1, "fingerprint": "x", "verdict": "maybe"}])


def test_a_rule_that_nobody_read_has_no_precision() -> None:
    assert "| a | 7 | 0 | 0 | - | - |" in table([{"rule": "a", "hits": 7}])


@pytest.mark.parametrize(
    ("right", "read_", "low", "high"),
    [(0, 0, 0.0, 1.0), (30, 30, 0.886, 1.0), (27, 30, 0.744, 0.965), (0, 5, 0.0, 0.434)],
)
def test_wilson_interval(right: int, read_: int, low: float, high: float) -> None:
    assert wilson(right, read_) == pytest.approx((low, high), abs=0.001)


def test_noise(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["noise", str(folder)])
    shown = capsys.readouterr().out
    assert "| a.jsonl | 20 | 600.00 |" in shown
    assert "- a.jsonl: empty-response 600.0 (12 findings)" in shown
