"""Telling a misspelt name from a name of its own."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_LONGEST: Final = 40


@lru_cache(maxsize=4096)
def similar(name: str, known: tuple[str, ...], *, lenient: bool = False) -> str | None:
    """Return the name in ``known`` that ``name`` is probably a misspelling of.

    Args:
        name: The key or role found.
        known: What it could have been.
        lenient: Accept more, where what it could have been is known to be missing.
    """
    if len(name) > _LONGEST:
        return None
    for other in known:
        if name != other and _folded(name) == _folded(other):
            return other
    for other in known:
        allowed = _tolerance(min(len(name), len(other)), lenient=lenient)
        if name != other and allowed and edits(name.lower(), other, allowed) <= allowed:
            return other
    return None


def _tolerance(length: int, *, lenient: bool) -> int:
    if lenient:
        return 2 if length >= 5 else 1 if length >= 4 else 0
    return (length >= 5) + (length >= 8)


def edits(left: str, right: str, limit: int) -> int:
    """Return how many insertions, deletions, replacements or swaps of neighbours turn ``left`` into ``right``.

    More than ``limit`` may come out as any number above it.
    """
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()
