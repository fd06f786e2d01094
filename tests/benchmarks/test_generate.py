"""Generated datasets: the same for the same seed, repeated on purpose only."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

import dslint
from benchmarks.__main__ import main
from benchmarks.generate.command import count
from benchmarks.generate.shapes import SHAPES, Row
from benchmarks.generate.stream import Recipe, rows


def made(**wanted: object) -> list[Row]:
    return list(rows(Recipe(**wanted)))  # type: ignore[arg-type]


def phrases(row: Row) -> set[tuple[str, ...]]:
    words = f"{row['instruction']} {row['input']} {row['output']}".lower().split()
    return set(zip(words, words[1:], words[2:], strict=False))


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_the_first_records_of_a_large_set_are_those_of_a_small_one(shape: str) -> None:
    small = made(shape=shape, records=200)
    assert small == list(islice(rows(Recipe(shape, 10_000)), 200))
    assert small != made(shape=shape, records=200, seed=1)


def test_copies_are_as_many_as_were_asked_for() -> None:
    none, some = made(records=3_000, exact=0, near=0), made(records=3_000, exact=0.1, near=0)
    assert repeated(none) == 0
    assert 0.08 < repeated(some) / 3_000 < 0.12


def repeated(records: list[Row]) -> int:
    return sum(n - 1 for n in Counter(json.dumps(record) for record in records).values())


def test_near_copies_are_found_and_nothing_else() -> None:
    plain = made(records=1_500, exact=0, near=0, empty=0)
    copied = made(records=1_500, exact=0, near=0.1, empty=0)
    assert near_duplicates(plain) == 0
    assert near_duplicates(copied) > 75


def near_duplicates(records: list[Row]) -> int:
    return len(dslint.check(records, config={"select": ["near-duplicate"]}).findings)


def test_records_share_few_phrases() -> None:
    sets = [found for found in map(phrases, made(records=400, exact=0, near=0)) if len(found) > 30]
    shares = [len(left & right) / len(left | right) for n, left in enumerate(sets) for right in sets[n + 1 :]]
    assert max(shares) < 0.4, "two functions of the same form; near-duplicates begin at 0.8"
    assert sum(shares) / len(shares) < 0.01


def test_an_empty_answer_is_an_error() -> None:
    records = made(records=500, empty=0.05)
    empty = sum(record["output"] == "" for record in records)
    assert empty > 10
    assert len(dslint.check(records, config={"select": ["empty-response"]}).findings) == empty


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_shapes_are_recognised(shape: str, tmp_path: Path) -> None:
    main(["generate", str(tmp_path / "data.jsonl"), "--shape", shape, "--records", "60"])
    report = dslint.check(tmp_path, config={"select": ["schema", "tools"]})
    assert {file.format for file in report.files} == {"alpaca" if shape == "alpaca" else "chat"}
    assert report.records == 60
    assert not report.failed


def test_an_array_holds_the_same_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("data.jsonl", "data.json"):
        main(["generate", str(tmp_path / name), "--records", "30"])
    lines = [json.loads(line) for line in (tmp_path / "data.jsonl").read_text().splitlines()]
    assert json.loads((tmp_path / "data.json").read_text()) == lines
    assert capsys.readouterr().out.startswith("30 records")


def test_words_of_a_file(tmp_path: Path) -> None:
    words = tmp_path / "text.txt"
    words.write_text(" ".join(f"Zebra{n % 50} walks{n % 70} home{n % 90}." for n in range(500)))
    text = made(records=20, words=words)[0]["output"]
    assert set(text.replace(".", " ").split()) <= set(words.read_text().replace(".", " ").split())
    words.write_text("too short")
    with pytest.raises(ValueError, match="a chain needs a thousand"):
        made(records=1, words=words)


@pytest.mark.parametrize(
    ("text", "number"), [("10000", 10_000), ("300k", 300_000), ("10M", 10_000_000), ("1.5k", 1_500)]
)
def test_numbers_of_records(text: str, number: int) -> None:
    assert count(text) == number
