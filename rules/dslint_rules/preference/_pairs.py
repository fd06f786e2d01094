"""The two answers of a preference pair, ready to be compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dslint.api import Message, Record

ANSWERS = frozenset({"assistant", "function_call", "tool"})
"""Roles that an answer is made of: calls and their results belong to it."""


def preferred(record: Record) -> Sequence[Message]:
    """Return the turns of the answer that is preferred; none outside preference data."""
    return () if record.preferred_from is None else record.messages[record.preferred_from :]


def text_of(turns: Sequence[Message]) -> str:
    """Return all text of an answer."""
    return turns[0].text if len(turns) == 1 else "\n".join(turn.text for turn in turns)


def says_the_same(left: Sequence[Message], right: Sequence[Message]) -> bool:
    """Whether two answers differ in nothing but white space; mostly told from their first words."""
    if len(left) != len(right) or text_of(left).split(None, 4)[:4] != text_of(right).split(None, 4)[:4]:
        return False
    return content_of(left) == content_of(right)


def content_of(turns: Sequence[Message]) -> list[Any]:
    """Return what an answer says: its pieces without regard to white space, and its calls."""
    return [
        (
            turn.role,
            *((piece.kind, *piece.text.split()) for piece in turn.parts),
            *(call[:2] for call in turn.tool_calls),
        )
        for turn in turns
    ]
