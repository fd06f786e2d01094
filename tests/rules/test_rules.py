"""Every rule against its Markdown cases, and against the laws on the same data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dslint.plugins.host import load_plugins
from dslint.testing import Case, check_laws, read_cases, run_case, update_cases

HERE = Path(__file__).parent
RULES = {name: entry.rule for name, entry in load_plugins().rules.items() if "/" not in name}
CASES = [case for path in sorted(HERE.glob("*.md")) for case in read_cases(path)]


def name(case: Case) -> str:
    return f"{case.path.stem}: {case.title}"


def skip_without_extra(case: Case) -> None:
    """Skip a case whose rule needs what is not installed here; where it is, in CI, tests of the extra run it."""
    table = {key: value for key, value in case.options.items() if key != "severity"}
    if (unmet := RULES[case.path.stem].model_validate(table).unmet()).startswith("install "):
        pytest.skip(unmet)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_case(case: Case) -> None:
    skip_without_extra(case)
    rule = RULES[case.path.stem]
    if os.environ.get("DSLINT_UPDATE"):
        update_cases(case.path, rule)
    assert run_case(case, rule) == case.expected


@pytest.mark.parametrize("case", CASES, ids=name)
def test_laws(case: Case) -> None:
    skip_without_extra(case)
    check_laws(RULES[case.path.stem], case.files, options=case.options, settings=case.settings)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_fires_in_one_case_and_is_quiet_in_another(rule: str) -> None:
    cases = [case for case in CASES if case.path.stem == rule]
    assert {case.fires for case in cases} == {True, False}


@pytest.mark.parametrize("rule", sorted(RULES))
def test_names_agree(rule: str) -> None:
    module = RULES[rule].__module__.rsplit(".", 1)[-1]
    assert module.replace("_", "-") == rule


def test_rules_whose_findings_have_levels_by_trainer_take_the_trainer_over() -> None:
    by_trainer = [rule for rule in RULES.values() if rule.kinds_of_finding]
    assert by_trainer
    assert all((rule.model_fields["target"].json_schema_extra or {}).get("x-shared") for rule in by_trainer)


def test_no_file_without_a_rule() -> None:
    assert {path.stem for path in HERE.glob("*.md")} <= set(RULES)
