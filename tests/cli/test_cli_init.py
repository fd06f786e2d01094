"""``dslint init``: what it writes is valid, and what is there stays."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from dslint.cli.main import cli
from dslint.cli.starter import SETTINGS

FILES = ("dslint.toml", ".pre-commit-config.yaml", ".github/workflows/dslint.yml")


def init(*args: str) -> Result:
    return CliRunner().invoke(cli, ["init", *args], prog_name="dslint")


def test_it_writes_three_files_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    result = init(str(tmp_path))
    assert result.exit_code == 0
    for name in FILES:
        assert f"wrote {name}\n" in result.output
        assert (tmp_path / name).is_file()
    assert "next: dslint check data" in result.output


def test_it_replaces_nothing_without_force(tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("repos: []\n")
    result = init(str(tmp_path))
    assert all((tmp_path / name).read_text() == "repos: []\n" for name in FILES)
    assert result.output.count("kept ") == 3
    assert "- id: dslint-dataset" in result.output
    result = init(str(tmp_path), "--force")
    assert "replaced dslint.toml" in result.output
    assert (tmp_path / ".pre-commit-config.yaml").read_text() == "repos: []\n"
    assert "fail-on" in (tmp_path / "dslint.toml").read_text()


def test_a_table_in_pyproject_is_a_configuration(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.dslint]\n")
    assert "kept  pyproject.toml" in init(str(tmp_path)).output
    assert not (tmp_path / "dslint.toml").exists()


@pytest.mark.parametrize(
    ("data", "matches"),
    [
        ("my data's", "my data's/x.jsonl"),
        (".", "x.jsonl"),
        ("a/b/", "a/b/c.csv"),
        ("a: b", "a: b/c.csv"),
        ("#1 'q' {x}", "#1 'q' {x}/c.csv"),
    ],
)
def test_any_folder_gives_valid_files(tmp_path: Path, data: str, matches: str) -> None:
    init(str(tmp_path), "--data", data)
    hooks = yaml.safe_load((tmp_path / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    assert all(re.search(hook["files"], matches) for hook in hooks)
    assert not re.search(hooks[0]["files"], "elsewhere/readme.md")
    steps = yaml.safe_load((tmp_path / ".github/workflows/dslint.yml").read_text())["jobs"]["dslint"]["steps"]
    commands = [hooks[1]["entry"], *(step["run"] for step in steps if "dslint check" in step.get("run", ""))]
    assert [shlex.split(command)[-1] for command in commands] == [data.rstrip("/")] * 2


def test_the_settings_and_all_of_its_examples_can_be_used(tmp_path: Path) -> None:
    # Examples are the commented lines that are TOML: a table, or a key and a value.
    text = re.sub(r"(?m)^# (\[|\"?[a-z/*.-]+\"? = )", r"\1", SETTINGS)
    assert text.count("=") > SETTINGS.count("\n#") / 4
    (tmp_path / "dslint.toml").write_text(text)
    (tmp_path / "lint_rules.py").write_text("")
    result = CliRunner().invoke(cli, ["rules", "--config", str(tmp_path / "dslint.toml")], prog_name="dslint")
    assert result.exit_code == 0, result.output
    assert "near-duplicate" in result.output
