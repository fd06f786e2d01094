"""How many of the similar pairs near-duplicate compares: samples of 10,000 records against brute force.

    python -m benchmarks recall [FILE ...] --records 10k

Without a file the records are generated. Brute force compares all pairs through a sparse matrix and needs scipy.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.generate.command import count, write
from benchmarks.generate.shapes import SHAPES
from benchmarks.generate.stream import Recipe, rows
from benchmarks.measure import save, table
from benchmarks.near_duplicates import boilerplate_of, brute_force, candidates, load, redundant, sets_of
from dslint.api import Record
from dslint.features.minhash import bands_for
from dslint.features.shingles import jaccard
from dslint.features.similarity import MinHash, whole_text

LEVELS: Final = (0.8, 0.9)
_NEAR: Final = 0.2
"""Share of near copies in generated data, so that there are pairs to find."""


def recall(records: Sequence[Record]) -> Iterator[dict[str, Any]]:
    """Yield for each level what was found of the pairs, and of the records that repeat another one."""
    boilerplate = boilerplate_of(records)
    sets = sets_of([whole_text(record, boilerplate) for record in records])
    truth = brute_force(sets, min(LEVELS))
    signatures = MinHash().compute(records, boilerplate)
    for level in LEVELS:
        wanted = {pair for pair, similar in truth.items() if similar >= level}
        compared = candidates(signatures, bands_for(level), level)
        found = {(a, b) for a, b in compared if jaccard(sets[a], sets[b], level) >= level}
        repeated, seen = redundant(len(sets), wanted), redundant(len(sets), found)
        yield {
            "level": level,
            "pairs": len(wanted),
            "compared": len(compared),
            "recall": _share(len(wanted & found), len(wanted)),
            "precision": _share(len(wanted & found), len(found)),
            "records": _share(int((repeated & seen).sum()), int(repeated.sum())),
        }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", type=Path, nargs="*", help="real data; by default records of each shape are generated")
    parser.add_argument("--records", type=count, default=10_000, help="size of a sample")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-o", "--output", type=Path, help="write the results as JSON")


def run(options: argparse.Namespace) -> None:
    found = {name: list(recall(records)) for name, records in _samples(options)}
    lines = [
        (
            f"{name} at {each['level']}",
            f"{each['pairs']:,}",
            f"{each['compared']:,}",
            *("" if each[name] is None else f"{each[name]:.3f}" for name in ("recall", "precision", "records")),
        )
        for name, levels in found.items()
        for each in levels
    ]
    print(table(("data", "pairs", "compared", "recall", "precision", "recall of records"), lines))
    save(options.output, "recall", {"records": options.records, "data": found})


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _samples(options: argparse.Namespace) -> Iterator[tuple[str, Sequence[Record]]]:
    for path in options.data:
        records = load(path)
        chosen = random.Random(options.seed).sample(range(len(records)), min(options.records, len(records)))
        yield f"{path.name} ({len(chosen):,})", [records[position] for position in sorted(chosen)]
    if not options.data:
        with tempfile.TemporaryDirectory() as folder:
            for shape in SHAPES:
                path = Path(folder, f"{shape}.jsonl")
                write(path, rows(Recipe(shape, options.records, options.seed, near=_NEAR)))
                yield f"{shape} ({options.records:,})", load(path)
