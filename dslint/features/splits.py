"""Which records are trained on, and which only measured with."""

from __future__ import annotations

from typing import Final

from dslint.api import Record

HELD_OUT: Final = frozenset({"validation", "test"})
NO_ANSWER: Final = frozenset({"text", "evaluation", "unknown"})
"""Formats of which no text is known to be an answer that is trained on."""


def is_held_out(record: Record) -> bool:
    """Whether the record belongs to a split that is not trained on."""
    return record.source.split in HELD_OUT


def is_unwanted(record: Record) -> bool:
    """Whether the record is labelled as one whose answer is not wanted, as KTO trains on."""
    data = record.data
    if data.__class__ is not dict:
        return record.field("label") is False or record.field("kto_tag") is False
    return data.get("label") is False or data.get("kto_tag") is False
