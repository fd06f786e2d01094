"""Groups of records that should have one form: the same system prompt, template or task, or the whole file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from typing import Annotated, Any, Final, NamedTuple

import xxhash

from dslint.api import DatasetFeature, Feature, Record, Scope

Counters = Any
"""A ``numpy`` array of ``uint32``; numpy is only imported where one is made."""

TEMPLATE_WORDS: Final = 6
TEMPLATE_LETTERS: Final = 12
HEAD: Final = 200
ROWS: Final = 3
SLOTS: Final = 8192
MIN_GROUP: Final = 50
MAX_GROUPS: Final = 500
"""No group below one 500th of the records is looked at, so that their number stays bounded."""

_NUMBER: Final = re.compile(r"\d+")


class Width(IntEnum):
    """How much the tasks of a group's records can differ."""

    NARROW = 1
    WIDE = 2


class RecordGroup(NamedTuple):
    """A group that a record belongs to.

    Attributes:
        key: Hash of what its records share.
        width: Whether its records all have one task, or possibly many.
        words: What its records share, for people: completes ``records …``.
    """

    key: int
    width: Width
    words: str


WHOLE_FILE: Final = RecordGroup(0, Width.WIDE, "")
"""The group of all records of a file."""


@dataclass(frozen=True)
class RecordGroups(Feature[tuple[RecordGroup, ...]]):
    """The groups that a record belongs to, besides the whole file.

    Records share a group when they have the same system prompt (wide: a system prompt may go with many tasks), the same
    first six words of the question (twelve letters where a script has no spaces; numbers count as equal), or the same
    short value in one of ``fields``.

    Attributes:
        fields: Fields that may name the task.
    """

    fields: tuple[str, ...] = ("task", "task_type", "task_name", "category")

    def compute(self, records: Sequence[Record], /) -> Sequence[tuple[RecordGroup, ...]]:
        """Return each record's groups."""
        return [tuple(self._groups(record)) for record in records]

    def _groups(self, record: Record) -> Iterator[RecordGroup]:
        for name in self.fields:
            value = record.field(name)
            if isinstance(value, str) and 0 < len(value) <= HEAD:
                yield _group(f"with {name} {_quoted(value)}", Width.NARROW)
        if template := template_of(record.question):
            yield _group(f"whose question begins {_quoted(template)}", Width.NARROW)
        if system := record.system.strip():
            yield _system_group(system)


Groups = Annotated[tuple[RecordGroup, ...], RecordGroups]
"""Ask for the groups that a record belongs to."""


@dataclass(frozen=True)
class FrequentKeys:
    """Which groups can have enough records; small, and never wrong about one that has.

    Attributes:
        rows: Numbers of the well-filled counters, for each of the independent rows.
    """

    rows: tuple[frozenset[int], ...] = field(default_factory=tuple)

    def __contains__(self, key: int) -> bool:
        return all(slot in row for slot, row in zip(_slots(key), self.rows, strict=True))


@dataclass(frozen=True)
class FrequentGroups(DatasetFeature[Counters, FrequentKeys]):
    """Which groups of a file can have at least 50 records and one 500th of them, by a count-min sketch."""

    scope = Scope.FILE

    def zero(self) -> Counters:
        """Return empty counters; the last one counts the records."""
        import numpy as np

        return np.zeros(ROWS * SLOTS + 1, dtype=np.uint32)

    def add(self, state: Counters, _record: Record, groups: Groups, /) -> Counters:
        """Count a record's groups."""
        state[-1] += 1
        for group in groups:
            for row, slot in enumerate(_slots(group.key)):
                state[row * SLOTS + slot] += 1
        return state

    def merge(self, left: Counters, right: Counters) -> Counters:
        """Add the counters up."""
        left += right
        return left

    def finish(self, state: Counters) -> FrequentKeys:
        """Return the counters that are filled well enough."""
        least = max(MIN_GROUP, int(state[-1]) // MAX_GROUPS)
        rows = (state[:-1] >= least).reshape(ROWS, SLOTS)
        return FrequentKeys(tuple(frozenset(int(slot) for slot in row.nonzero()[0]) for row in rows))


Frequent = Annotated[FrequentKeys, FrequentGroups]
"""Ask for which groups of the file can be frequent."""


def template_of(question: str) -> str:
    """Return the head of a question that questions made from one template share; empty for short ones."""
    head = _NUMBER.sub("0", question[:HEAD].lower())
    words = head.split(None, TEMPLATE_WORDS)[:TEMPLATE_WORDS]
    if len(words) == TEMPLATE_WORDS:
        return " ".join(words)
    head = " ".join(words)
    return head[:TEMPLATE_LETTERS] if not head.isascii() and len(head) > 2 * TEMPLATE_LETTERS else ""


def _group(words: str, width: Width) -> RecordGroup:
    return RecordGroup(_hash(words), width, words)


@lru_cache(maxsize=64)
def _system_group(system: str) -> RecordGroup:
    return RecordGroup(_hash("system:" + system), Width.WIDE, f"with system prompt {_quoted(system)}")


def _hash(text: str) -> int:
    return xxhash.xxh3_64_intdigest(text.encode("utf-8", "replace"))


def _slots(key: int) -> tuple[int, ...]:
    return key & (SLOTS - 1), key >> 16 & (SLOTS - 1), key >> 32 & (SLOTS - 1)


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return f"'{line if len(line) <= 40 else line[:39] + '…'}'"
