"""Keys by letters and digits: what is the same after normalisation is never told apart, what teaches else is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dslint.api import Message, Part, Record, Ref, Source, ToolCall
from dslint.features.digest import content_digest, content_letters, context_digest
from dslint.features.letters import ANSWER, CONTENT, CONTEXT, SIZE, LetterKeys
from dslint.features.text import plain, plain_lines, squeeze, squeezed

BASE = Ref("data.jsonl", 0, 1)
TEXTS = st.text(st.sampled_from('aB1 .\n"Éé\u0301Σς½ﬁ字\ud83d{'), max_size=8)


def turn(role: str, *texts: str) -> Message:
    return Message(role, tuple(Part("text", text, "/x") for text in texts), "/x", BASE)


def record(*turns: Message, **changes: object) -> Record:
    given = {"data": {}, "format": "chat", "source": Source("data.jsonl"), **changes}
    return Record(BASE, messages=turns, **given)  # type: ignore[arg-type]


def keys(*records: Record) -> list[list[int]]:
    rows: list[list[int]] = LetterKeys().compute(records).tolist()
    return rows


PLAIN = record(turn("user", "What is it?"), turn("assistant", "A dog."))
CALLED = replace(turn("assistant", "A dog."), tool_calls=(ToolCall("see", {"x": 1}, None, "/c"),))
DIFFERENT = [
    record(turn("user", "What is it?"), turn("assistant", "A cat.")),
    record(turn("user", "What was it?"), turn("assistant", "A dog.")),
    record(turn("system", "Be brief."), *PLAIN.messages),
    record(*PLAIN.messages, tools=[{"name": "see"}]),
    record(*PLAIN.messages, data={"images": ["1.jpg"]}),
    record(PLAIN.messages[0], CALLED),
    record(*PLAIN.messages, rejected=PLAIN.messages[1:]),
    record(*PLAIN.messages, data={"label": True}, format="kto"),
    record(turn("user"), turn("assistant", "A dog."), data={"x": 1}),
]


@pytest.mark.parametrize("other", DIFFERENT)
def test_everything_taught_counts(other: Record) -> None:
    first, second = keys(PLAIN, other)
    assert first[CONTENT] != second[CONTENT]


def test_the_answer_has_its_own_key_and_size() -> None:
    longer = record(turn("system", "Be brief."), turn("user", "And now?"), turn("assistant", "A DOG!"))
    unequal = replace(turn("assistant", "A dog."), trained=False)
    first, second, third = keys(PLAIN, longer, record(turn("user", "What is it?"), unequal))
    assert first[ANSWER] == second[ANSWER] != third[ANSWER]
    assert (first[SIZE], second[SIZE], third[SIZE]) == (4, 4, 0)
    assert first[CONTEXT] != second[CONTEXT]
    assert first[CONTEXT] == third[CONTEXT]


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=2, max_size=6), st.sampled_from(["chat", "kto"]))
def test_what_is_the_same_has_one_key(texts: list[tuple[str, str, str]], kind: str) -> None:
    made = [record(turn("system", a), turn("user", b), turn("assistant", c), format=kind) for a, b, c in texts]
    made += [record(turn("user", a, b), turn("assistant", c.upper() + "."), format=kind) for a, b, c in texts]
    made += [record(turn("user", a.lower(), b + " "), turn("assistant", f'"{c}"'), format=kind) for a, b, c in texts]
    rows = keys(*made)
    for column, digest in ((CONTENT, content_digest), (CONTEXT, context_digest)):
        known: dict[bytes, int] = {}
        for row, each in zip(rows, made, strict=True):
            assert known.setdefault(digest(each), row[column]) == row[column]
    letters: dict[bytes, bytes] = {}
    for each in made:
        assert letters.setdefault(content_digest(each), content_letters(each)) == content_letters(each)


@given(st.lists(TEXTS, max_size=6))
def test_texts_are_squeezed_as_one_by_one(texts: list[str]) -> None:
    assert squeezed(texts) == [squeeze(text) for text in texts]


@given(st.lists(TEXTS, max_size=6))
def test_lines_have_the_words_of_the_texts_one_by_one(texts: list[str]) -> None:
    lines = plain_lines(texts).decode("utf-8", "surrogatepass").split("\n")
    assert lines.pop() == ""
    assert [line.split(" ") for line in map(_single_spaced, lines)] == [plain(text).split(" ") for text in texts]


def _single_spaced(text: str) -> str:
    return " ".join(text.split())
