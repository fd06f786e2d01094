from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dslint.features.prose import endings, has_words, openings
from dslint.features.text import like_code, looks_like_code

PIECES = st.sampled_from(
    ["Two", "don't", "mother-in-law", "a--b", "7", "3.5", "\n", ", ", " ", ":\n ", ";", "f(", "天", "é'", "İ"]
)
TEXTS = st.lists(st.lists(PIECES, max_size=9).map(" ".join), max_size=5)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("It's a mother-in-law, who\nasks him.", "it's a mother-in-law", "who asks him"),
        ("7 8 tea 9 10", "", ""),
        ("x = {1: 2} of course not", "", ""),
        ("Only two", "", ""),
        ("今天天气很好 适合出去玩。", "今天天气很好", "好适合出去玩"),
        ("Ja, das ist größer als zuvor", "ja das ist", "größer als zuvor"),
        ("one " + "long" * 40 + " two", "", ""),
    ],
)
def test_first_and_last_words(text: str, first: str, last: str) -> None:
    assert openings([text], 3) == [first]
    assert endings([text], 3) == [last]


@given(TEXTS, st.integers(1, 4))
def test_texts_are_read_together_as_one_by_one(texts: list[str], words: int) -> None:
    assert openings(texts, words) == [each for text in texts for each in openings([text], words)]
    assert endings(texts, words) == [each for text in texts for each in endings([text], words)]
    assert like_code(texts) == [looks_like_code(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "words"), [("", 0), ("a-b c's", 2), ("1, 2... 3!", 3), ("今天天气很好", 3), ("a' 'b", 2)]
)
def test_words_are_counted(text: str, words: int) -> None:
    assert has_words(text, words)
    assert not has_words(text, words + 1)
