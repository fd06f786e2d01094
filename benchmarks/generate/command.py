"""``python -m benchmarks generate``."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import orjson

from benchmarks.generate.shapes import SHAPES, Row
from benchmarks.generate.stream import Recipe, rows

_BUFFER = 1 << 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("output", type=Path, help="the file to write, .jsonl or .json (an indented array)")
    parser.add_argument("--shape", choices=sorted(SHAPES), default=Recipe.shape)
    parser.add_argument("--records", type=count, default=Recipe.records, help="such as 10000, 300k or 10M")
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--exact", type=float, default=Recipe.exact, help="share of exact copies")
    parser.add_argument("--near", type=float, default=Recipe.near, help="share of near copies")
    parser.add_argument("--empty", type=float, default=Recipe.empty, help="share of empty answers")
    parser.add_argument("--words", type=Path, help="a text or JSON file whose words are used instead of the vocabulary")


def run(options: argparse.Namespace) -> None:
    recipe = Recipe(
        options.shape, options.records, options.seed, options.exact, options.near, options.empty, options.words
    )
    size = write(options.output, rows(recipe))
    print(f"{recipe.records:,} records, {size / 1e6:,.1f} MB: {options.output}")


def count(text: str) -> int:
    """Read a number of records: 10000, 300k, 10M."""
    number = text.lower().replace("_", "")
    factor = {"k": 1_000, "m": 1_000_000}.get(number[-1:], 1)
    return int(float(number.rstrip("km")) * factor)


def write(path: Path, records: Iterable[Row]) -> int:
    """Write records as JSON lines, or as one indented array where the file is called ``.json``."""
    array = path.suffix == ".json"
    size = 0
    with path.open("wb", buffering=_BUFFER) as file:
        for number, record in enumerate(records):
            if array:
                lead = b",\n" if number else b"[\n"
                size += file.write(lead + orjson.dumps(record, option=orjson.OPT_INDENT_2))
            else:
                size += file.write(orjson.dumps(record) + b"\n")
        if array:
            size += file.write(b"\n]\n" if size else b"[]\n")
    return size
