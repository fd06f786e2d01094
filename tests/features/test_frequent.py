"""Counting in bounded memory."""

from __future__ import annotations

import pickle
import random
from collections import Counter
from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dslint.api import Record, Ref
from dslint.features import frequent
from dslint.features.frequent import Frequent, Sample, stable_hash, stable_hashes
from dslint.model.record import Source

values = st.lists(st.tuples(st.integers(0, 50), st.text(max_size=2)), max_size=60)


@given(values, st.integers(1, 8), st.randoms(use_true_random=False))
def test_a_sample_does_not_depend_on_order_and_grouping(
    pairs: list[tuple[int, str]], parts: int, rng: random.Random
) -> None:
    whole = Sample(10)
    for key, value in pairs:
        whole.add(key, value)
    shuffled = rng.sample(pairs, len(pairs))
    samples = [Sample(10) for _ in range(parts)]
    for place, (key, value) in enumerate(shuffled):
        samples[place % parts].add(key, value)
    rng.shuffle(samples)
    assert reduce(lambda left, right: left.merge(right), samples).entries == whole.entries


@given(values)
def test_a_sample_keeps_the_smallest_keys(pairs: list[tuple[int, str]]) -> None:
    sample = Sample(10)
    for key, value in pairs:
        sample.add(key, value)
    assert [key for key, _ in sample.entries] == sorted({key for key, _ in pairs})[:10]


def test_what_is_frequent_is_found_among_much_that_is_not() -> None:
    left, right = Frequent(), Frequent()
    for number in range(30_000):
        side = left if number % 2 else right
        side.add("often" if number % 4 == 0 else f"once {number}", stable_hash(str(number)), number)
    merged = left.merge(right)
    value, count = merged.most_common()
    assert value == "often"
    assert 7_500 <= count <= 7_510
    assert merged.total == 30_000
    places = merged.places("often", 3)
    assert len(places) == 3
    assert all(place % 4 == 0 for place in places)


@given(st.lists(st.lists(st.integers(0, 30), max_size=12), min_size=1, max_size=6), st.integers(0, 8))
def test_counts_are_those_of_all_parts(parts: list[list[int]], few: int) -> None:
    states = []
    for part in parts:
        states.append(Frequent())
        for number in part:
            states[-1].add(f"value {number}", stable_hash(str(number)))
    merged = Frequent()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frequent, "_FEW", few)
        for state in states:
            merged = merged.merge(pickle.loads(pickle.dumps(state)))
    counts = Counter(f"value {number}" for part in parts for number in part)
    value, count = merged.most_common()
    assert count == max(counts.values(), default=0) == counts[value]
    assert merged.total == counts.total()


def test_memory_is_bounded() -> None:
    counted = Frequent()
    for number in range(100_000):
        counted.add(f"value {number}", stable_hash(str(number)))
    assert len(counted.counts) <= 1 << 16
    assert len(counted.sample.entries) == 256
    assert len(counted.sample.values) == 256


def test_nothing_counted_is_nothing_frequent() -> None:
    assert Frequent().most_common() == ("", 0)


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=60), st.lists(st.integers(0, 40), max_size=20))
def test_what_a_batch_would_leave_in_a_sample_is_told_before(keys: list[tuple[int, bool]], known: list[int]) -> None:
    sample = Sample(10)
    for key in known:
        sample.add(key, "")
    counted = np.array([each for _, each in keys], np.bool_)
    told = sample.smallest(np.array([key for key, _ in keys], np.uint64), counted)
    assert all(counted[told])
    whole = Sample(10)
    whole.add_all([(key, "") for key in known] + [(key, "") for key, counts in keys if counts])
    sample.add_all((keys[at][0], "") for at in told)
    assert sample.entries == whole.entries


@given(values)
def test_many_at_once_are_kept_as_one_by_one(pairs: list[tuple[int, str]]) -> None:
    single, batch = Sample(10), Sample(10)
    for key, value in pairs:
        single.add(key, value)
    batch.add_all(pairs[:7])
    batch.add_all(pairs[7:])
    assert batch.entries == single.entries


@given(st.lists(st.text(max_size=3), max_size=40))
def test_values_are_counted_at_once_as_one_by_one(texts: list[str]) -> None:
    single, batch = Frequent(), Frequent()
    keys = stable_hashes([f"{at}" for at in range(len(texts))])
    for at, text in enumerate(texts):
        if text:
            single.add(text, int(keys[at]), Ref("data.jsonl", at))
    records = [Record(Ref("data.jsonl", at), {}, "alpaca", (), Source("data.jsonl")) for at in range(len(texts))]
    batch.add_all(texts, keys, records)
    assert batch == single


def test_texts_hash_alike_alone_and_together() -> None:
    texts = ["", "plain", "größer", "half \ud800"]
    assert stable_hashes(texts).tolist() == [stable_hash(text) for text in texts]
