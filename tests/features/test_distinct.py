"""Counting different values."""

from __future__ import annotations

import random

import pytest

from dslint.features.distinct import Distinct


def numbers(count: int, seed: int = 0) -> list[int]:
    drawn = random.Random(seed)
    return [drawn.getrandbits(64) for _ in range(count)]


def test_few_values_are_counted_exactly() -> None:
    state = Distinct(100)
    state.update([*numbers(100), *numbers(100)])
    assert state.count == 100


@pytest.mark.parametrize("count", [5_000, 50_000])
def test_many_values_are_counted_closely_in_bounded_memory(count: int) -> None:
    state = Distinct(1_000)
    state.update(numbers(count))
    assert state.count == pytest.approx(count, rel=0.1)
    assert len(state.hashes) <= 2_000


def test_any_grouping_counts_the_same() -> None:
    values = numbers(3_000)
    whole = Distinct(200)
    whole.update(values)
    counts = {whole.count}
    for size in (7, 450, 2_000):
        parts = []
        for start in range(0, len(values), size):
            parts.append(Distinct(200))
            parts[-1].update(values[start : start + size])
        merged = Distinct(200)
        for part in reversed(parts):
            merged.merge(part)
        counts.add(merged.count)
    assert len(counts) == 1
