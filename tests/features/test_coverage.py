"""Nearest records, and what chance explains."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dslint.features.coverage.chance import at_least, differ
from dslint.features.coverage.nearest import KEPT, Nearest, nearest
from dslint.features.topics.clusters import UNIT, whole
from dslint.model.record import Record, Source
from dslint.model.ref import Ref


def records(count: int) -> list[Record]:
    return [Record(Ref("a.jsonl", n, n + 1), {}, "text", (), Source("a.jsonl")) for n in range(count)]


def unit(seed: int, count: int) -> np.ndarray:
    rows = np.random.default_rng(seed).integers(-2, 3, size=(count, 4)).astype(np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1)


def seen(found: Nearest) -> list[list[tuple[int | None, float]]]:
    return [[(ref.record, cosine) for ref, cosine in found.related(q, KEPT)] for q in range(len(found.products))]


@given(st.integers(0, 500), st.integers(1, 40), st.lists(st.integers(0, 40), max_size=4))
@settings(max_examples=60, deadline=None)
def test_nearest_are_those_of_brute_force_however_the_data_is_cut(seed: int, count: int, cuts: list[int]) -> None:
    rows, queries, made = unit(seed, count), whole(unit(seed + 1, 7)), records(count)
    products = (queries @ whole(rows).T).astype(int)
    expected = [
        [(n, p / UNIT**2) for p, n in sorted(((p, n) for n, p in enumerate(row) if p > 0), key=lambda x: (-x[0], x[1]))]
        for row in products.tolist()
    ]
    bounds = sorted({0, count, *(cut for cut in cuts if cut < count)})
    parts = [nearest(rows[a:b], made[a:b], queries) for a, b in itertools.pairwise(bounds)]
    for order in (parts, parts[::-1]):
        found = order[0]
        for part in order[1:]:
            found = found.merge(part)
        assert seen(found) == [each[:KEPT] for each in expected]


def test_a_record_does_not_count_for_its_own_question() -> None:
    rows = unit(1, 6)
    keys = np.arange(6, dtype=np.uint64)
    found = nearest(rows, records(6), whole(rows), (keys, keys))
    assert all(ref.record != query for query in range(6) for ref, _ in found.related(query, KEPT))


@pytest.mark.parametrize(
    ("count", "total", "expected"), [(0, 10, 1.0), (1, 1, 0.05), (3, 3, 0.05**3), (2, 3, 3 * 0.05**2 * 0.95 + 0.05**3)]
)
def test_chance_of_so_many(count: int, total: int, expected: float) -> None:
    assert at_least(count, total, 0.05) == pytest.approx(expected)


def test_shares_that_differ() -> None:
    assert differ(50, 100, 50, 100) == 0
    assert differ(60, 100, 40, 100) == pytest.approx(-differ(40, 100, 60, 100))
    assert differ(60, 100, 40, 100) == pytest.approx(0.2 / 0.005**0.5)
    assert differ(1, 1, 0, 0) == 0
