"""``dslint coverage``."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dslint.cli.main import cli

THINGS = ["soup", "bread", "salad", "noodle", "curry", "pie", "stew", "pancake", "omelette", "pudding"]
PLACES = ["harbour", "forest", "mountain", "village", "desert", "island", "meadow", "river", "castle", "market"]
TRAINED = [
    *(f"Give me a recipe for {a} with {b} on the side" for a in THINGS for b in THINGS),
    *(f"Write a poem about the {a} seen from the {b} in winter" for a in PLACES for b in PLACES),
]
FAILED = [f"Join the {table} table with the orders by one SQL query" for table in THINGS]
COVERED = [f"For a salad with {b}, give me on the side a recipe: {a}" for a, b in pairwise(THINGS)]


def write(path: Path, texts: list[str], key: str = "prompt") -> None:
    path.write_text("".join(json.dumps({key: text, "completion": "Yes."}) + "\n" for text in texts))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "train.jsonl", TRAINED)
    write(tmp_path / "failures.jsonl", FAILED + COVERED)
    write(tmp_path / "production.jsonl", FAILED * 1 + [f"{text} now" for text in FAILED] + COVERED)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["coverage", "train.jsonl", "--isolated", *arguments])


def document(*arguments: str) -> dict:
    return json.loads(run(*arguments, "--output-format", "json").output)["datasets"]["train"]


def test_failures_that_nothing_is_near_to_are_a_gap_and_others_are_covered(folder: Path) -> None:
    failures = document("--failures", "failures.jsonl")["failures"]
    assert failures["prompts"] == len(FAILED) + len(COVERED)
    uncovered = {each["text"] for group in failures["groups"] for each in group["uncovered"]}
    assert uncovered == set(FAILED)
    assert failures["covered"] == len(COVERED)
    gaps = [group for group in failures["groups"] if group["gap"]]
    assert gaps
    assert all("sql" in gap["about"] or "query" in gap["about"] or "join" in gap["about"] for gap in gaps)


def test_labels_are_the_names_of_groups(folder: Path) -> None:
    rows = [{"prompt": text, "tag": "joins"} for text in FAILED] + [{"prompt": text, "tag": "food"} for text in COVERED]
    (folder / "failures.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    groups = {group["about"]: group for group in document("--failures", "failures.jsonl")["failures"]["groups"]}
    assert groups["joins"]["gap"]
    assert groups["joins"]["prompts"] == len(FAILED)
    assert not groups["food"]["gap"]


def test_production_shows_what_to_write_next(folder: Path) -> None:
    production = document("--production", "production.jsonl")["production"]
    assert production["without_near_record"] == 2 * len(FAILED)
    lacking = [topic for topic in production["topics"] if topic["gap"] == "too little"]
    assert lacking
    assert all(topic["share_of_data"] == 0 for topic in lacking)
    assert any("SQL" in example["text"] for topic in lacking for example in topic["examples"])
    assert [topic["about"] for topic in production["topics"] if topic["gap"] == "too much" and topic["queries"] == 0]


def test_the_table_says_how_it_compared_and_shows_the_gap(folder: Path) -> None:
    result = run("--failures", "failures.jsonl", "--production", "production.jsonl")
    assert result.exit_code == 0
    assert "compared by words" in result.output
    assert "gap" in result.output
    assert "too little" in result.output


def test_a_gap_fails_only_where_asked(folder: Path) -> None:
    assert run("--failures", "failures.jsonl", "--fail-on-gap").exit_code == 1
    write(folder / "failures.jsonl", COVERED)
    assert run("--failures", "failures.jsonl", "--fail-on-gap").exit_code == 0


def test_order_and_cut_of_the_files_change_nothing(folder: Path) -> None:
    before = document("--failures", "failures.jsonl", "--production", "production.jsonl")
    write(folder / "failures.jsonl", (FAILED + COVERED)[::-1])
    after = document("--failures", "failures.jsonl", "--production", "production.jsonl")
    groups = [
        [(group["about"], group["gap"], sorted(each["text"] for each in group["uncovered"])) for group in groups]
        for groups in (before["failures"]["groups"], after["failures"]["groups"])
    ]
    assert groups[0] == groups[1]
    write(folder / "train.jsonl", TRAINED[::-1])
    topics = document("--production", "production.jsonl")["production"]["topics"]
    assert topics == before["production"]["topics"]


def test_what_prompts_hold_commands_no_terminal(folder: Path) -> None:
    write(folder / "failures.jsonl", [f"\x1b[31m::error:: join table {text}" for text in FAILED])
    output = run("--failures", "failures.jsonl").output
    assert "\x1b" not in output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--failures or --production"),
        (("--failures", "absent.jsonl"), "cannot be read"),
        (("--failures", "empty.jsonl"), "holds no records"),
        (("--failures", "failures.jsonl", "--config", "embeddings = {model = 'absent.npy'}"), "is not there"),
    ],
)
def test_what_cannot_be_used_is_told(folder: Path, arguments: tuple[str, ...], words: str) -> None:
    (folder / "empty.jsonl").write_text("")
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.output


def test_too_little_data_is_told(folder: Path) -> None:
    write(folder / "train.jsonl", TRAINED[:50])
    result = run("--failures", "failures.jsonl")
    assert result.exit_code == 2
    assert "100 different questions" in result.output


def test_vectors_from_a_file_take_the_place_of_words(folder: Path) -> None:
    rows = [{"text": text, "vector": [1.0, n % 7 / 10, 0.0]} for n, text in enumerate(TRAINED)]
    rows += [{"text": text, "vector": [1.0, n % 7 / 10, 0.1]} for n, text in enumerate(COVERED)]
    rows += [{"text": text, "vector": [0.0, n % 7 / 10, 1.0]} for n, text in enumerate(FAILED)]
    (folder / "vectors.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    model = ("--config", 'embeddings = {model = "vectors.jsonl"}')
    failures = document("--failures", "failures.jsonl", *model)["failures"]
    assert {each["text"] for group in failures["groups"] for each in group["uncovered"]} == set(FAILED)
    assert "compared by words" not in run("--failures", "failures.jsonl", *model).output
