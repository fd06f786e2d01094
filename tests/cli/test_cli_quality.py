"""``dslint quality``, and what a check does with the model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rated import by_length, rated, save

import dslint
from dslint.cli.main import cli
from dslint.config.errors import ConfigError


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["quality", *arguments])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "ratings.jsonl", rated(300))
    return tmp_path


@pytest.fixture
def trained(folder: Path) -> Path:
    result = run("train", "ratings.jsonl", "--good-from", "4.5", "--output", "quality.json")
    assert result.exit_code == 0, result.output
    return folder


def test_a_trained_model_flags_what_is_like_the_poor_ones(trained: Path) -> None:
    rows = rated(200, seed=9)
    save(trained / "train.jsonl", rows)
    config = {"select": ["low-quality-score"], "quality-model": "quality.json"}
    report = dslint.check("train.jsonl", config=config)
    flagged = [rows[finding.ref.record]["score"] for finding in report.findings if finding.ref]
    assert len(flagged) > 20
    assert sum(score < 4.5 for score in flagged) >= 0.9 * len(flagged)
    assert all(finding.properties["reasons"] for finding in report.findings)
    parallel = dslint.check("train.jsonl", config=config, jobs=2)
    assert [(f.message, f.fingerprint) for f in parallel.findings] == [
        (f.message, f.fingerprint) for f in report.findings
    ]


def test_training_says_how_good_the_model_is(folder: Path) -> None:
    result = run("train", "ratings.jsonl", "--good-from", "4.5", "-o", "quality.json")
    assert "300 records, " in result.output
    assert "AUC 1.000 cross-validated" in result.output
    assert "by the length of the answer alone" in result.output
    provenance = json.loads(Path("quality.json").read_text())["trained"]
    assert provenance["records"] == 300
    assert provenance["dslint"] == dslint.__version__


def test_the_same_ratings_give_the_same_bytes(trained: Path) -> None:
    before = Path("quality.json").read_bytes()
    assert run("train", "ratings.jsonl", "--good-from", "4.5", "-o", "quality.json").exit_code == 0
    assert Path("quality.json").read_bytes() == before


def test_a_model_that_is_no_better_than_length_is_not_written(folder: Path) -> None:
    save(folder / "ratings.jsonl", by_length(300))
    result = run("train", "ratings.jsonl", "--good-from", "4.5", "-o", "quality.json")
    assert result.exit_code == 1
    assert "no model: AUC" in result.output
    assert not Path("quality.json").exists()


def test_too_few_ratings(folder: Path) -> None:
    save(folder / "ratings.jsonl", [*rated(30), {"instruction": "Say it.", "output": "No.", "score": "good"}])
    result = run("train", "ratings.jsonl", "--good-from", "4.5", "-o", "quality.json")
    assert result.exit_code == 1
    assert "no model: 30 rated records are too few" in result.output
    assert "left out 1 record with no number under 'score'" in result.output


def test_a_sample_is_rated_elsewhere_and_joined_by_digest(folder: Path) -> None:
    rows = rated(300)
    save(folder / "train.jsonl", [{key: row[key] for key in ("instruction", "output")} for row in rows])
    assert run("sample", "train.jsonl", "--size", "250", "-o", "to_rate.jsonl").exit_code == 0
    sheet = [json.loads(line) for line in Path("to_rate.jsonl").read_text().splitlines()]
    assert len({row["digest"] for row in sheet}) == 250
    scores = {row["output"]: row["score"] for row in rows}
    named = [{"digest": row["digest"], "stars": scores[row["response"]]} for row in sheet]
    save(folder / "stars.jsonl", [*named, {"digest": "0" * 32, "stars": 1}])
    result = run(
        "train",
        "stars.jsonl",
        "--records",
        "train.jsonl",
        "--score-field",
        "stars",
        "--good-from",
        "4.5",
        "-o",
        "m.json",
    )
    assert result.exit_code == 0, result.output
    assert "250 records, " in result.output
    assert "left out 1 record with no record that they name by digest" in result.output
    # The sheet itself holds the texts, so it can be trained on as well.
    save(folder / "sheet.jsonl", [{**row, "score": scores[row["response"]]} for row in sheet])
    assert run("train", "sheet.jsonl", "--good-from", "4.5", "-o", "other.json").exit_code == 0
    assert json.loads(Path("m.json").read_text())["trained"]["auc"] > 0.9


def test_a_sample_does_not_depend_on_order(folder: Path) -> None:
    rows = rated(50)
    save(folder / "one.jsonl", rows)
    save(folder / "two.jsonl", [*rows[25:], *rows[:25], rows[0]])
    assert run("sample", "one.jsonl", "--size", "9").output == run("sample", "two.jsonl", "--size", "9").output


def test_evaluation_on_other_ratings(trained: Path) -> None:
    save(trained / "others.jsonl", rated(200, seed=9))
    result = run("evaluate", "quality.json", "others.jsonl")
    assert result.exit_code == 0, result.output
    assert "on these ratings" in result.output
    save(trained / "others.jsonl", by_length(200))
    assert run("evaluate", "quality.json", "others.jsonl").exit_code == 1
    assert "says nothing of others" in run("evaluate", "quality.json", "ratings.jsonl").output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is no quality model"),
        ("{", "is no quality model"),
        ("[1, 2]", "is no quality model"),
        ('{"format": "something else"}', "is no quality model"),
        ("DAMAGED", "is a damaged quality model: intercept"),
        ("FOREIGN", "is of version 99"),
    ],
)
def test_a_file_that_is_no_model_is_an_error(trained: Path, text: str, told: str) -> None:
    document = json.loads(Path("quality.json").read_text())
    if text == "DAMAGED":
        document["intercept"] = "much"
        text = json.dumps(document)
    if text == "FOREIGN":
        text = json.dumps({**document, "version": 99})
    Path("other.json").write_text(text)
    with pytest.raises(ConfigError, match=told):
        dslint.check("ratings.jsonl", config={"select": ["low-quality-score"], "quality-model": "other.json"})
    result = run("evaluate", "other.json", "ratings.jsonl")
    assert result.exit_code == 2
    assert told in result.output


def test_without_a_model_the_rule_says_what_it_needs(folder: Path) -> None:
    report = dslint.check("ratings.jsonl", config={"select": ["low-quality-score"]})
    assert [note.message for note in report.notifications if "quality-model" in note.message]
    with pytest.raises(ConfigError, match="cannot be read"):
        dslint.check("ratings.jsonl", config={"select": ["low-quality-score"], "quality-model": "absent.json"})
