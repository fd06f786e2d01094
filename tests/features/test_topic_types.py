"""Types of task by meaning, and the map of topics in the report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from dslint.cli.main import cli
from dslint.features.topics.types import plane

STORIES = [
    "{name} has {n} apples and gives {m} of them to a friend in the market.",
    "A farmer sells {n} eggs a day, and {m} of them break before noon.",
    "There are {n} children on a bus, of whom {m} get off at the school.",
]
POEMS = ["Roses and the sea in autumn, seen by poet {name} on day {n}, as verse."]


def vectors(groups: list[tuple[int, int]], width: int = 8) -> Any:
    """Return unit vectors: for each group its size and the axis that its members are near."""
    generator = np.random.default_rng(1)
    rows = [np.eye(width)[axis] + 0.1 * generator.normal(size=width) for size, axis in groups for _ in range(size)]
    return np.array([row / np.linalg.norm(row) for row in rows], dtype=np.float32)


def check(folder: Path, questions: list[str], rows: Any, *options: str) -> dict[str, Any]:
    np.save(folder / "vectors.npy", rows)
    lines = [json.dumps({"instruction": each, "output": f"Answer {n}."}) for n, each in enumerate(questions)]
    (folder / "train.jsonl").write_text("\n".join(lines) + "\n")
    chosen = "dominant-type,low-type-diversity"
    command = ["check", str(folder / "train.jsonl"), "--isolated", "--select", chosen, "--output-format", "json"]
    result = CliRunner().invoke(cli, [*command, *options], prog_name="dslint")
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def stories(count: int) -> list[str]:
    return [STORIES[n % 3].format(name=f"Ann{n}", n=n + 10, m=n % 7 + 2) for n in range(count)]


@pytest.fixture
def model(tmp_path: Path) -> str:
    return f'embeddings = {{ model = "{tmp_path.as_posix()}/vectors.npy" }}'


def test_stories_of_one_type_are_found_where_their_first_words_tell_none(tmp_path: Path, model: str) -> None:
    questions = [*stories(540), *(POEMS[0].format(name=f"Bo{n}", n=n) for n in range(60))]
    report = check(tmp_path, questions, vectors([(540, 0), (60, 5)]), "--config", model)
    messages = {finding["rule"]: finding["message"] for finding in report["findings"]}
    assert messages["dominant-type"].startswith('90.0% of 600 questions are of one type by meaning: "')
    assert '"; next are "' in messages["dominant-type"]
    assert messages["low-type-diversity"].startswith("1.4 effective types of task by meaning in 600 records")


def test_one_type_is_called_by_its_frequent_words(tmp_path: Path, model: str) -> None:
    report = check(tmp_path, stories(600), vectors([(600, 0)]), "--config", model)
    (finding,) = [finding for finding in report["findings"] if finding["rule"] == "dominant-type"]
    assert set(finding["properties"]["type"].split(", ")) <= {
        word.strip(".,") for text in STORIES for word in text.split()
    }


def test_many_types_are_quiet(tmp_path: Path, model: str) -> None:
    report = check(tmp_path, stories(600), vectors([(60, axis) for axis in range(10)], 10), "--config", model)
    assert report["findings"] == []


def test_without_a_model_both_say_that_they_could_not_judge(tmp_path: Path) -> None:
    report = check(tmp_path, stories(600), vectors([(600, 0)]))
    assert report["findings"] == []
    assert {note["rule"] for note in report["notifications"]} == {"dominant-type", "low-type-diversity"}
    assert all("set embeddings.model to tell types by meaning" in note["message"] for note in report["notifications"])
    assert "topics" not in report["datasets"][0]


def test_the_map_has_near_records_near_each_other(tmp_path: Path, model: str) -> None:
    report = check(tmp_path, stories(300), vectors([(100, 0), (100, 3), (100, 6)]), "--config", model)
    topics = report["datasets"][0]["topics"]
    points = sorted(topics["points"], key=lambda point: point["record"])
    assert [point["record"] for point in points] == list(range(300))
    assert {point["topic"] for point in points} == set(range(len(topics["names"])))
    places = np.array([[point["x"], point["y"]] for point in points])
    assert np.abs(places).max() == 1
    middles = [places[at : at + 100].mean(axis=0) for at in (0, 100, 200)]
    for group, middle in enumerate(middles):
        own = np.linalg.norm(places[group * 100 : group * 100 + 100] - middle, axis=1)
        others = min(np.linalg.norm(other - middle) for other in middles if other is not middle)
        assert np.median(own) < others / 2


def test_the_plane_does_not_depend_on_the_order_of_rows() -> None:
    rows = vectors([(30, 0), (30, 1), (20, 2)])
    order = np.random.default_rng(3).permutation(len(rows))
    assert np.allclose(plane(rows)[order], plane(rows[order]), atol=0.002)
    assert plane(rows[:1]).tolist() == [[0.0, 0.0]]
