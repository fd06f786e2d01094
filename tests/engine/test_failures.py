"""A failing rule is contained, told, and never looks like a pass."""

from __future__ import annotations

import json
from typing import Annotated

import pytest

import sample_rules as sample
from dslint.api import Feature, RecordRule
from dslint.api.signature import SignatureError
from dslint.engine.plan import PlanError, make_plan
from dslint.testing import lint

DATA = "".join(json.dumps({"instruction": "q", "output": text}) + "\n" for text in ("fine", "boom", "fine"))


@pytest.mark.parametrize("shard_size", [1, 4096])
def test_a_crash_drops_the_rule_and_is_told(shard_size: int) -> None:
    report = lint(sample.Crashing, {"data.jsonl": DATA}, shard_size=shard_size)
    assert report.findings == []
    assert [(note.notice, note.rule) for note in report.notifications] == [("rule-crashed", "crashing")]
    assert "ZeroDivisionError: division by zero in check (sample_rules.py:" in report.notifications[0].message
    assert report.exit_code == 3


class Exiting(RecordRule):
    """Ends the program, which would look like a run without findings."""

    def check(self, record: sample.Record) -> list[sample.Finding]:
        raise SystemExit(0)


def test_a_rule_cannot_end_the_program() -> None:
    report = lint(Exiting, {"data.jsonl": DATA})
    assert [(note.notice, note.rule) for note in report.notifications] == [("rule-crashed", "exiting")]
    assert "in check (test_failures.py:" in report.notifications[0].message
    assert report.exit_code == 3


def test_a_crashing_feature_drops_the_rules_that_ask_for_it() -> None:
    report = lint(sample.AsksForCrashingFeature, {"data.jsonl": DATA})
    assert report.findings == []
    assert report.notifications[0].rule == "asks-for-crashing-feature"
    assert report.exit_code == 3


def test_a_pattern_that_re2_refuses_is_told() -> None:
    report = lint(sample.BadPattern, {"data.jsonl": DATA})
    assert "'(?=x)' is not RE2 syntax" in report.notifications[0].message
    assert report.exit_code == 3


def test_a_parameter_that_is_no_feature_is_refused_before_data_is_read() -> None:
    class Greedy(RecordRule):
        """Asks for an int."""

        def check(self, record: sample.Record, words: int) -> list[sample.Finding]:
            return []

    with pytest.raises(SignatureError, match="parameter 'words' asks for no feature"):
        make_plan({"greedy": Greedy()})


def test_features_in_a_circle_are_refused() -> None:
    with pytest.raises(PlanError, match=r"in a circle: .*Egg.*Chicken.*Egg"):
        make_plan({"circular": Circular()})


class Chicken(Feature[int]):
    def compute(self, records: object, egg: Annotated[int, "Egg"]) -> list[int]:
        return []


class Egg(Feature[int]):
    def compute(self, records: object, chicken: Annotated[int, Chicken]) -> list[int]:
        return []


Chicken.compute.__annotations__["egg"] = Annotated[int, Egg]


class Circular(RecordRule):
    """Asks for a feature that asks for itself."""

    def check(self, record: sample.Record, egg: Annotated[int, Egg]) -> list[sample.Finding]:
        return []
