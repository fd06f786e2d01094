"""A stream of records in which a known share repeats earlier ones."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.generate.sentences import Chain, Grammar
from benchmarks.generate.shapes import SHAPES, Maker, Row

_POOL = 5_000
_INTO_POOL = 0.05


@dataclass(frozen=True)
class Recipe:
    """What to make.

    Attributes:
        shape: ``alpaca``, ``chat`` or ``tools``.
        records: How many.
        seed: Equal seeds give equal records.
        exact: Share of records that repeat an earlier one to the letter.
        near: Share of records that repeat one with a few other words.
        empty: Share of records whose last answer is empty.
        words: A file whose words are used instead of the vocabulary.
    """

    shape: str = "alpaca"
    records: int = 10_000
    seed: int = 0
    exact: float = 0.01
    near: float = 0.02
    empty: float = 0.0005
    words: Path | None = None


def rows(recipe: Recipe) -> Iterator[Row]:
    """Yield the records of a recipe; memory does not grow with their number."""
    random = np.random.Generator(np.random.PCG64(recipe.seed))
    text = Chain(random, recipe.words) if recipe.words else Grammar(random)
    maker, shape = Maker(text, random), SHAPES[recipe.shape]
    pool: list[Row] = []
    exact, near, empty = np.cumsum([recipe.exact, recipe.near, recipe.empty]).tolist()
    for _ in range(recipe.records):
        chance, slot = next(maker.chance), next(maker.chance)
        if pool and chance < near:
            earlier = pool[int(slot * len(pool))]
            yield earlier if chance < exact else _similar(earlier, maker)
            continue
        made = shape(maker)
        if chance < empty:
            made = _with_answer(made, "")
        elif len(pool) < _POOL:
            pool.append(made)
        elif next(maker.chance) < _INTO_POOL:
            # A place in the pool is given away often enough that no record is repeated more in a longer stream.
            pool[int(slot * _POOL)] = made
        yield made


def _similar(row: Row, maker: Maker) -> Row:
    """Return a copy whose last answer has one word in thirty replaced, one at least."""
    words = _answer(row).split(" ")
    for _ in range(max(1, len(words) // 30)):
        words[int(next(maker.chance) * len(words))] = maker.text.word("noun")
    return _with_answer(row, " ".join(words))


def _answer(row: Row) -> str:
    answer: str = row["output"] if "output" in row else row["messages"][-1]["content"]
    return answer


def _with_answer(row: Row, answer: str) -> Row:
    made: dict[str, Any] = copy.deepcopy(row)
    if "output" in made:
        made["output"] = answer
    else:
        made["messages"][-1]["content"] = answer
    return made
