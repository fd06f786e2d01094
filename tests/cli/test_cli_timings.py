"""``--timings``: where the time of a run went."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from dslint.cli.main import cli
from dslint.engine.clock import Clock
from dslint.report.schema import schema

RECORDS = 300


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    lines = (
        json.dumps({"instruction": f"Which number comes before {n + 1}?", "output": f"It is {n}, one less."})
        for n in range(RECORDS)
    )
    file = Path("data.jsonl")
    file.write_text("\n".join([*lines, '{"instruction": "Name a river.", "output": ""}']) + "\n")
    return file


def check(*args: str) -> Result:
    return CliRunner().invoke(cli, ["check", "--isolated", *args], prog_name="dslint")


def stages(*args: str) -> dict[tuple[str, str], dict[str, Any]]:
    document = json.loads(check("--output-format", "json", "--timings", *args).stdout)
    Draft202012Validator(schema()).validate(document)
    return {(stage["stage"], stage["name"]): stage for stage in document["timings"]["stages"]}


@pytest.mark.parametrize("output", ["json", "text", "sarif", "concise"])
def test_a_report_without_timings_is_the_same(data: Path, output: str) -> None:
    plain = check("--output-format", output)
    timed = check("--output-format", output, "--timings")
    assert plain.exit_code == timed.exit_code == 1
    if output == "json":
        document = json.loads(timed.stdout)
        del document["timings"]
        assert document == json.loads(plain.stdout)
    else:
        assert timed.stdout == plain.stdout
    assert plain.stderr == ""
    assert timed.stderr


def test_every_stage_is_told(data: Path) -> None:
    found = stages()
    for stage in ("start", "discover", "plan", "cut", "parse", "screen", "places", "merge", "resolve", "other"):
        assert found[stage, ""]["calls"] >= 1, stage
    for name in ("near-duplicate", "exact-duplicate"):
        assert found["rule", name]["calls"] == 1, "one shard"
        assert found["group", name]["calls"] == 1
    assert ("rule", "empty-response") in found
    assert found["finish", "dominant-type"]["calls"] == 1
    assert found["feature", "dslint.features.similarity:MinHash"]["calls"] == 1


def test_only_what_runs_is_told(data: Path) -> None:
    found = stages("--select", "empty-response")
    assert {name for stage, name in found if stage in ("rule", "feature", "group", "finish")} == {"empty-response"}


def test_the_stages_of_all_processes_count(data: Path) -> None:
    alone, two = stages(), stages("--jobs", "2")
    assert {key: stage["calls"] for key, stage in two.items()} == {key: stage["calls"] for key, stage in alone.items()}


def test_rules_are_charged_with_what_other_processes_compare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    # One group of texts so long that to compare them takes many times what it takes to hand them out.
    words = " ".join(f"word{n}" for n in range(4_000))
    lines = (json.dumps({"instruction": f"Repeat {n}: {words}", "output": f"{words} {n}"}) for n in range(20))
    Path("data.jsonl").write_text("\n".join(lines) + "\n")
    alone, two = (stages("--select", "near-duplicate", "--jobs", jobs) for jobs in ("1", "2"))
    grouped = [found["group", "near-duplicate"]["cpu_seconds"] for found in (alone, two)]
    assert grouped[1] > grouped[0] / 2


def test_the_stages_sum_up(data: Path) -> None:
    timings = json.loads(check("--output-format", "json", "--timings").stdout)["timings"]
    assert sum(stage["cpu_seconds"] for stage in timings["stages"]) == pytest.approx(timings["cpu_seconds"], rel=0.01)
    assert timings["cpu_seconds"] > 0
    assert timings["wall_seconds"] > 0


def test_the_table_follows_the_report(data: Path) -> None:
    rows = check("--timings").stderr.splitlines()
    assert rows[0].split() == ["stage", "CPU", "s", "share", "us/record", "calls"]
    assert any(row.startswith("report ") for row in rows)
    assert any(row.startswith("all ") and "100.0%" in row for row in rows)


def test_an_inner_stage_does_not_count_for_the_outer_one() -> None:
    clock = Clock.of_shard(on=True)
    with clock.stage("rule", "outer"):
        with clock.stage("feature", "inner"):
            sum(range(300_000))
        assert sum(clock.each("cut", range(3))) == 3
    spent = clock.spent
    assert spent["feature", "inner"][0] > 10 * spent["rule", "outer"][0]
    assert {key: calls for key, (_, calls) in spent.items()} == {
        ("rule", "outer"): 1, ("feature", "inner"): 1, ("cut", ""): 4,
    }  # fmt: skip


def test_a_clock_that_is_off_measures_nothing() -> None:
    clock = Clock(on=False)
    with clock.stage("rule", "any"):
        assert list(clock.each("cut", "ab")) == ["a", "b"]
    assert clock.spent == {}


def test_bytes_in_temporary_files_are_told_and_change_nothing_else(data: Path) -> None:
    in_memory, on_disk = (("--config", f"group-memory = {size}") for size in (512, 0))
    told = [check("--quiet", "--timings", *limit).stderr for limit in (in_memory, on_disk)]
    assert ["in temporary files" in text for text in told] == [False, True]
    every = ("--output-format", "json", "--select", "duplicates", str(data))
    assert check(*every, *in_memory).stdout == check(*every, *on_disk).stdout != ""
    folder = check("--config", 'spill-dir = "not-there"')
    assert folder.exit_code == 2
    assert "'spill-dir' names 'not-there', which is not a folder" in folder.stderr
