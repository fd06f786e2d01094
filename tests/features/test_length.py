from __future__ import annotations

import random

import pytest

from dslint.features.length import AnswerLength, AnswerLengthProfile, AnswerLengths, word_count
from dslint.model.record import Message, Part, Record, Source
from dslint.model.ref import Ref

REF = Ref("data.jsonl", 0, 1, 1)
PROFILE = AnswerLengthProfile()


def record(answer: str, given: str | None = None) -> Record:
    turns = (
        Message("user", (Part("text", "Write", "/u"),), "/u", REF),
        Message("assistant", (Part("text", answer, "/a"),), "/a", REF),
    )
    return Record(
        REF, {}, "alpaca", turns, Source("data.jsonl"), input=None if given is None else Part("text", given, "/i")
    )


def lengths(records: list[Record], kind: str = "write") -> list[AnswerLength | None]:
    return list(AnswerLengths().compute(records, [kind] * len(records)))


def fold(records: list[Record], kind: str = "write") -> dict[int, object]:
    state = PROFILE.zero()
    for each in records:
        text = "" if each.answer is None else each.answer.text
        state = PROFILE.add_batch(state, [each], [kind], [text])
    return state  # type: ignore[return-value]


def test_blank_answers_have_no_length() -> None:
    assert lengths([record(""), record(" \n")]) == [None, None]


def test_kind_and_input_make_the_bucket() -> None:
    with_input, without = lengths([record("x", "some"), record("x")])
    [other] = lengths([record("x")], "translate")
    assert with_input is not None
    assert without is not None
    assert other is not None
    assert len({with_input.bucket, without.bucket, other.bucket}) == 3
    assert lengths([record("x", " ")]) == [without]


def test_merging_in_any_order_and_grouping_gives_the_same() -> None:
    rng = random.Random(3)
    records = [record("x" * rng.randrange(1, 2000)) for _ in range(300)]
    whole = PROFILE.finish(fold(records))  # type: ignore[arg-type]
    parts = [records[:7], records[7:200], records[200:]]
    for order in ([0, 1, 2], [2, 0, 1], [1, 2, 0]):
        state = PROFILE.zero()
        for n in order:
            state = PROFILE.merge(state, fold(parts[n]))  # type: ignore[arg-type]
        assert PROFILE.finish(state) == whole


def test_a_profile_of_few_answers_judges_nothing() -> None:
    profile = PROFILE.finish(fold([record("x" * 50)] * 99))  # type: ignore[arg-type]
    [length] = lengths([record("x" * 5000)])
    assert length is not None
    assert profile.typical(length) is None


def test_a_rare_kind_is_compared_with_all() -> None:
    state = PROFILE.merge(
        fold([record("x" * 100)] * 200),  # type: ignore[arg-type]
        fold([record("x" * 1000)] * 29, "translate"),  # type: ignore[arg-type]
    )
    profile = PROFILE.finish(state)
    [rare] = lengths([record("x" * 1000)], "translate")
    assert rare is not None
    usual = profile.typical(rare)
    assert usual is profile.overall
    assert usual is not None
    assert usual.characters == pytest.approx(100, rel=0.04)


def test_one_more_record_seldom_changes_the_profile() -> None:
    rng = random.Random(5)
    records = [record("x" * int(rng.lognormvariate(5, 0.8))) for _ in range(500)]
    before = PROFILE.finish(fold(records))  # type: ignore[arg-type]
    changed = sum(
        PROFILE.finish(fold([*records, record("x" * rng.randrange(1, 3000))])) != before  # type: ignore[arg-type]
        for _ in range(20)
    )
    assert changed <= 5


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("one two  three", 3), ("今天天气很好", 1 + 3), ("naïve café", 2), ("यह एक वाक्य है", 4)],
)
def test_words_of_scripts_without_spaces_are_counted_by_letters(text: str, words: int) -> None:
    assert word_count(text) == words
