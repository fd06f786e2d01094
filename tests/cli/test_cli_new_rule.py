"""``dslint new-rule``: what it writes works."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import dslint
from dslint.cli.main import cli
from dslint.cli.new_rule import KINDS, joined

ROOT = Path(__file__).parents[2]


def new_rule(folder: Path, *args: str) -> Result:
    before = Path.cwd()
    os.chdir(folder)
    try:
        return CliRunner().invoke(cli, ["new-rule", *args], prog_name="dslint")
    finally:
        os.chdir(before)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "rules" / "dslint_rules" / "format").mkdir(parents=True)
    (tmp_path / "rules" / "dslint_rules" / "format" / "__init__.py").touch()
    (tmp_path / "tests" / "rules").mkdir(parents=True)
    return tmp_path


def test_in_a_checkout_it_writes_the_rule_and_its_test(checkout: Path) -> None:
    result = new_rule(checkout / "tests", "untranslated-answer", "--family", "format")
    assert result.exit_code == 0, result.output
    rule = (checkout / "rules/dslint_rules/format/untranslated_answer.py").read_text()
    assert "class UntranslatedAnswer(RecordRule):" in rule
    assert (checkout / "tests/rules/untranslated-answer.md").read_text().startswith("# untranslated-answer\n")


def test_it_replaces_nothing(checkout: Path) -> None:
    new_rule(checkout, "some-rule", "--family", "format")
    rule = checkout / "rules/dslint_rules/format/some_rule.py"
    rule.write_text("mine")
    result = new_rule(checkout, "some-rule", "--family", "format")
    assert (result.exit_code, rule.read_text()) == (2, "mine")
    assert "rules/dslint_rules/format/some_rule.py exists" in result.output


@pytest.mark.parametrize("family", [(), ("--family", "nonsense")])
def test_a_family_that_is_not_there_names_those_that_are(checkout: Path, family: tuple[str, ...]) -> None:
    result = new_rule(checkout, "some-rule", *family)
    assert result.exit_code == 2
    assert "choose one of format" in result.output


@pytest.mark.parametrize("name", ["SomeRule", "some_rule", "some--rule", "-rule", "a-b", "1-rule", "../rule", ""])
def test_a_name_is_lower_case_words(tmp_path: Path, name: str) -> None:
    result = new_rule(tmp_path, "--", name)
    assert result.exit_code == 2
    assert "is no rule name" in result.output
    assert list(tmp_path.iterdir()) == []


def test_outside_it_adds_local_rules(tmp_path: Path) -> None:
    for kind in KINDS:
        result = new_rule(tmp_path, f"my-{kind}", "--kind", kind)
        assert result.exit_code == 0, result.output
    text = (tmp_path / "lint_rules.py").read_text()
    tree = ast.parse(text)
    defined = [node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    assert {"check_my_record", "MyDataset", "MyGroup", "MyPair"} <= set(defined)
    assert 'local-rules = ["lint_rules.py"]' in result.output
    (tmp_path / "data.jsonl").write_text('{"instruction": "Name a sea.", "output": "The Baltic is one."}\n')
    config = {"local-rules": [str(tmp_path / "lint_rules.py")], "select": ["local"]}
    report = dslint.check(tmp_path / "data.jsonl", config=config)
    assert set(report.rules) == {f"local/my-{kind}" for kind in KINDS}
    assert report.exit_code == 0
    again = new_rule(tmp_path, "my-group", "--kind", "group")
    assert again.exit_code == 2
    assert (tmp_path / "lint_rules.py").read_text() == text


@pytest.mark.parametrize(
    "before",
    [
        "x = 1\n",
        '"""Mine."""\n',
        '"""Mine."""\n\nfrom __future__ import annotations\n\nimport json\n\nx = json\n',
        "# a comment\nimport json\nfrom dslint.api import Record\n",
        "",
    ],
)
def test_what_was_in_the_file_stays(before: str) -> None:
    template = (
        "from __future__ import annotations\n\nimport re\n\nfrom dslint.api import Rule\n\n\nclass New:\n    pass\n"
    )
    after = joined(before, template)
    ast.parse(after)
    compile(after, "lint_rules.py", "exec")
    assert all(line in after.splitlines() for line in before.splitlines())
    assert "import re\n" in after
    assert after.endswith("class New:\n    pass\n")


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "lint_rules.py").write_text("def (:\n")
    result = new_rule(tmp_path, "my-rule")
    assert result.exit_code == 2
    assert "line 1" in result.output


@pytest.mark.slow
def test_the_skeletons_pass_their_own_tests(tmp_path: Path) -> None:
    checkout = tmp_path / "dslint"
    for name in ("dslint", "rules"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    (checkout / "tests" / "rules").mkdir(parents=True)
    shutil.copy(ROOT / "tests/rules/test_rules.py", checkout / "tests/rules")
    for kind in KINDS:
        assert new_rule(checkout, f"new-{kind}", "--kind", kind, "--family", "format").exit_code == 0
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/rules", "-k", "new-"],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(checkout), str(checkout / "rules")])},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout
    assert result.stdout.count("passed") == 1
