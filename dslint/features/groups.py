"""Groups of records that should have one form: the same system prompt, template or task, or the whole file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Annotated, Any, Final, NamedTuple

import xxhash

from dslint.api import DatasetFeature, Feature, Record, Scope
from dslint.features.patterns import expression
from dslint.model.record import SYSTEM

FIELDS: Final = ("task", "task_type", "task_name", "category")
"""Fields that may name the task."""
TEMPLATE_WORDS: Final = 6
TEMPLATE_LETTERS: Final = 12
HEAD: Final = 200
ROWS: Final = 3
SLOTS: Final = 8192
MAX_EXACT: Final = 4096
MIN_GROUP: Final = 50
MAX_GROUPS: Final = 500
"""No group below one 500th of the records is looked at, so that their number stays bounded."""

_SLOT: Final = SLOTS - 1
_NUMBER: Final = expression(r"\d+")
_DIGITS: Final = b"0123456789"


class Width(IntEnum):
    """How much the tasks of a group's records can differ."""

    NARROW = 1
    WIDE = 2


class RecordGroup(NamedTuple):
    """A group that a record belongs to.

    Records share a group when they have the same system prompt (wide: a system prompt may go with many tasks), the same
    first six words of the question (twelve letters where a script has no spaces; numbers count as equal), or the same
    short value in a field that names the task.

    Attributes:
        key: Hash of the other two.
        kind: What its records share: ``system``, ``template``, the name of a field, or nothing for the whole file.
        text: The value that they share.
    """

    key: int
    kind: str
    text: str

    @property
    def width(self) -> Width:
        """Whether its records all have one task, or possibly many."""
        return Width.WIDE if self.kind in ("", "system") else Width.NARROW

    @property
    def words(self) -> str:
        """What its records share, for people: continues ``answers …``; empty for the whole file."""
        if not self.kind:
            return ""
        if self.kind == "template":
            return f" to questions that begin {_quoted(self.text)}"
        return f" with {'system prompt' if self.kind == 'system' else self.kind} {_quoted(self.text)}"


WHOLE_FILE: Final = RecordGroup(0, "", "")
"""The group of all records of a file."""


@dataclass(frozen=True)
class FrequentKeys:
    """Which groups can have enough records; small, and never wrong about one that has.

    Attributes:
        rows: Numbers of the well-filled counters, for each of the independent rows.
    """

    rows: tuple[frozenset[int], ...] = field(default_factory=tuple)

    def __contains__(self, key: int) -> bool:
        first, second, third = self.rows
        return key & _SLOT in first and key >> 16 & _SLOT in second and key >> 32 & _SLOT in third


@dataclass(slots=True)
class KeyCounts:
    """How often keys occur: exactly while they are few, in the counters of a count-min sketch from then on.

    Attributes:
        records: How many records were counted.
        exact: Counts that are not in the counters yet.
        counters: ``uint32[ROWS, SLOTS]``; ``None`` while there are few keys, as in small files.
    """

    records: int = 0
    exact: dict[int, int] = field(default_factory=dict)
    counters: Any = None

    def add(self, key: int, count: int = 1) -> None:
        """Count a key."""
        self.exact[key] = self.exact.get(key, 0) + count
        if len(self.exact) > MAX_EXACT:
            self.spill()

    def merge(self, other: KeyCounts) -> KeyCounts:
        """Count the keys of ``other`` in, and return self."""
        self.records += other.records
        if other.counters is not None:
            self.counters = other.counters if self.counters is None else self.counters + other.counters
        for key, count in other.exact.items():
            self.add(key, count)
        return self

    def spill(self) -> None:
        """Move all counts to the counters."""
        import numpy as np

        if self.counters is None:
            self.counters = np.zeros((ROWS, SLOTS), dtype=np.uint32)
        keys = np.fromiter(self.exact, dtype=np.uint64, count=len(self.exact))
        counts = np.fromiter(self.exact.values(), dtype=np.uint32, count=len(self.exact))
        for row, counter in enumerate(self.counters):
            np.add.at(counter, (keys >> np.uint64(16 * row)) & np.uint64(_SLOT), counts)
        self.exact = {}


