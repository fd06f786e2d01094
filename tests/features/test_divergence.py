"""Distances of distributions."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from dslint.features.divergence import compare, jensen_shannon, kolmogorov_smirnov, stability_index
from dslint.features.profile import Profile


def test_jensen_shannon_is_one_bit_between_strangers() -> None:
    assert jensen_shannon(Counter("aab"), Counter("ccc")) == pytest.approx(1.0)
    assert jensen_shannon(Counter("aab"), Counter("aabaab")) == 0.0
    assert jensen_shannon(Counter(a=9, b=1), Counter(a=1, b=9)) == pytest.approx(0.531, abs=0.001)


def test_kolmogorov_smirnov_is_the_largest_gap() -> None:
    assert kolmogorov_smirnov(Counter([1, 2, 3, 4]), Counter([3, 4, 5, 6])) == pytest.approx(0.5)
    assert kolmogorov_smirnov(Counter([1, 2]), Counter([1, 2, 1, 2])) == 0.0


def test_the_stability_index_grows_with_the_shift() -> None:
    drawn = random.Random(0)
    before = Counter(round(drawn.gauss(50, 5)) for _ in range(5_000))
    indices = [
        stability_index(before, Counter(round(drawn.gauss(50 + shift, 5)) for _ in range(5_000)))[0]
        for shift in (0, 2, 5)
    ]
    assert indices == sorted(indices)
    assert indices[0] < 0.02
    assert indices[2] > 0.5


@pytest.mark.parametrize("size", [10, 40, 200, 2_000])
def test_halves_of_one_set_do_not_shift(size: int) -> None:
    drawn = random.Random(size)
    shifts = 0
    for _ in range(20):
        pair = []
        for _ in range(2):
            lengths = Counter(round(drawn.gauss(30, 6)) for _ in range(size))
            types = Counter(drawn.choices("abcdefghij", [20, 15, 10, 9, 8, 7, 6, 5, 4, 3], k=size))
            names = Counter({"alpaca": size})
            pair.append(
                Profile(size, told=0, formats=names, types=types, scripts=names, questions=lengths, answers=lengths)
            )
        shifts += sum(measure.shifted for measure in compare(*pair))
    assert shifts <= 3


def test_nothing_is_compared_with_nothing() -> None:
    assert compare(Profile(), Profile()) == []
