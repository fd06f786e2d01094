"""Benchmarks of near-duplicates: recall against brute force, growth on pathological data, engines that group."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.grouping import by_ranges, shards
from benchmarks.near_duplicates import load
from benchmarks.pathological import growth
from benchmarks.recall import recall


def test_recall_of_generated_records(tmp_path: Path) -> None:
    pytest.importorskip("scipy", reason="brute force needs scipy")
    data, output = tmp_path / "data.jsonl", tmp_path / "recall.json"
    main(["generate", str(data), "--records", "1500", "--near", "0.3"])
    main(["recall", str(data), "--records", "1000", "-o", str(output)])
    (levels,) = json.loads(output.read_text())["data"].values()
    assert [each["level"] for each in levels] == [0.8, 0.9]
    for each in levels:
        assert each["pairs"] > 20
        assert each["recall"] >= 0.97
        assert each["precision"] == 1.0


def test_where_there_are_no_pairs_there_is_no_recall(tmp_path: Path) -> None:
    pytest.importorskip("scipy", reason="brute force needs scipy")
    data = tmp_path / "data.jsonl"
    main(["generate", str(data), "--records", "200", "--near", "0", "--exact", "0"])
    assert [each["recall"] for each in recall(load(data))] == [None, None]


def test_growth_on_pathological_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "pathological.json"
    option = "--option=--select=near-duplicate"
    main(["pathological", "--records", "300", "--only", "copies of one record", "-o", str(output), option])
    (case,) = json.loads(output.read_text())["cases"].values()
    assert case["capped"] == ["near-duplicate"]
    assert len(case["runs"]) == 2
    assert "| copies of one record |" in capsys.readouterr().out


def test_growth_leaves_out_the_start() -> None:
    assert growth(1.0, 3.0, 5.0) == 2.0
    assert growth(1.0, 1.1, 1.2) is None


def test_ranges_group_what_shares_a_key(tmp_path: Path) -> None:
    columns = zip(*(row for keys, _ in shards(9_000) for row in keys.tolist()), strict=True)
    repeated = [count for column in columns for count in Counter(column).values() if count > 1]
    assert by_ranges(9_000, 1, tmp_path) == sum(repeated) > 0
