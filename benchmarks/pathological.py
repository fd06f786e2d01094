"""Data that would make a naive way quadratic: how the cost grows when there is twice as much of it.

    python -m benchmarks pathological --records 20k

A ratio of two is linear. Where a cap limited the comparisons, the run says so, and the table shows it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.generate.command import count, write
from benchmarks.generate.sentences import Grammar
from benchmarks.generate.shapes import Row
from benchmarks.generate.stream import Recipe, rows
from benchmarks.measure import Run, check, measured, median, save, table

HUGE: Final = 500
"""Bytes of the huge record for each other record: 10 MB beside 20,000."""
_TINY: Final = 10


def template(text: Grammar, records: int) -> Iterator[Row]:
    """Yield records with the same page of instructions before each question."""
    page = _words(text, 200)
    for _ in range(records):
        yield _row(f"{page}.\n{_words(text, 12)}?", _words(text, 30))


def slots(text: Grammar, records: int) -> Iterator[Row]:
    """Yield records that are one text with another word in every sixteenth place: alike, but not enough."""
    page = _words(text, 120).split()
    for _ in range(records):
        yield _row("Continue.", " ".join(text.word("noun") if n % 16 == 0 else word for n, word in enumerate(page)))


def cluster(text: Grammar, records: int) -> Iterator[Row]:
    """Yield records that are one text but for the last word."""
    page = _words(text, 60)
    for number in range(records):
        yield _row("Continue.", f"{page} {text.word('noun')}{number}")


def chain(text: Grammar, records: int) -> Iterator[Row]:
    """Yield records each of which begins two words behind the one before."""
    page = _words(text, 2 * records + 80).split()
    for number in range(records):
        yield _row("Continue.", " ".join(page[2 * number : 2 * number + 80]))


def copies(text: Grammar, records: int) -> Iterator[Row]:
    """Yield one record over and over."""
    row = _row(_words(text, 12), _words(text, 60))
    for _ in range(records):
        yield row


def empty(_text: Grammar, records: int) -> Iterator[Row]:
    """Yield records without any text."""
    for _ in range(records):
        yield _row("", "")


def one_answer(text: Grammar, records: int) -> Iterator[Row]:
    """Yield questions with the same answer."""
    answer = _words(text, 40)
    for _ in range(records):
        yield _row(_words(text, 12), answer)


def huge(_text: Grammar, records: int) -> Iterator[Row]:
    """Yield ordinary records, and one that is as large as all others."""
    yield from rows(Recipe(records=records))
    page = _words(Grammar(np.random.default_rng(1)), 5_000)
    yield _row("Continue.", " ".join(f"{page} {n}." for n in range(1 + HUGE * records // len(page))))


CASES: Final[dict[str, Callable[[Grammar, int], Iterator[Row]]]] = {
    "one template in every record": template,
    "a template with slots": slots,
    "one giant cluster": cluster,
    "a chain of similar records": chain,
    "copies of one record": copies,
    "empty texts": empty,
    "one answer to all questions": one_answer,
    "one huge record": huge,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--records", type=count, default=20_000, help="there are as many, and then twice as many")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--only", action="append", default=[], choices=CASES, help="a case, repeatable")
    parser.add_argument("-o", "--output", type=Path, help="write the results as JSON")
    parser.add_argument("--option", action="append", default=[], help="an option of dslint check, repeatable")


def run(options: argparse.Namespace) -> None:
    shown: list[tuple[str, ...]] = []
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        start, _ = _measure(Path(folder), copies, _TINY, options)
        for name in options.only or CASES:
            taken = [_measure(Path(folder), CASES[name], records, options) for records in _sizes(options)]
            (once, _), (twice, caps) = taken
            ratio = growth(start.cpu, once.cpu, twice.cpu)
            told = "too small to tell" if ratio is None else f"{ratio:.2f}"
            cost = (f"{once.cpu:.2f}", f"{twice.cpu:.2f}", told, f"{twice.memory / 1e6:,.0f}")
            shown.append((name, *cost, ", ".join(caps) or "no"))
            found[name] = {"runs": [once, twice], "ratio": ratio, "capped": caps}
    first, second = (f"CPU s of {records:,}" for records in _sizes(options))
    print(table(("data", first, second, "ratio", "MB", "capped"), shown))
    save(options.output, "pathological", {"start": start, "cases": found})


def growth(start: float, once: float, twice: float) -> float | None:
    """Return how many times as much twice the data takes without the start; ``None`` where that is all it takes."""
    return (twice - start) / (once - start) if once > 1.5 * start else None


def _sizes(options: argparse.Namespace) -> tuple[int, int]:
    return options.records, 2 * options.records


def _measure(
    folder: Path, case: Callable[[Grammar, int], Iterator[Row]], records: int, options: argparse.Namespace
) -> tuple[Run, list[str]]:
    """Return what a check takes, and the rules that it capped."""
    data, report = folder / "data.jsonl", folder / "report.json"
    write(data, case(Grammar(np.random.default_rng(0)), records))
    command = check(str(data), "--jobs", "1", "--output-format", f"json:{report}", *options.option)
    taken = median(measured(command) for _ in range(options.runs))
    if taken.code != 0:
        raise SystemExit(f"{case.__name__}: the check ended with exit code {taken.code}")
    notes = json.loads(report.read_text(encoding="utf-8"))["notifications"]
    return taken, sorted(note["rule"] for note in notes if note["notice"] == "rule-capped")


def _words(text: Grammar, number: int) -> str:
    return " ".join(text.word("noun") for _ in range(number))


def _row(instruction: str, answer: str) -> Row:
    return {"instruction": instruction, "input": "", "output": answer}
