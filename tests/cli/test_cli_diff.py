"""``dslint diff`` and ``dslint profile``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import dslint
from dslint.cli.main import cli


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, words in (("old", 1), ("new", 30)):
        rows = [{"instruction": f"Say {n}.", "output": f"{n} " + "word " * words * (1 + n % 3)} for n in range(120)]
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def test_drift_fails_only_where_asked(folder: Path) -> None:
    run = CliRunner()
    assert run.invoke(cli, ["diff", "old.jsonl", "new.jsonl"]).exit_code == 0
    result = run.invoke(cli, ["diff", "old.jsonl", "new.jsonl", "--fail-on-drift"])
    assert result.exit_code == 1
    assert "drift  KS of answer lengths is" in result.output
    assert run.invoke(cli, ["diff", "old.jsonl", "old.jsonl", "--fail-on-drift"]).exit_code == 0


def test_json(folder: Path) -> None:
    result = CliRunner().invoke(cli, ["diff", "old.jsonl", "new.jsonl", "--output-format", "json", "--examples", "2"])
    document = json.loads(result.output)
    assert document["drift"] is True
    assert document["records"]["changed"] == 120
    assert len(document["examples"]["changed"]) == 2


def test_a_path_that_is_not_there(folder: Path) -> None:
    result = CliRunner().invoke(cli, ["diff", "old.jsonl", "absent.jsonl"])
    assert result.exit_code == 2


def test_a_folder_without_data(folder: Path) -> None:
    (folder / "empty").mkdir()
    assert CliRunner().invoke(cli, ["diff", "old.jsonl", "empty"]).exit_code == 2
    assert CliRunner().invoke(cli, ["profile", "empty"]).exit_code == 2


def test_a_profile_is_a_baseline(folder: Path) -> None:
    result = CliRunner().invoke(cli, ["profile", "old.jsonl", "-o", "profile.json"])
    assert result.exit_code == 0, result.output
    settings = {"select": ["baseline-drift"], "baseline": "profile.json"}
    assert not dslint.check("old.jsonl", config=settings).findings
    found = dslint.check("new.jsonl", config=settings).findings
    assert {finding.rule for finding in found} == {"baseline-drift"}


def test_a_profile_on_stdout(folder: Path) -> None:
    result = CliRunner().invoke(cli, ["profile", "old.jsonl"])
    assert json.loads(result.output)["datasets"]["data"]["records"] == 120
