"""``dslint select``."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rated import rated, save

from dslint.cli.main import cli

THINGS = ["soup", "bread", "salad", "noodle", "curry", "pie", "stew", "pancake", "omelette", "pudding"]
PLACES = ["harbour", "forest", "mountain", "village", "desert", "island", "meadow", "river", "castle", "market"]
TOOLS = ["hammer", "chisel", "plane", "ladder", "bucket", "shovel", "pulley", "wrench", "lathe", "anvil"]
TOPICS = {
    "Give me a recipe for {} with {} on the side": (THINGS, 90),
    "Write a poem about the {} seen from the {} in winter": (PLACES, 30),
    "Explain how to repair a {} when all you have is a {}": (TOOLS, 10),
}


def rows() -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for question, (words, count) in TOPICS.items():
        pairs = [(a, b) for a in words for b in words if a != b][:count]
        for n, (a, b) in enumerate(pairs):
            answer = f"First think of the {a}, then of the {b}, and take your time with both of them."
            found.append({"instruction": question.format(a, b), "output": answer, "score": n % 10})
    return found


def text(records: list[dict[str, object]]) -> str:
    return "".join(json.dumps(record, separators=(",", ":")) + "\n" for record in records)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.jsonl").write_text(text(rows()))
    return tmp_path


def select(*arguments: str, data: str = "train.jsonl", size: int = 30) -> Result:
    command = ["select", data, "--isolated", "--size", str(size), "--output", "subset.jsonl", *arguments]
    return CliRunner().invoke(cli, command)


def document(*arguments: str, data: str = "train.jsonl", size: int = 30) -> dict:
    result = select("--output-format", "json", *arguments, data=data, size=size)
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def subset() -> list[dict]:
    return [json.loads(line) for line in Path("subset.jsonl").read_text().splitlines()]


def test_a_subset_is_spread_over_topics_where_a_random_one_is_not(folder: Path) -> None:
    report = document()
    assert report["chosen"] == 30
    assert sum(topic["chosen"] for topic in report["topics"]) == 30
    assert report["subset"]["effective"] > report["random"]["effective"]
    kinds = [sum(record["instruction"].startswith(start) for record in subset()) for start in ("Give", "Write", "Exp")]
    assert min(kinds) >= 5


def test_lines_are_those_of_the_data_byte_for_byte(folder: Path) -> None:
    odd = [
        f'{{ "instruction" : "Sing of the {a}\\u00e9 and the {b} é", "output":"La\\tla {a} {b}, and on it goes." }}'
        for a, b in zip(PLACES, TOOLS, strict=True)
    ]
    (folder / "train.jsonl").write_bytes(("\n".join(odd) + "\r\n").encode())
    assert document("--select", "empty-response", size=10)["chosen"] == 10
    assert (folder / "subset.jsonl").read_bytes() == ("\n".join(odd) + "\n").encode()


def test_records_with_errors_or_warnings_are_left_out_and_counted(folder: Path) -> None:
    bad = [{"instruction": f"Name a bird of the {place}", "output": "", "score": 99} for place in PLACES]
    (folder / "train.jsonl").write_text(text(rows() + bad))
    report = document("--score-field", "score", size=200)
    assert report["left_out"]["by_rule"]["empty-response"] == len(bad)
    assert "bird" not in (folder / "subset.jsonl").read_text()
    assert report["subset"]["found"] == 0


def test_the_best_of_each_topic_are_chosen(folder: Path) -> None:
    report = document("--score-field", "score", size=12)
    assert report["subset"]["score"] > report["random"]["score"]
    assert min(record["score"] for record in subset()) >= 7
    assert "scored by the field score" in select("--score-field", "score").output


def test_without_scores_it_says_so(folder: Path) -> None:
    report = document()
    assert any("nothing says how good" in told for told in report["told"])
    assert report["subset"]["score"] is None


def test_the_order_of_the_data_and_its_cut_into_files_change_nothing(folder: Path) -> None:
    document("--score-field", "score")
    before = sorted((folder / "subset.jsonl").read_text().splitlines())
    shuffled = rows()
    random.Random(5).shuffle(shuffled)
    (folder / "data").mkdir()
    for name, part in (("a", shuffled[:50]), ("b", shuffled[50:])):
        (folder / "data" / f"{name}.jsonl").write_text(text(part))
    document("--score-field", "score", data="data")
    assert sorted((folder / "subset.jsonl").read_text().splitlines()) == before


def test_what_asks_nearly_the_same_is_chosen_once(folder: Path) -> None:
    same = [
        {"instruction": f"List the parts of a windmill, number {n}.", "output": f"Sails, cap and tower, {n} of each."}
        for n in range(40)
    ]
    (folder / "train.jsonl").write_text(text(rows() + same))
    report = document("--select", "empty-response", size=60)
    assert (folder / "subset.jsonl").read_text().count("windmill") == 1
    assert report["subset"]["alike"] < report["random"]["alike"]


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_data_without_lines_becomes_lines(folder: Path, kind: str) -> None:
    records = [{"instruction": row["instruction"], "output": row["output"]} for row in rows()]
    with (folder / f"train.{kind}").open("w", newline="") as file:
        if kind == "json":
            json.dump(records, file, indent=2)
        else:
            writer = csv.DictWriter(file, ["instruction", "output"])
            writer.writeheader()
            writer.writerows(records)
    (folder / "train.jsonl").unlink()
    assert document(data=f"train.{kind}")["chosen"] == 30
    assert len(subset()) == 30
    assert all(record in records for record in subset())


def test_held_out_records_are_not_chosen(folder: Path) -> None:
    (folder / "test.jsonl").write_text(text([{"instruction": f"Keep the {a}", "output": "Held out."} for a in TOOLS]))
    assert document(data=".", size=200)["records"] == len(rows())
    assert "Held out" not in (folder / "subset.jsonl").read_text()


def test_more_than_there_is_is_told(folder: Path) -> None:
    result = select(size=500)
    assert "of 500 wanted" in result.output
    assert "ALL" in result.output


def test_a_file_that_is_read_is_not_written(folder: Path) -> None:
    before = (folder / "train.jsonl").read_bytes()
    result = CliRunner().invoke(cli, ["select", "train.jsonl", "--isolated", "-o", "train.jsonl"])
    assert result.exit_code == 2
    assert (folder / "train.jsonl").read_bytes() == before


def test_a_quality_model_says_which_records_of_a_topic_are_better(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "ratings.jsonl", rated(300))
    trained = ["quality", "train", "ratings.jsonl", "--good-from", "4.5", "--output", "quality.json"]
    assert CliRunner().invoke(cli, trained).exit_code == 0
    others = rated(300, seed=9)
    save(tmp_path / "train.jsonl", [{key: value for key, value in row.items() if key != "score"} for row in others])
    command = ["select", "train.jsonl", "--size", "60", "--output", "subset.jsonl", "--output-format", "json"]
    equal = CliRunner().invoke(cli, command)
    (tmp_path / "dslint.toml").write_text('quality-model = "quality.json"\n')
    scored = CliRunner().invoke(cli, command)
    assert scored.exit_code == 0, scored.output
    scores = {row["instruction"]: row["score"] for row in others}

    def mean(chosen: list[dict]) -> float:
        return sum(scores[row["instruction"]] for row in chosen) / len(chosen)

    by_model = mean(subset())
    everything = mean(others)
    assert "scored by quality-model" in scored.output
    assert "all count as equal" in equal.output
    assert by_model > everything + 0.5
