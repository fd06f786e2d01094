"""What counts as the same text, and what must not."""

# ruff: noqa: RUF001

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dslint.features.text import is_unspaced, looks_like_code, normalise, plain, squeeze


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("What is the capital of France?", "what is the capital of  france"),
        ("“Hello,” she said…", '"hello", she said.'),
        ("Wie heißt du?", "wie heißt du"),
        ("法国的首都是哪里？", "法国的首都是哪里"),
        ("ＡＢＣ１２３", "abc123"),
        ("ما هي عاصمة فرنسا؟", "ما هي عاصمة فرنسا"),
        ("भारत की राजधानी क्या है।", "भारत की राजधानी क्या है"),
        ("¿Dónde está?", "dónde está"),
        ("cafe\u0301", "café"),
    ],
)
def test_same_but_for_case_and_punctuation(left: str, right: str) -> None:
    assert normalise(left) == normalise(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("a<b", "a>b"),
        ("x+1", "x-1"),
        ("C", "C++"),
        ("C", "C#"),
        ("-5", "5"),
        ("1.5", "15"),
        ("50%", "50"),
        ("🙂", "🙁"),
        ("👍 👍", "👍"),
        (":)", ":("),
        ("?", "!"),
        ("5²", "52"),
        ("½", "1/2"),
        ("foo(A)", "foo(a)"),
        ("if x:\n    y\n    z", "if x:\n    y\nz"),
        ("```\nprint A\n```", "```\nprint a\n```"),
        ("Maße", "Masse"),
        ("कि", "की"),
        ("don't", "dont"),
    ],
)
def test_different_in_meaning(left: str, right: str) -> None:
    assert normalise(left) != normalise(right)


def test_prose_around_code_is_still_prose() -> None:
    left = "Explain this code.\n\nx = f(A)\n"
    assert normalise(left) == normalise("explain this code\n\nx = f(A)")
    assert normalise(left) != normalise("explain this code\n\nx = f(a)")


def test_levels() -> None:
    assert normalise("A  b.", "none") == "A  b."
    assert normalise("A  b.", "whitespace") == "A b."
    assert normalise("A  b.", "full") == "a b"


@pytest.mark.parametrize("text", ["You can use a hyphen - like this; or not.", "He said: go (now)!", "1. One\n2. Two"])
def test_prose_is_not_code(text: str) -> None:
    assert not looks_like_code(text)


_PIECES = st.lists(
    st.sampled_from([*"aAbBéÉßẞ1 .,?!'\"\n-+<({:;²½ﬁＡ。？“”世界कि🙂", "\u0301", "if x:\n    y", "```", " "]),
    max_size=12,
).map("".join)


@given(_PIECES, _PIECES)
def test_the_screen_never_loses_what_is_the_same(left: str, right: str) -> None:
    if normalise(left) == normalise(right):
        assert squeeze(left) == squeeze(right)


@given(_PIECES)
def test_variants_pass_the_screen(text: str) -> None:
    for variant in (f" {text}. ", text.upper().lower(), text.replace(" ", "  ")):
        if normalise(text) == normalise(variant):
            assert squeeze(text) == squeeze(variant)


def test_plain_keeps_the_words_of_every_script() -> None:
    assert plain("Hello,   World_1!") == "hello world_1"
    assert plain("„Grüße“, sagte er") == "grüße sagte er"
    assert plain("कि, की।") == "कि की"
    assert plain("你好，世界") == "你好 世界"


def test_scripts_without_spaces() -> None:
    assert is_unspaced("你好世界")
    assert is_unspaced("สวัสดีชาวโลก")
    assert not is_unspaced("안녕 세상")
    assert not is_unspaced("hello 世界, how are you today?")
