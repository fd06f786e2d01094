"""A screen for loops leaves none out, and few other texts in."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dslint.features.loops import MOST_WORDS, may_loop
from dslint_rules.synthetic._loops import LONG, find_loop

WORDS = st.lists(st.sampled_from(["one", "two,", "so", "ça", "\u2014", "\x07bell", "\xff", "\u3042"]), max_size=10)
SPACE = st.sampled_from([" ", "\n\n", "\t ", "\xa0", "\x85", "\x1c", "\u3000"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    unit, times = draw(WORDS), draw(st.integers(1, 7))
    space = draw(SPACE)
    return space.join([*draw(WORDS), *unit * times, *draw(WORDS)])


def screened(given: list[str], times: int = 5, long_times: int = 4, least: int = 8) -> list[int]:
    found: list[int] = may_loop(given, times, long_times, LONG, least).tolist()
    return found


@settings(max_examples=300, deadline=None)
@given(
    given=st.lists(texts(), max_size=6), times=st.integers(3, 6), long_times=st.integers(3, 6), least=st.integers(2, 9)
)
@example(given=["so ça " * 3], times=3, long_times=6, least=2)
def test_no_loop_is_left_out(given: list[str], times: int, long_times: int, least: int) -> None:
    looped = [at for at, text in enumerate(given) if find_loop(text, times, long_times, least)]
    assert set(looped) <= set(screened(given, times, long_times, least))


@pytest.mark.parametrize("least", [2, 8])
def test_texts_that_are_all_alike_hold_no_loop_for_that(least: int) -> None:
    assert screened(["The answer to the question is one of these two"] * 2000, least=least) == []


def test_texts_in_which_no_stretch_comes_again_are_left_out() -> None:
    assert screened(["", " ", "It is the air. It is the air. It is the air. It is so.", "yes " * 3]) == []


def test_the_text_that_holds_the_loop_is_told_wherever_it_stands() -> None:
    plain = "Nothing here comes twice, as far as one can see from its first words."
    given = [plain * (n % 3 + 1) for n in range(1500)]
    for at in (0, 700, 1499):
        given[at] = f"{plain} " + "and so it goes on. " * 5
    assert screened(given) == [0, 700, 1499]


def test_texts_beyond_the_limit_are_left_to_the_exact_search() -> None:
    many = " ".join(f"{chr(97 + n % 23)}{n}" for n in range(MOST_WORDS + 1))
    assert screened(["short and without any loop at all, which takes these words", many]) == [1]
