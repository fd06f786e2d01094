"""Scores that records carry in a field of their own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from dslint.api import Record

DOT = "."


def rating(record: Record, name: str) -> float | None:
    """Return the number under ``name``; ``None`` where there is none, or none that can be read.

    Args:
        record: The record.
        name: A field, or a path with dots such as ``metadata.score``; a field that has dots in its name goes first.
    """
    return number(value_at(record.data, name))


def value_at(data: Any, name: str) -> Any:
    """Return what stands under a field or a path with dots; ``None`` where nothing does."""
    if not isinstance(data, Mapping):
        return None
    if name in data:
        return data[name]
    first, dot, rest = name.partition(DOT)
    return value_at(data.get(first), rest) if dot else None


def number(value: Any) -> float | None:
    """Return a finite number, also one that is written as text, as CSV has it; ``None`` for anything else.

    True and false are one and nought: thumbs up and thumbs down.
    """
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    return float(value) if isinstance(value, int | float) and abs(value) < math.inf else None
