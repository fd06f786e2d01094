"""``dslint rules``, ``dslint rule`` and ``dslint config``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dslint.cli.main import cli

Dslint = Callable[..., Result]

LOCAL = '''
from dslint.api import Record, Status, rule

def check_shouting(record: Record, *, share: float = 0.5) -> None:
    """Answers shout."""
    assert record.response.upper() != record.response, "answer is in capitals"

@rule(status=Status.PREVIEW, severity="note")
def check_new(record: Record) -> None:
    """Something new."""
'''


@pytest.fixture
def dslint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dslint:
    monkeypatch.chdir(tmp_path)
    Path("lint_rules.py").write_text(LOCAL)
    Path("dslint.toml").write_text('local-rules = ["lint_rules.py"]\n')

    def call(*args: str) -> Result:
        return CliRunner().invoke(cli, args, prog_name="dslint")

    return call


def listed(result: Result) -> dict[str, dict[str, object]]:
    assert result.exit_code == 0, result.output
    return {rule["id"]: rule for rule in json.loads(result.stdout)}


def test_rules_as_a_table(dslint: Dslint) -> None:
    result = dslint("rules")
    assert result.exit_code == 0, result.output
    head, *rows = result.stdout.splitlines()
    assert head.split() == ["FAMILY", "RULE", "SEVERITY", "STATUS", "DEFAULT", "RUNS", "HERE", "ABOUT"]
    assert any(row.split()[:4] == ["near-duplicate", "warning", "stable", "on"] for row in rows)
    families = [row.split()[0] for row in rows if row and not row.startswith(" ")][:-1]
    assert families == [*sorted(families[:-1]), "local"]


def test_rules_say_what_keeps_them_from_running(dslint: Dslint) -> None:
    rules = listed(dslint("rules", "--output-format", "json", "--ignore", "near-duplicate"))
    assert rules["exceeds-context"]["reason"] == "set max-length"
    assert rules["near-duplicate"]["reason"] == "not selected"
    assert rules["near-duplicate"]["default"] is True
    assert rules["local/new"]["reason"] == "in preview; --preview"
    assert rules["local/shouting"]["runs"] is True
    rules = listed(dslint("rules", "--output-format", "json", "--preview", "--max-length", "4096"))
    assert rules["exceeds-context"]["runs"] is rules["local/new"]["runs"] is True


def test_rules_show_the_severities_of_a_target(dslint: Dslint) -> None:
    generic = listed(dslint("rules", "--output-format", "json"))
    openai = listed(dslint("rules", "--output-format", "json", "--target", "openai"))
    different = [name for name in generic if generic[name]["severity"] != openai[name]["severity"]]
    assert different
    assert all(generic[name]["default_severity"] == openai[name]["default_severity"] for name in different)


def test_rules_show_the_levels_of_findings_that_have_their_own(dslint: Dslint) -> None:
    ends = "a conversation that ends with a turn that nothing answers"
    levels = {
        target: listed(dslint("rules", "--output-format", "json", "--target", target))["missing-target"]["levels"]
        for target in ("trl", "openai")
    }
    assert levels == {"trl": {ends: "warning"}, "openai": {ends: "error"}}
    table = " ".join(dslint("rules", "--target", "trl").stdout.split())
    assert " missing-target error, warning stable " in table
    page = dslint("rule", "missing-target", "--target", "unsloth").stdout
    assert f"error; warning for {ends}" in " ".join(page.split())


def test_a_configured_severity_is_that_of_all_findings(dslint: Dslint) -> None:
    Path("dslint.toml").write_text('[rules.missing-target]\nseverity = "note"\n')
    rule = listed(dslint("rules", "--output-format", "json", "--target", "trl"))["missing-target"]
    assert (rule["severity"], rule["levels"]) == ("note", {})


def test_a_plugin_that_fails_is_named(dslint: Dslint) -> None:
    Path("lint_rules.py").write_text("import nonsense_that_is_not_there")
    result = dslint("rules")
    assert result.exit_code == 3
    assert "near-duplicate" in result.stdout
    assert "nonsense_that_is_not_there" in result.stderr
    assert "nonsense_that_is_not_there" in dslint("rule", "local/shouting").stderr
    assert dslint("rules", "--no-local-rules").exit_code == 0


def test_rule_explains(dslint: Dslint) -> None:
    result = dslint("rule", "near-duplicate")
    assert result.exit_code == 0
    assert result.stdout.startswith("# near-duplicate\n\n")
    assert "threshold (number above 0 to 1, default 0.8)\n      " in result.stdout
    assert "runs here:  yes" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_rule_shows_what_is_configured(dslint: Dslint) -> None:
    Path("dslint.toml").write_text('[rules.near-duplicate]\nthreshold = 0.7\nseverity = "error"\n')
    text = dslint("rule", "near-duplicate").stdout
    assert "default 0.8, here 0.7" in text
    assert "error (by default warning)" in text
    document = json.loads(dslint("rule", "near-duplicate", "--output-format", "json").stdout)
    assert (document["severity"], document["values"]["threshold"]) == ("error", 0.7)


def test_all_rules(dslint: Dslint) -> None:
    text = dslint("rule", "--all").stdout
    documents = json.loads(dslint("rule", "--all", "--output-format", "json").stdout)
    assert len(documents) > 10
    assert all(f"# {rule['id']}\n" in text for rule in documents)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "give the name of a rule, or --all"),
        (("--all", "near-duplicate"), "give the name of a rule, or --all"),
        (("near-duplicat",), "unknown rule 'near-duplicat'; did you mean 'near-duplicate'"),
    ],
)
def test_rule_mistakes(dslint: Dslint, args: tuple[str, ...], message: str) -> None:
    result = dslint("rule", *args)
    assert result.exit_code == 2
    assert message in result.stderr


def test_config_names_origins(dslint: Dslint) -> None:
    Path("data").mkdir()
    Path("data/dslint.toml").write_text('\n\nfail-on = "note"\n[rules.near-duplicate]\nthreshold = 0.9\n')
    result = dslint("config", "data", "--target", "trl", "--output-format", "json")
    assert result.exit_code == 0, result.output
    settings = json.loads(result.stdout)["settings"]
    assert settings["fail-on"] == {"value": "note", "from": "data/dslint.toml:3"}
    assert settings["rules.near-duplicate.threshold"] == {"value": 0.9, "from": "data/dslint.toml:5"}
    assert settings["target"] == {"value": "trl", "from": "command line"}
    assert settings["per-file"] == {"value": False, "from": "default"}
    assert settings["include"]["value"]
    text = dslint("config", "data").stdout
    assert "from: data/dslint.toml\n" in text


def test_config_of_nothing(dslint: Dslint) -> None:
    result = dslint("config", "--isolated")
    assert "from: defaults\n" in result.stdout
    assert dslint("config", "--isolated", "--config", "dslint.toml").exit_code == 2
