"""What answers come down to, and which contradict each other."""

from __future__ import annotations

import pytest

from dslint.features.answer import conclusion, contradict


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Paris", "Lyon"),
        ("Positive", "negative"),
        ("She has 3 + 4 = 7 apples in the end, so 7 of them are red.\n#### 7", "Count all of them first.\n#### 8"),
        ("Adding up all the values in the list, 5 + 7 = 12", "Adding all the values up one by one: 5 + 7 = 13 apples"),
        ('{"a": 1}', '{"a": 2}'),
        ("巴黎", "里昂"),
        ("The answer is: B", "Answer: C"),
    ],
)
def test_contradictions(left: str, right: str) -> None:
    assert contradict(left, right)
    assert contradict(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Paris", "paris."),
        ("Paris", "The capital is Paris."),
        ("7", "7.0"),
        ("1,000", "#### 1000"),
        ('{"a": 1, "b": 2}', '{ "b": 2, "a": 1 }'),
        ("It depends on what you want to do with it and how much time you have", "Both ways of doing it are fine"),
        ("x = 1; print(x)", "print(1)"),
        ("The first final was held at a stadium by the sea in 1967.", "It was played on January 15, 1967."),
        ("One of its angles is larger than all others, at more than 90 degrees.", "1. Acute\n2. Right\n3. Obtuse, 180"),
    ],
)
def test_no_contradiction(left: str, right: str) -> None:
    assert not contradict(left, right)


def test_open_answers_come_down_to_nothing() -> None:
    assert conclusion("The sea is wide and blue, and nobody has ever seen the whole of it.") is None
