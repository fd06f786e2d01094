from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from installed_rules import INSTALLED, ON, RULES, Installed

from dslint.api import Finding, Record, RecordRule, RuleEntry, Severity, shared
from dslint.config.errors import ConfigError
from dslint.config.select import ChosenRule, expand, select_rules
from dslint.config.settings import Settings, load_settings
from dslint.engine.lint import rule_info
from dslint.model.finding import Notice, Notification


def settings(*config: str, **overrides: Any) -> Settings:
    return load_settings(isolated=True, config=config, overrides=overrides)


def chosen(*config: str, installed: Installed = INSTALLED, **overrides: Any) -> Mapping[str, ChosenRule]:
    return {rule.id: rule for rule in select_rules(settings(*config, **overrides), installed)[0]}


def said(*config: str, installed: Installed = INSTALLED, **overrides: Any) -> tuple[Notification, ...]:
    return select_rules(settings(*config, **overrides), installed)[1]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ON),
        ({"select": []}, set()),
        ({"select": ["twins"]}, {"near-twin", "far-twin"}),
        ({"select": ["acme"]}, {"acme/seen"}),
        ({"select": ["ALL"]}, {*ON, "far-twin"}),
        ({"select": ["ALL"], "preview": True}, {*ON, "far-twin", "fresh"}),
        ({"preview": True}, {*ON, "fresh"}),
        ({"select": ["news"]}, set()),
        ({"select": ["fresh", "old"]}, {"fresh", "old"}),
        ({"extend-select": ["far-twin"]}, {*ON, "far-twin"}),
        ({"ignore": ["size"]}, {"near-twin", "acme/seen"}),
        ({"ignore": ["size"], "extend-ignore": ["acme"]}, {"near-twin"}),
        ({"select": ["twins"], "ignore": ["near-twin"]}, {"far-twin"}),
        ({"select": ["near-twin"], "ignore": ["twins"]}, {"near-twin"}),
        ({"select": ["twins", "size"], "ignore": ["ALL"]}, {"near-twin", "far-twin", "too-long", "counted"}),
        ({"select": ["almost-twin"]}, {"near-twin"}),
        ({"select": ["acme/noticed"]}, {"acme/seen"}),
    ],
)
def test_selection(given: dict[str, Any], expected: set[str]) -> None:
    assert set(chosen(**given)) == expected


def test_a_later_layer_has_the_last_word() -> None:
    assert set(chosen("ignore = ['twins']", extend_select=["near-twin"])) == ON
    assert set(chosen("select = ['twins']", select=["size"])) == {"too-long", "counted"}
    assert set(chosen("select = ['twins']", ignore=["near-twin"])) == {"far-twin"}
    assert set(chosen("ignore = ['near-twin']", select=["twins"])) == {"near-twin", "far-twin"}


def test_rules_come_by_id() -> None:
    rules, _ = select_rules(settings(select=["ALL"]), INSTALLED)
    assert [rule.id for rule in rules] == sorted(rule.id for rule in rules)


def test_a_preset_selects_and_sets_options() -> None:
    rules = chosen("preset = 'only-twins'", "rules.near-twin.unit = 'dice'")
    assert set(rules) == {"near-twin", "far-twin"}
    assert rules["near-twin"].rule.model_dump() == {"threshold": 0.5, "unit": "dice"}
    assert rules["near-twin"].severity is Severity.ERROR
    assert "near-twin" not in chosen("preset = 'only-twins'", "ignore = ['near-twin']")
    assert set(chosen("preset = 'only-twins'", "extend-select = ['acme']")) == {"near-twin", "far-twin", "acme/seen"}


def test_severity_is_the_configured_then_the_targets_then_the_rules_own() -> None:
    def level(*config: str) -> Severity:
        return rule_info(chosen(*config)["too-long"], settings(*config)).severity

    assert level() is Severity.WARNING
    assert level("target = 'openai'") is Severity.ERROR
    assert level("target = 'openai'", "rules.too-long.severity = 'note'") is Severity.NOTE


def test_a_shared_setting_reaches_the_rules_that_ask_for_it_unless_their_table_sets_it() -> None:
    assert chosen("max-length = 5")["too-long"].rule.model_dump() == {"max_length": 5}
    assert chosen("max-length = 5", "rules.too-long.max-length = 6")["too-long"].rule.model_dump() == {"max_length": 6}


