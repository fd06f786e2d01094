from __future__ import annotations

import pytest

import dslint
from dslint.api import Severity, Status, Target
from dslint.config.resolve import resolve
from dslint.config.select import ChosenRule, select_rules
from dslint.config.settings import Settings, load_settings
from dslint.engine.lint import rule_info
from dslint.plugins.host import Plugins, load_plugins


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins()


def chosen(plugins: Plugins, **overrides: object) -> tuple[Settings, dict[str, ChosenRule]]:
    settings = resolve(load_settings(isolated=True, overrides=overrides), plugins)
    return settings, {rule.id: rule for rule in select_rules(settings, plugins)[0]}


def test_the_built_in_presets(plugins: Plugins) -> None:
    own = {name for name, preset in plugins.presets.items() if preset.origin.startswith("dslint-llm ")}
    assert own == {"recommended", "strict", "article", "lima", "openai", "trl", "axolotl", "llamafactory", "unsloth"}
    assert all(preset.summary for preset in plugins.presets.values())


def test_recommended_is_the_default(plugins: Plugins) -> None:
    assert chosen(plugins, preset="recommended")[1] == chosen(plugins)[1]


def test_strict_runs_all_that_is_not_deprecated_and_fails_on_a_note(plugins: Plugins) -> None:
    settings, rules = chosen(plugins, preset="strict")
    assert settings.threshold is Severity.NOTE
    assert set(rules) == {n for n, entry in plugins.rules.items() if entry.rule.status is not Status.DEPRECATED}


def test_article_sets_its_similarity(plugins: Plugins) -> None:
    assert chosen(plugins, preset="article")[1]["near-duplicate"].rule.model_dump()["threshold"] == 0.9


def test_lima_is_stricter_about_variety(plugins: Plugins) -> None:
    plain, lima = chosen(plugins)[1], chosen(plugins, preset="lima")[1]
    assert set(plain) <= set(lima)
    assert lima["near-duplicate"].severity is Severity.ERROR
    assert lima["dominant-type"].rule.model_dump()["max_share"] < plain["dominant-type"].rule.model_dump()["max_share"]


def test_a_preset_reaches_the_whole_run() -> None:
    report = dslint.check([{"instruction": "Add.", "output": "It is 4 in all."}], preset="strict")
    assert report.fail_on is Severity.NOTE


@pytest.mark.parametrize("target", ["openai", "trl", "axolotl", "llamafactory", "unsloth"])
def test_a_trainers_preset_sets_the_target(plugins: Plugins, target: str) -> None:
    settings, rules = chosen(plugins, preset=target)
    assert settings.target is Target(target)
    assert rules["foreign-role"].rule.model_dump()["target"] is Target(target)


def test_unsloth_trains_through_trls_trainer(plugins: Plugins) -> None:
    def levels(target: Target) -> dict[str, Severity]:
        settings, rules = chosen(plugins, preset=target.value)
        return {name: rule_info(rule, settings).severity for name, rule in rules.items()}

    assert levels(Target.UNSLOTH) == levels(Target.TRL)
