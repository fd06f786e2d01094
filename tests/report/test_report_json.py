from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from report_samples import ERROR, HOSTILE, SAMPLES, flood, full, ref

from dslint.model.finding import Finding
from dslint.model.report import Report
from dslint.model.timings import Stage, Timings
from dslint.report import RenderOptions, reporter
from dslint.report.schema import schema
from dslint.report.schema import text as schema_text

TIMINGS = Timings(2.5, 1.75, None, 0, [Stage("rule", "near-duplicate", 1.5, 3), Stage("other", "", 1.0, 1)])
PUBLISHED = Path(__file__).parents[2] / "docs" / "schema" / "report.schema.json"


def load(report: Report) -> dict[str, Any]:
    document: dict[str, Any] = json.loads("".join(reporter("json").render(report, RenderOptions())))
    return document


def test_the_published_schema_is_current() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), "python -m dslint.report.schema > " + str(PUBLISHED)


def test_the_schema_is_a_schema_and_describes_every_field() -> None:
    made = schema()
    Draft202012Validator.check_schema(made)
    for definition in (made, *made["$defs"].values()):
        assert definition["description"]
        for name, field in definition["properties"].items():
            assert field.get("description") or field.get("$ref"), (definition["title"], name)


@pytest.mark.parametrize("sample", sorted(SAMPLES))
def test_reports_are_as_the_schema_says(sample: str) -> None:
    Draft202012Validator(schema()).validate(load(SAMPLES[sample]))


def test_fields_are_those_of_the_schema_in_its_order() -> None:
    made, document = schema(), load(replace(full, timings=TIMINGS))
    assert list(document) == list(made["properties"])
    for key, name in (("findings", "FindingJson"), ("rules", "RuleJson"), ("files", "FileJson")):
        assert list(document[key][0]) == list(made["$defs"][name]["properties"])
    assert list(document["findings"][0]["location"]) == list(made["$defs"]["LocationJson"]["properties"])


def test_timings_stand_in_the_report_when_there_are_any() -> None:
    document = load(replace(full, timings=TIMINGS))
    Draft202012Validator(schema()).validate(document)
    assert document["timings"] == {
        "cpu_seconds": 2.5,
        "wall_seconds": 1.75,
        "peak_memory": None,
        "temporary": 0,
        "stages": [
            {"stage": "rule", "name": "near-duplicate", "cpu_seconds": 1.5, "calls": 3},
            {"stage": "other", "name": "", "cpu_seconds": 1.0, "calls": 1},
        ],
    }
    assert "timings" not in load(full)


def test_the_report_is_complete() -> None:
    document = load(full)
    assert len(document["findings"]) == 14
    assert [found["suppressed"] for found in document["suppressed"]] == ["baseline", "record"]
    assert [note["notice"] for note in document["notifications"]][:2] == ["rule-skipped", "rule-skipped"]
    assert document["summary"]["by_severity"] == {"error": 10, "warning": 3, "note": 1}
    assert document["summary"]["exit_code"] == 1
    assert document["tool"] == {"name": "dslint", "version": "0.1.0"}
    located = document["findings"][9]["location"]
    assert (located["record"], located["line"], located["column"], located["pointer"]) == (41, 42, 40, "/output")


def test_what_json_cannot_hold_becomes_something_it_can() -> None:
    properties = {
        "set": {"b", "a"},
        "nan": math.nan,
        "big": 2**70,
        "array": np.arange(3),
        "scalar": np.float64(0.5),
        "path": Path("x"),
        "key": {1: "one"},
        "surrogate": "\ud800",
    }
    found = Finding("x", ERROR, "m", ref(), properties=properties)
    for one in (found, found.with_(properties={k: v for k, v in properties.items() if k not in ("big", "surrogate")})):
        written = load(Report((one,)))["findings"][0]["properties"]
        assert written["set"] == ["a", "b"]
        assert written["nan"] is None
        assert written["array"] == [0, 1, 2]
        assert written["scalar"] == 0.5
        assert written["path"] == "x"
        assert written["key"] == {"1": "one"}
    assert load(Report((found,)))["findings"][0]["properties"]["big"] == 2**70
    assert load(Report((found,)))["findings"][0]["properties"]["surrogate"] == "\\ud800"


def test_values_come_back_as_they_were_and_hide_nothing_on_the_way() -> None:
    message = HOSTILE.replace("\ud800", "")
    output = "".join(reporter("json").render(Report((Finding("x", ERROR, message, ref()),)), RenderOptions()))
    assert json.loads(output)["findings"][0]["message"] == message
    assert "\u202e" not in output
    assert "\x9b" not in output
    assert "##[" not in output


def test_json_lines() -> None:
    rows = [json.loads(row) for row in "".join(reporter("jsonl").render(full, RenderOptions())).splitlines()]
    assert [row["type"] for row in rows] == ["finding"] * 14 + ["notification"] * 4 + ["summary"]
    assert rows[9]["message"] == "assistant turn is empty"


def test_machine_formats_list_all_findings() -> None:
    options = RenderOptions(max_findings=3)
    report = flood(6000)
    assert len(json.loads("".join(reporter("json").render(report, options)))["findings"]) == 6000
    assert len("".join(reporter("jsonl").render(report, options)).splitlines()) == 6001
