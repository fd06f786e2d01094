"""Digests of records: what counts, and that the fast screen never loses what is the same."""

from __future__ import annotations

import pytest

from dslint.api import Message, Part, Record, Ref, Source, ToolCall
from dslint.features.digest import content_digest, content_key, context_digest, context_key


def record(question: str, answer: str, **changes: object) -> Record:
    base = Ref("data.jsonl", 0, 1)
    user = Message("user", (Part("text", question, "/q"),), "/q", base)
    calls = changes.pop("calls", ())
    assistant = Message("assistant", (Part("text", answer, "/a"),), "/a", base, tool_calls=calls)  # type: ignore[arg-type]
    data = changes.pop("data", {})
    return Record(base, data, str(changes.pop("format", "chat")), (user, assistant), Source("data.jsonl"), **changes)  # type: ignore[arg-type]


PLAIN = record("What is it?", "A dog.")
DIFFERENT = [
    record("What is it?", "A cat."),
    record("What is it?", "A dog.", tools=[{"name": "see"}]),
    record("What is it?", "A dog.", data={"images": ["1.jpg"]}),
    record("What is it?", "A dog.", calls=(ToolCall("see", {"x": 1}, None, "/c"),)),
    record("What is it?", "A dog.", rejected=PLAIN.messages[1:]),
    record("What is it?", "A dog.", format="kto", data={"label": True}),
]


@pytest.mark.parametrize("other", DIFFERENT)
def test_everything_taught_counts(other: Record) -> None:
    assert content_digest(other) != content_digest(PLAIN)
    assert content_key(other) != content_key(PLAIN)


def test_ids_and_case_do_not_count() -> None:
    other = record("what is it", "a dog", data={"id": 7})
    assert content_digest(other) == content_digest(PLAIN)
    assert content_key(other) == content_key(PLAIN)
    assert content_digest(other, "whitespace") != content_digest(PLAIN, "whitespace")


def test_labels_of_kto_differ() -> None:
    liked, disliked = (record("What is it?", "A dog.", format="kto", data={"label": x}) for x in (True, False))
    assert content_digest(liked) != content_digest(disliked)


def test_the_order_of_keys_does_not_count() -> None:
    left = record("Call it.", "", calls=(ToolCall("f", '{"a": 1, "b": 2}', None, "/c"),))
    right = record("Call it.", "", calls=(ToolCall("f", {"b": 2, "a": 1}, None, "/c"),))
    assert content_digest(left) == content_digest(right)


def test_the_context_leaves_the_answer_out() -> None:
    assert context_digest(PLAIN) == context_digest(DIFFERENT[0])
    assert context_key(PLAIN) == context_key(DIFFERENT[0])
    assert context_digest(PLAIN) != context_digest(DIFFERENT[1])


def test_half_of_a_surrogate_pair_is_only_a_character() -> None:
    left, right = record("What is \ud83d?", "\ud83d"), record("What is \ud83e?", "\ud83e")
    assert content_digest(left) != content_digest(right)
    assert context_digest(left) != context_digest(right)