class FrequentGroups(DatasetFeature[KeyCounts, FrequentKeys]):
    """Which groups of a file can have at least 50 records and one 500th of them, by a count-min sketch."""

    scope = Scope.FILE

    def zero(self) -> KeyCounts:
        """Return no counts."""
        return KeyCounts()

    def add_batch(self, state: KeyCounts, records: Sequence[Record], /) -> KeyCounts:
        """Count the groups of records."""
        state.records += len(records)
        exact = state.exact
        for (kind, text), count in Counter([shared for record in records for shared in _shared(record)]).items():
            key = _key(kind, text)
            exact[key] = exact.get(key, 0) + count
        if len(exact) > MAX_EXACT:
            state.spill()
        return state

    def merge(self, left: KeyCounts, right: KeyCounts) -> KeyCounts:
        """Add counts up."""
        return left.merge(right)

    def finish(self, state: KeyCounts) -> FrequentKeys:
        """Return the counters that are filled well enough."""
        # Always by the counters, so that the value does not depend on when they came into use.
        state.spill()
        least = max(MIN_GROUP, state.records // MAX_GROUPS)
        return FrequentKeys(
            tuple(frozenset(int(slot) for slot in (row >= least).nonzero()[0]) for row in state.counters)
        )


Frequent = Annotated[FrequentKeys, FrequentGroups]
"""Ask for which groups of the file can be frequent."""


class LargeGroups(Feature[tuple[RecordGroup, ...]]):
    """The groups that a record belongs to, the whole file first, without those that cannot be frequent in the file."""

    def compute(self, records: Sequence[Record], frequent: Frequent, /) -> Sequence[tuple[RecordGroup, ...]]:
        """Return each record's groups; those of the same groups share one object."""
        if not all(frequent.rows):
            return [(WHOLE_FILE,)] * len(records)
        first = frequent.rows[0]
        found: list[tuple[RecordGroup, ...]] = []
        known: dict[tuple[RecordGroup, ...], tuple[RecordGroup, ...]] = {}
        alone = (WHOLE_FILE,)
        for record in records:
            groups: tuple[RecordGroup, ...] = alone
            for shared in _shared(record):
                key = _key(*shared)
                # Most keys are not in the first row.
                if key & _SLOT in first and key in frequent:
                    groups = (*groups, RecordGroup(key, *shared))
            found.append(groups if groups is alone else known.setdefault(groups, groups))
        return found


def groups_of(record: Record) -> list[RecordGroup]:
    """Return the groups that a record belongs to, besides the whole file."""
    return [RecordGroup(_key(kind, text), kind, text) for kind, text in _shared(record)]


def _shared(record: Record) -> list[tuple[str, str]]:
    """Return what makes up a record's groups: kind and text of each."""
    found: list[tuple[str, str]] = []
    data = record.data
    if not (data.__class__ is dict and data.keys().isdisjoint(FIELDS)):
        for name in FIELDS:
            if name in data:
                value = data[name]
                if isinstance(value, str) and 0 < len(value) <= HEAD:
                    found.append((name, value))
    template = template_of(record.question)
    if template:
        found.append(("template", template))
    for turn in record.messages:
        if turn.role == SYSTEM:
            found.append(("system", turn.text.strip()))
            break
    return found


def template_of(question: str) -> str:
    """Return the head of a question that questions made from one template share; empty for short ones."""
    words = question[:HEAD].split(None, TEMPLATE_WORDS)[:TEMPLATE_WORDS]
    if len(words) < TEMPLATE_WORDS and question.isascii():
        return ""
    head = " ".join(words).lower()
    if has_digit(head):
        head = _NUMBER.sub("0", head)
    if len(words) == TEMPLATE_WORDS:
        return head
    return head[:TEMPLATE_LETTERS] if not head.isascii() and len(head) > 2 * TEMPLATE_LETTERS else ""


def has_digit(text: str) -> bool:
    """Whether there is a digit in ``text``; to delete those of ASCII takes a third of searching for one."""
    if not text.isascii():
        return _NUMBER.search(text) is not None
    data = text.encode()
    return len(data.translate(None, _DIGITS)) < len(data)


def _key(kind: str, text: str) -> int:
    return xxhash.xxh3_64_intdigest(f"{kind}\0{text}".encode("utf-8", "replace"))


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return f"'{line if len(line) <= 40 else line[:39] + '…'}'"
