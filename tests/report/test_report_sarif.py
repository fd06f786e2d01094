from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from report_samples import ERROR, RULES, SAMPLES, WARNING, broken, clean, flood, full, hostile, ref

from dslint.model.finding import Finding, Notice
from dslint.model.ref import Ref
from dslint.model.report import Report
from dslint.report import RenderOptions, reporter
from dslint.report.sarif.descriptors import precision

SCHEMA = json.loads((Path(__file__).parent / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
ALL = {**SAMPLES, "flood": flood(60)}


def load(report: Report, **options: Any) -> dict[str, Any]:
    log: dict[str, Any] = json.loads("".join(reporter("sarif").render(report, RenderOptions(**options))))
    return log


def run(report: Report, **options: Any) -> dict[str, Any]:
    (one,) = load(report, **options)["runs"]
    assert isinstance(one, dict)
    return one


def messages(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if isinstance(value.get("message"), dict):
            yield value["message"]
        for item in value.values():
            yield from messages(item)
    elif isinstance(value, list):
        for item in value:
            yield from messages(item)


@pytest.mark.parametrize("suppressed", [False, True])
@pytest.mark.parametrize("sample", sorted(ALL))
def test_logs_are_as_the_schema_says(sample: str, suppressed: bool) -> None:
    Draft202012Validator(SCHEMA).validate(load(ALL[sample], include_suppressed=suppressed, argv=("check",)))


@pytest.mark.parametrize("sample", sorted(ALL))
def test_what_the_standard_demands_beyond_the_schema(sample: str) -> None:
    one = run(ALL[sample], include_suppressed=True)
    rules, files = one["tool"]["driver"]["rules"], one["artifacts"]
    assert one["columnKind"] == "unicodeCodePoints"  # 3.14.27
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in one["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert isinstance(result["suppressions"], list)  # 3.27.23: on all or on none
        links = {int(n) for n in re.findall(r"(?<!\\)\]\((\d+)\)", result["message"]["text"])}
        ids = [related["id"] for related in result.get("relatedLocations", [])]
        assert links <= set(ids)  # 3.11.6
        assert len(set(ids)) == len(ids)
        for place in (*result["locations"], *result.get("relatedLocations", [])):
            file = place["physicalLocation"]["artifactLocation"]
            assert files[file["index"]]["location"]["uri"] == file["uri"]
            region = place["physicalLocation"]["region"]
            assert region["startLine"] >= 1
            assert region.get("endLine", region["startLine"]) >= region["startLine"]
    for message in messages(one):
        # 3.11.5: braces that are no placeholders are doubled
        assert "{" not in message["text"].replace("{{", "").replace("}}", "")
    uris = [file["location"]["uri"] for file in files]
    assert len(set(uris)) == len(uris)
    assert one["originalUriBaseIds"].keys() == {"%SRCROOT%"}


@pytest.mark.parametrize("sample", sorted(ALL))
def test_what_github_demands(sample: str) -> None:
    one = run(ALL[sample])
    for rule in one["tool"]["driver"]["rules"]:
        assert rule["name"].lower() != rule["id"].lower()
        assert re.fullmatch("[A-Z][0-9A-Za-z]*", rule["name"])
        assert len(rule["shortDescription"]["text"]) <= 1024
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert len(rule.get("properties", {}).get("tags", [])) <= 10
        assert rule.get("helpUri", "https://").startswith("https://")
    prints = set()
    for result in one["results"]:
        assert "suppressions" not in result
        (place,) = result["locations"]
        uri = place["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", uri)
        assert not uri.startswith("/")
        assert result["message"]["text"].endswith(".")
        prints.add((result["ruleId"], uri, result["partialFingerprints"]["primaryLocationLineHash"]))
    assert len(prints) == len(one["results"])


def test_places() -> None:
    results = run(full)["results"]
    empty = next(r for r in results if r["ruleId"] == "empty-response")["locations"][0]
    assert empty["physicalLocation"]["artifactLocation"]["uri"] == "data/train.jsonl"
    assert empty["physicalLocation"]["region"] == {"startLine": 42, "startColumn": 40, "endLine": 42, "endColumn": 42}
    assert empty["logicalLocations"] == [
        {"name": "output", "fullyQualifiedName": "[41]/output", "kind": "value"},
    ]
    mark = next(r for r in results if r["ruleId"] == "byte-order-mark")["locations"][0]
    assert mark["physicalLocation"]["artifactLocation"]["uri"] == "data/eval%20set/%C3%BCn%C3%AFcode%2C%20100%25.jsonl"


def test_a_format_without_lines_falls_back_to_line_one_and_names_the_record() -> None:
    found = next(r for r in run(full)["results"] if r["ruleId"] == "acme/no-foo")
    assert found["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    assert "Record 4711, field '/messages/2/content'." in found["message"]["text"]
    assert found["relatedLocations"][4]["logicalLocations"][0]["fullyQualifiedName"] == "[4]"


def test_a_finding_about_a_dataset_names_the_dataset() -> None:
    found = next(r for r in run(full)["results"] if r["ruleId"] == "opening-skew")
    assert found["locations"][0]["logicalLocations"] == [
        {"name": "train", "fullyQualifiedName": "train", "kind": "dataset"}
    ]
    assert "Dataset 'train'." in found["message"]["text"]


def test_related_places_are_linked_from_the_message() -> None:
    found = run(full)["results"][0]
    assert "See [data/train.jsonl:2](1): the record it repeats." in found["message"]["text"]
    assert found["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 2


def test_the_message_can_be_put_together_from_the_rule() -> None:
    one = run(hostile)
    for result in one["results"]:
        rule = one["tool"]["driver"]["rules"][result["ruleIndex"]]
        template = rule["messageStrings"][result["message"]["id"]]["text"]
        made = template.replace("{0}", result["message"]["arguments"][0])
        assert made == result["message"]["text"].replace("{{", "{").replace("}}", "}")


def test_data_cannot_make_links() -> None:
    found = Finding("x", ERROR, "see [here](1) and [there](https://evil.example)", ref())
    text = run(Report((found,)))["results"][0]["message"]["text"]
    assert "](" not in text


def test_a_run_with_findings_was_successful() -> None:
    invocation = run(full)["invocations"][0]
    assert invocation["executionSuccessful"] is True
    assert invocation["exitCode"] == 1
    assert run(clean)["invocations"][0]["exitCode"] == 0


def test_a_run_with_a_crash_was_not() -> None:
    invocation = run(broken)["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 3
    notes = invocation["toolExecutionNotifications"]
    crash = next(note for note in notes if note["descriptor"]["id"] == "rule-crashed")
    assert crash["level"] == "error"
    assert crash["associatedRule"] == {"id": "acme/no-foo", "index": 0}
    unread = next(note for note in notes if note["descriptor"]["id"] == "file-unreadable")
    assert unread["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "data/private.jsonl"


def test_skipped_rules_and_doubtful_configuration_are_told() -> None:
    one = run(full)
    notes = one["invocations"][0]["toolConfigurationNotifications"]
    assert [note["descriptor"]["id"] for note in notes] == ["rule-skipped", "rule-skipped", "config"]
    assert notes[0]["associatedRule"] == {"id": "too-long"}
    for note in notes:
        kinds = one["tool"]["driver"]["notifications"]
        assert kinds[note["descriptor"]["index"]]["id"] == note["descriptor"]["id"]
        # 3.20.22: an error here means that the run failed
        assert note["level"] != "error"


def test_changed_severities_and_options_are_told() -> None:
    overrides = {o["descriptor"]["id"]: o for o in run(full)["invocations"][0]["ruleConfigurationOverrides"]}
    assert overrides["near-duplicate"]["configuration"] == {"level": "error", "parameters": {"threshold": 0.9}}
    assert overrides["byte-order-mark"]["configuration"] == {"level": "note"}
    assert set(overrides) == {"near-duplicate", "byte-order-mark"}


def test_silenced_findings_are_left_out_unless_asked_for() -> None:
    assert len(run(full)["results"]) == 14
    results = run(full, include_suppressed=True)["results"]
    assert len(results) == 16
    assert [r["suppressions"] for r in results[:14]] == [[]] * 14
    assert results[14]["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "baseline"}]
    own = full.suppressed[0].with_(suppressed="the record's own _dslint field")
    (only,) = run(Report((), (own,)), include_suppressed=True)["results"]
    assert only["suppressions"][0]["kind"] == "inSource"


def test_github_keeps_five_thousand_results_so_the_best_are_written() -> None:
    report = flood(6000)
    one = run(report)
    assert len(one["results"]) == 5000
    assert sum(result["level"] == "error" for result in one["results"]) == 3000
    (note,) = one["invocations"][0]["toolExecutionNotifications"]
    assert note["descriptor"]["id"] == Notice.CUT
    assert note["message"]["text"].startswith("1,000 findings")


def test_equal_fingerprints_are_told_apart_in_one_file_and_rule() -> None:
    found = Finding("x", ERROR, "m", ref(), fingerprint="a" * 32)
    report = Report((found, found, found.with_(ref=Ref("other.jsonl", 0, 1))))
    prints = [r["partialFingerprints"]["primaryLocationLineHash"] for r in run(report)["results"]]
    assert prints == ["a" * 32 + ":1", "a" * 32 + ":2", "a" * 32 + ":1"]


def test_paths_outside_the_folder() -> None:
    paths = ("/srv/a b.jsonl", "s3://bucket/x y.jsonl", "C:/data/x.jsonl", "a:b.jsonl", "caf\udce9.jsonl")
    found = [Finding("x", WARNING, "m", Ref(path, 0, 1)) for path in paths]
    places = [r["locations"][0]["physicalLocation"]["artifactLocation"] for r in run(Report(found))["results"]]
    assert [place["uri"] for place in places] == [
        "file:///srv/a%20b.jsonl",
        "s3://bucket/x%20y.jsonl",
        "file:///C:/data/x.jsonl",
        "a%3Ab.jsonl",
        "caf%E9.jsonl",
    ]
    assert ["uriBaseId" in place for place in places] == [False, False, False, True, True]


@pytest.mark.parametrize(
    ("measured", "word"),
    [
        ("1.0 of 40 findings", "very-high"),
        ("22 of 22 read", "very-high"),
        ("19/20 read", "very-high"),
        ("80 %, 3 sets", "high"),
        ("0.5", "medium"),
        ("0.2 on alpaca", "low"),
        ("silent on all sets", None),
        ("", None),
    ],
)
def test_measured_precision_in_githubs_words(measured: str, word: str | None) -> None:
    assert precision(measured) == word


def test_every_rule_that_ran_is_described() -> None:
    described = {rule["id"]: rule for rule in run(clean)["tool"]["driver"]["rules"]}
    assert set(described) == set(RULES)
    assert described["near-duplicate"]["defaultConfiguration"] == {"level": "warning", "parameters": {"threshold": 0.8}}
    assert described["empty-response"]["properties"]["precision"] == "very-high"
    assert described["acme/no-foo"]["properties"]["origin"] == "acme-rules 2.1"
