"""Classifiers that are code of the user's: trusted only where local rules are, called once for a text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import dslint
from dslint.cli.main import cli
from dslint.model.severity import Severity

SCORER = """
from pathlib import Path

def toxicity(texts):
    with (Path(__file__).parent / "calls.txt").open("a") as file:
        file.writelines(f"{len(texts)}\\n")
    return [0.9 if "idiot" in text else 0.1 for text in texts]

def labels(texts):
    return [{"insult": 0.9 if "idiot" in text else 0.1, "neutral": 0.95} for text in texts]

def too_few(texts):
    return [0.5]

def words(texts):
    return ["high" for text in texts]

def other_labels(texts):
    return [{"odd" if n % 2 else "even": 0.1} for n, _ in enumerate(texts)]

def nothing(texts):
    return [float("nan") for _ in texts]

def broken(texts):
    raise KeyError("no such thing")
"""
RULE: dict[str, Any] = {"select": ["unsafe-response"]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scorers.py").write_text(SCORER)
    rows = [
        {"instruction": "Greet me.", "output": "Hello, and welcome."},
        {"instruction": "Greet me.", "output": "Hello, you idiot."},
        {"instruction": "Greet him.", "output": "Hello, and welcome."},
        {"instruction": "Greet her.", "output": " "},
    ]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "dslint.toml").write_text(
        'select = ["unsafe-response"]\nsafety = { classifier = "scorers.py:toxicity" }\n'
    )
    return tmp_path


def scored(classifier: str, **settings: Any) -> dslint.Report:
    return dslint.check("train.jsonl", config={**RULE, "safety": {"classifier": classifier}, **settings})


def test_a_function_scores_each_answer_once(folder: Path) -> None:
    report = scored("scorers.py:toxicity")
    assert [finding.message for finding in report.findings] == ['answer scores 0.90 for "unsafe"']
    assert [finding.ref.line for finding in report.findings if finding.ref] == [2]
    assert (folder / "calls.txt").read_text() == "2\n"
    assert [n.message for n in report.notifications] == ["answers are scored by scorers.py:toxicity"]


def test_processes_find_the_same(folder: Path) -> None:
    one, two = (dslint.check("train.jsonl", jobs=jobs) for jobs in (1, 2))
    assert [(f.message, f.fingerprint) for f in one.findings] == [(f.message, f.fingerprint) for f in two.findings]
    assert one.findings


def test_labels_that_say_that_nothing_is_wrong_do_not_count(folder: Path) -> None:
    assert [f.message for f in scored("scorers.py:labels").findings] == ['answer scores 0.90 for "insult"']


def check(*arguments: str) -> tuple[int, str]:
    result = CliRunner(env={"DSLINT_NO_CACHE": None}).invoke(
        cli, ["check", "--cache-dir", "kept", *arguments, "train.jsonl"]
    )
    return result.exit_code, result.output


def test_scores_are_kept_by_text_and_code(folder: Path) -> None:
    assert "0.90" in check()[1]
    assert "0.90" in check()[1]
    assert (folder / "calls.txt").read_text() == "2\n"
    with (folder / "train.jsonl").open("a") as file:
        file.write('{"instruction": "Greet us.", "output": "Hello, idiots."}\n')
    assert check()[1].count("answer scores") == 2
    assert (folder / "calls.txt").read_text() == "2\n1\n"
    (folder / "scorers.py").write_text(SCORER.replace("0.9 if", "0.85 if"))
    assert "0.85" in check()[1]
    assert (folder / "calls.txt").read_text() == "2\n1\n3\n"


def test_code_runs_no_more_than_local_rules_do(folder: Path) -> None:
    (folder / "scorers.py").write_text("raise SystemExit('must not run')")
    for arguments in ([], ["--config", "rules.unsafe-response.safety.classifier = 'scorers.py:toxicity'"]):
        code, output = check("--no-local-rules", *arguments)
        assert code == 0
        assert "runs no more than local rules do" in " ".join(output.split())
    report = dslint.check("train.jsonl", local_rules=[])
    assert [note.rule for note in report.notifications] == ["unsafe-response"]


@pytest.mark.parametrize(
    ("classifier", "told"),
    [
        ("scorers.py:too_few", "gave 1 scores for 2 texts"),
        ("scorers.py:words", "something that is no number"),
        ("scorers.py:other_labels", "other labels than others"),
        ("scorers.py:nothing", "not finite"),
        ("scorers.py:broken", "KeyError"),
        ("scorers.py:absent", "cannot be loaded"),
        ("no_such_module:score", "cannot be loaded"),
    ],
)
def test_a_scorer_that_fails_is_no_pass(folder: Path, classifier: str, told: str) -> None:
    report = scored(classifier)
    assert not report.findings
    errors = [note.message for note in report.notifications if note.severity is Severity.ERROR]
    assert len(errors) == 1
    assert told in errors[0]
    assert report.exit_code == 3


def test_a_threshold_for_a_label_that_is_not_there(folder: Path) -> None:
    report = scored("scorers.py:labels", rules={"unsafe-response": {"thresholds": {"insutl": 0.5}}})
    assert "no label 'insutl'; it has insult, neutral" in " ".join(note.message for note in report.notifications)
    assert report.exit_code == 3


@pytest.mark.parametrize(
    ("classifier", "told"),
    [("", "set safety.classifier"), ("absent.py:score", "not there")],
)
def test_what_is_missing_is_told(folder: Path, classifier: str, told: str) -> None:
    report = scored(classifier)
    assert not report.findings
    assert report.exit_code == 0
    assert [told in note.message for note in report.notifications] == [True]