def test_options_under_a_former_name_count() -> None:
    rules = chosen("rules.almost-twin.threshold = 0.3")
    assert rules["near-twin"].rule.model_dump()["threshold"] == 0.3


def test_a_former_name_is_pointed_out() -> None:
    (note,) = [n for n in said("rules.almost-twin.threshold = 0.3") if n.notice is Notice.CONFIG]
    assert (note.severity, note.rule) == (Severity.WARNING, "near-twin")
    assert note.message == "--config: rule 'almost-twin' is now called 'near-twin'"


@pytest.mark.parametrize(
    ("settings", "notice"),
    [
        ({}, Notice.RULE_UNCONFIGURED),
        ({"select": ["ALL"]}, Notice.RULE_UNCONFIGURED),
        ({"select": ["too-long"]}, Notice.RULE_SKIPPED),
        ({"extend-select": ["too-long"]}, Notice.RULE_SKIPPED),
        ({"rules": {"too-long": {"severity": "error"}}}, Notice.RULE_SKIPPED),
    ],
)
def test_a_rule_that_cannot_run_stays_and_is_named(settings: dict[str, Any], notice: Notice) -> None:
    (note,) = [note for note in said(**settings) if note.rule == "too-long"]
    assert (note.notice, note.severity) == (notice, Severity.NOTE)
    assert note.message == "did not run: set max-length"
    assert said("max-length = 5") == ()
    assert chosen()["too-long"].unmet == "set max-length"


def test_a_deprecated_rule_is_named() -> None:
    (note,) = said(select=["old"])
    assert (note.notice, note.severity, note.rule) == (Notice.CONFIG, Severity.WARNING, "old")


class TwoSettings(RecordRule):
    """Takes a setting that another rule restricts less."""

    max_length: int | None = shared(None, description="Tokens.", gt=0, lt=100)

    def check(self, record: Record) -> Iterator[Finding]:
        yield from ()


def test_a_shared_setting_that_one_rule_refuses_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "dslint.toml").write_text("\nmax-length = 500\n")
    both = Installed({**RULES, "two-settings": RuleEntry("two-settings", "size", TwoSettings)})
    with pytest.raises(ConfigError, match=r"^dslint\.toml:2: .*less than 100"):
        select_rules(load_settings(cwd=tmp_path), both)


@pytest.mark.parametrize("name", ["gone/rule", "gone"])
def test_names_of_a_plugin_that_failed_are_left_out_with_a_note(name: str) -> None:
    failed = Installed(RULES, failed=("gone/",))
    (note,) = [n for n in said(select=["twins", name], installed=failed) if n.notice is Notice.CONFIG]
    assert note.message == f"command line: {name!r} is left out, because what offers it is not loaded"
    assert set(chosen(select=["twins", name], installed=failed)) == {"near-twin", "far-twin"}
    assert chosen(f"rules.'{name}'.x = 1", installed=failed).keys() == ON


def test_names_of_local_rules_that_are_switched_off_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "r.py").write_text("")
    (tmp_path / "dslint.toml").write_text("local-rules = ['r.py']\nextend-select = ['local/mine']\n")
    off = load_settings(cwd=tmp_path, overrides={"local-rules": []})
    assert {rule.id for rule in select_rules(off, INSTALLED)[0]} == ON
    with pytest.raises(ConfigError, match=re.escape("unknown rule 'local/mine'")):
        select_rules(load_settings(cwd=tmp_path), INSTALLED)


def test_expand() -> None:
    plain = settings()
    assert expand(("twins", "acme/noticed"), plain, INSTALLED) == {"near-twin", "far-twin", "acme/seen"}
    assert expand(("ALL",), plain, INSTALLED) == set(RULES)


NAMES = st.lists(st.sampled_from([*RULES, "twins", "size", "news", "acme", "ALL"]), max_size=4)


@given(NAMES, NAMES, st.booleans())
def test_laws_of_selection(select: list[str], ignore: list[str], preview: bool) -> None:
    rules = set(chosen(select=select, ignore=ignore, preview=preview))
    exact = set(select) & set(RULES)
    assert rules <= set(chosen(select=select, preview=preview))
    assert rules.isdisjoint(set(ignore) & set(RULES))
    assert exact - set(ignore) <= rules
    assert rules == set(chosen(select=select[::-1], ignore=ignore[::-1], preview=preview))
