"""What a quality model is worth on answers that were made poor on purpose: no rated public set is at hand.

    python -m benchmarks quality alpaca.json

Answers of a file are taken as good; a third of them are made poor in seven ways. Three questions are asked of models
that are trained on 600 records: how well they do in cross-validation; on other records whose answers somebody else has
made poor in the same seven ways; and on a way of being poor that was not among the rated ones.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from dslint.api import Record
from dslint.quality.measures import Measured
from dslint.quality.ratings import Ratings, records_of
from dslint.quality.train import evaluate, train
from dslint.sources.files import DiscoverySettings, discover, in_memory
from dslint.sources.shards import parse, shards

RATED = 600
OTHERS = 1500
POOR = 0.35
LEAST_WORDS = 15

Row = dict[str, str]
Spoil = Callable[[Row, Row, random.Random], str]

LAZY = [
    "I don't know.",
    "It depends on the situation.",
    "Sure, here you go.",
    "There are many options.",
    "Yes, that is correct.",
    "Please look it up online.",
    "This is a good question and there are many answers to it.",
]
LAZY_TOO = [
    "Not sure about that one.",
    "Anything works.",
    "Done!",
    "Many people have different views.",
    "No.",
    "You can find this in a book.",
    "That is an interesting topic, and it would take a long time to say all about it.",
]


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", text)


def _cut(row: Row, _: Row, rng: random.Random) -> str:
    words = row["answer"].split()
    return " ".join(words[: max(3, int(len(words) * rng.uniform(0.3, 0.8)))]).rstrip(".,;:!?")


def _cut_too(row: Row, _: Row, rng: random.Random) -> str:
    return row["answer"][: int(len(row["answer"]) * rng.uniform(0.4, 0.9))]


def _swapped(_: Row, other: Row, __: random.Random) -> str:
    return other["answer"]


def _swapped_too(row: Row, other: Row, _: random.Random) -> str:
    return f"{_sentences(other['answer'])[0]} {' '.join(_sentences(other['answer'])[1:] or [row['question'][:30]])}"


def _vague(row: Row, _: Row, __: random.Random) -> str:
    return f"{_sentences(row['answer'])[0][:160]} And so on, you know how it goes, stuff like that."


def _vague_too(row: Row, _: Row, __: random.Random) -> str:
    return f"Well, basically {_sentences(row['answer'])[-1][:160]} or whatever, something along these lines, etc."


def _shuffled(row: Row, _: Row, rng: random.Random) -> str:
    words = row["answer"].split()
    return " ".join(rng.sample(words, len(words)))


def _shuffled_too(row: Row, _: Row, rng: random.Random) -> str:
    words = row["answer"].split()
    return " ".join(sorted(words, key=lambda word: (len(word), rng.random())))


def _looped(row: Row, _: Row, rng: random.Random) -> str:
    some = _sentences(row["answer"])
    return " ".join([some[0], *[rng.choice(some)] * rng.randint(3, 6)])


def _looped_too(row: Row, _: Row, rng: random.Random) -> str:
    return f"{row['answer']} {' '.join([' '.join(row['answer'].split()[-8:])] * rng.randint(3, 6))}"


def _echoed(row: Row, _: Row, __: random.Random) -> str:
    return row["question"]


def _echoed_too(row: Row, _: Row, __: random.Random) -> str:
    return f"You asked: {row['question']} That is what you asked."


WAYS: Mapping[str, tuple[Spoil, Spoil]] = {
    "cut off": (_cut, _cut_too),
    "answer of another question": (_swapped, _swapped_too),
    "low effort": (lambda _, __, rng: rng.choice(LAZY), lambda _, __, rng: rng.choice(LAZY_TOO)),
    "vague": (_vague, _vague_too),
    "words out of order": (_shuffled, _shuffled_too),
    "repeats itself": (_looped, _looped_too),
    "repeats the question": (_echoed, _echoed_too),
}
"""Ways of making an answer poor, each as two people would do it."""


def rows_of(records: Sequence[Record]) -> list[Row]:
    """Return questions and answers that are long enough to be made poor."""
    pairs = [{"question": record.prompt, "answer": record.response} for record in records]
    return [pair for pair in pairs if len(pair["answer"].split()) >= LEAST_WORDS]


def rated(rows: Sequence[Row], ways: Sequence[str], maker: int, seed: int) -> Ratings:
    """Return records, some of them made poor."""
    rng = random.Random(seed)
    found = Ratings()
    made = []
    for row in rows:
        way = rng.choice(ways) if rng.random() < POOR else ""
        answer = WAYS[way][maker](row, rng.choice(rows), rng) if way else row["answer"]
        made.append({**row, "answer": answer, "score": float(not way)})
    for shard in shards(in_memory(made, "made")):
        for record in parse(shard).records:
            found.add(record, record.data["score"])
    return found


def table(path: Path) -> str:
    """Return what was measured on one file, as Markdown."""
    records = list(records_of(discover([str(path)], DiscoverySettings(root=path.parent))))
    rows = random.Random(0).sample(rows := rows_of(records), len(rows))
    mine, others = rows[:RATED], rows[RATED : RATED + OTHERS]
    every = list(WAYS)
    lines = [
        "| judged on | AUC | length only | above .8 | of these poor |",
        "|---|---:|---:|---:|---:|",
    ]
    started = time.process_time()
    model, measured = train(rated(mine, every, 0, 1), None)
    lines.append(_line("cross-validation, all seven ways", measured))
    if model is not None:
        lines.append(_line("same ways, other maker", evaluate(model, rated(others, every, 1, 2))))
    for way in every:
        model, _ = train(rated(mine, [each for each in every if each != way], 0, 1), None)
        if model is not None:
            lines.append(_line(f"{way}, never rated", evaluate(model, rated(others, [way], 1, 2))))
    lines += [
        "",
        f"{len(mine)} rated, {len(others)} others; {time.process_time() - started:.1f} s of CPU for all of it",
    ]
    return "\n".join([f"### {path.name}", "", *lines, ""])


def _line(name: str, found: Measured) -> str:
    share = f"{found.flagged_poor / found.flagged:.2f}" if found.flagged else "-"
    return f"| {name} | {found.auc:.3f} | {found.length_auc:.3f} | {found.flagged} of {found.poor} | {share} |"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", type=Path, nargs="+")


def run(options: argparse.Namespace) -> None:
    for path in options.files:
        print(table(path))
