"""Passes follow from what is asked for."""

from __future__ import annotations

import sample_rules as sample
from dslint.engine.plan import make_plan


def test_a_rule_that_asks_for_a_dataset_feature_runs_in_the_second_pass() -> None:
    plan = make_plan({rule.id(): rule() for rule in sample.KINDS})
    assert plan.passes == 2
    assert {name: rule.level for name, rule in plan.rules.items() if rule.level} == {
        "long-answer": 1,
        "longest-answer": 1,
        "relative-length": 1,
    }


def test_without_dataset_features_the_data_is_read_once() -> None:
    assert make_plan({"shouted-answer": sample.ShoutedAnswer()}).passes == 1
