"""Read records again by their places, to compare the pairs and to judge the groups that keys have made.

:func:`compare` and :func:`check` are the two pieces of work that can be done anywhere: all they need is in their
arguments, and these pickle.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, cast, overload

import numpy as np
from numpy.typing import NDArray

from dslint.api import GroupRule, PairRule, Record, Ref
from dslint.engine.columns import Columns, Values
from dslint.engine.crash import Crash, attempt, judged
from dslint.engine.plan import Plan
from dslint.engine.table import Rows
from dslint.model.finding import Finding
from dslint.model.record import Source
from dslint.sources.files import FileSpec
from dslint.sources.places import read_records

READ_AHEAD: Final = 50
"""Members of a group that are read before it is judged, together with those of other groups."""
COMPARED_AT_ONCE: Final = 256
KEPT_TO_COMPARE: Final = 4 * COMPARED_AT_ONCE
"""Values that may be at hand when the next cluster is judged."""
Positions = NDArray[np.int64]
R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Context:
    """What all blocks of one rule have in common.

    Attributes:
        plan: What runs.
        rule: Id of the rule.
        files: The files, by path.
        values: Values of dataset features.
        total: How many records are judged together.
    """

    plan: Plan
    rule: str
    files: Mapping[str, FileSpec]
    values: Values
    total: int = 0


@dataclass(frozen=True, slots=True)
class PairBlock:
    """Pairs to compare.

    Attributes:
        rows: The records, in the order of the run.
        left: Of each pair the row of the first record.
        right: And of the second.
    """

    rows: Rows
    left: Positions
    right: Positions


@dataclass(frozen=True, slots=True)
class GroupBlock:
    """Groups to judge.

    Attributes:
        rows: The records, group behind group.
        offsets: Where each group begins; one more entry than there are groups.
        other: In clusters for each row the most similar one, counted from where its group begins.
        scores: And how similar it is.
    """

    rows: Rows
    offsets: Positions
    other: Positions | None = None
    scores: NDArray[np.float64] | None = None


def compare(context: Context, block: PairBlock) -> NDArray[np.float64] | Crash:
    """Return how similar the records of each pair are."""
    return attempt(context.rule, _compare, context, block)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a rule found in groups.

    Attributes:
        findings: Of all groups, in their order.
        ends: Of each group where its findings end.
        counted: Whether the rule asked how many records are judged together.
    """

    findings: list[Finding]
    ends: list[int]
    counted: list[bool]


def check(context: Context, block: GroupBlock) -> Verdicts | Crash:
    """Return what the rule finds in each group."""
    ends: list[int] = []
    counted: list[bool] = []
    found = judged(context.rule, _check, context, block, ends, counted)
    return found if isinstance(found, Crash) else Verdicts(found, ends, counted)


def timed(task: tuple[Callable[[Context, T], R], Context], item: T) -> tuple[R, int, float]:
    """Do a piece of work; return its result, the process that did it, and the CPU time that it took there."""
    function, context = task
    since = time.process_time()
    result = function(context, item)
    return result, os.getpid(), time.process_time() - since


def _compare(context: Context, block: PairBlock) -> NDArray[np.float64]:
    comparison = Comparison(context, Store(context.files, block.rows))
    comparison.load(range(len(block.rows)))
    pairs = zip(block.left.tolist(), block.right.tolist(), strict=True)
    return np.array([comparison(left, right) for left, right in pairs], dtype=np.float64)


def _check(context: Context, block: GroupBlock, ends: list[int], counted: list[bool]) -> list[Finding]:
    rule = cast(GroupRule | PairRule, context.plan.rules[context.rule].rule)
    store = Store(context.files, block.rows)
    bounds = list(zip(block.offsets.tolist(), block.offsets[1:].tolist(), strict=False))
    store.load(row for start, end in bounds for row in range(start, min(end, start + READ_AHEAD)))
    found: list[Finding] = []
    comparison = Comparison(context, store)
    for start, end in bounds:
        if isinstance(rule, GroupRule):
            group = RecordGroup(store, start, end, context.total)
            found += rule.check(group)
        else:
            if len(comparison) > KEPT_TO_COMPARE:
                comparison = Comparison(context, store)
            group = cluster = RecordCluster(store, start, end, block, comparison)
            found += rule.check(cluster)
        ends.append(len(found))
        counted.append(group.counted)
    return found


@dataclass(slots=True)
class Store:
    """Reads records again, and keeps what it has read.

    Attributes:
        files: The files, by path.
        rows: Where the records are.
    """

    files: Mapping[str, FileSpec]
    rows: Rows
    _kept: dict[int, Record | None] = field(default_factory=dict)

    def load(self, rows: Iterable[int]) -> None:
        """Read the records of some rows, each file in one go."""
        missing = [row for row in dict.fromkeys(rows) if row not in self._kept]
        if not missing:
            return
        by_path: dict[str, tuple[list[int], list[Ref]]] = {}
        for row, ref in zip(missing, self.rows.refs(missing), strict=True):
            at, refs = by_path.setdefault(ref.path, ([], []))
            at.append(row)
            refs.append(ref)
        for path, (at, refs) in by_path.items():
            self._kept.update(zip(at, read_records(self.files[path], refs), strict=True))

    def records(self, rows: Sequence[int]) -> list[tuple[int, Record]]:
        """Return rows with their records; one that cannot be read any more is left out."""
        self.load(rows)
        return [(row, record) for row in rows if (record := self._kept[row]) is not None]


class Refs(Sequence[Ref]):
    """Places of a group's members, made when they are asked for: a group may be huge."""

    def __init__(self, rows: Rows, start: int, end: int) -> None:
        self._rows = rows
        self._range = range(start, end)

    def __len__(self) -> int:
        return len(self._range)

    @overload
    def __getitem__(self, index: int) -> Ref: ...

    @overload
    def __getitem__(self, index: slice) -> list[Ref]: ...

    def __getitem__(self, index: int | slice) -> Ref | list[Ref]:
        if isinstance(index, slice):
            return list(self._rows.refs(list(self._range[index])))
        return next(self._rows.refs([self._range[index]]))

    def __iter__(self) -> Iterator[Ref]:
        for start in range(self._range.start, self._range.stop, 1000):
            yield from self._rows.refs(slice(start, min(start + 1000, self._range.stop)))


class RecordGroup:
    """Records that share a key; see :class:`dslint.api.rule.Group`."""

    def __init__(self, store: Store, start: int, end: int, total: int) -> None:
        self.counted = False
        self._total = total
        self._store = store
        self._range = range(start, end)
        self.refs: Sequence[Ref] = Refs(store.rows, start, end)

    @property
    def total(self) -> int:
        """How many records are judged together."""
        self.counted = True
        return self._total

    def records(self, limit: int | None = None) -> Sequence[Record]:
        """Read the first ``limit`` members again."""
        return [record for _, record in self._store.records(self._range[:limit])]


class RecordCluster(RecordGroup):
    """Records linked by pairs; see :class:`dslint.api.rule.Cluster`."""

    def __init__(self, store: Store, start: int, end: int, block: GroupBlock, compare: Comparison) -> None:
        super().__init__(store, start, end, compare.total)
        self._offsets = block.offsets
        self._other = cast(Positions, block.other)[start:end]
        self._scores = cast(NDArray[np.float64], block.scores)[start:end]
        self._compare = compare

    def similarity(self, left: int, right: int) -> float:
        """Compare two members, by position."""
        low, high = min(left, right), max(left, right)
        if self._other[low] == high or self._other[high] == low:
            return float(self._scores[low if self._other[low] == high else high])
        first, second = self._range[low], self._range[high]
        if not self._compare.has(first, second):
            # Whoever compares two members compares more of them, and of the next clusters; a few values take as long
            # to make as a hundred.
            for start in range(0, len(self._range), COMPARED_AT_ONCE):
                batch = self._range[start : start + COMPARED_AT_ONCE]
                if first in batch or second in batch:
                    self._compare.load([*batch, *self._following(COMPARED_AT_ONCE - len(batch))])
        return self._compare(first, second)

    def _following(self, count: int) -> list[int]:
        """Return up to ``count`` rows of clusters behind this one, of those where not all members are linked."""
        first = int(np.searchsorted(self._offsets, self._range.stop))
        bounds = self._offsets[first : first + count + 1]
        widths = np.diff(bounds)
        rows = np.flatnonzero(np.repeat(widths > 2, widths))[:count] + self._range.stop
        return cast("list[int]", rows.tolist())

    def link(self, member: int) -> tuple[int, float]:
        """Return the member most similar among the compared pairs, by position, and how similar."""
        return int(self._other[member]), float(self._scores[member])


class Comparison:
    """Computes what a pair rule compares, and compares it.

    Attributes:
        total: How many records are judged together.
    """

    def __init__(self, context: Context, store: Store) -> None:
        planned = context.plan.rules[context.rule]
        self.total = context.total
        self._context = context
        self._rule = cast(PairRule, planned.rule)
        self._ask = planned.compare_ask
        self._store = store
        self._kept: dict[int, Any] = {}
        self._scores: dict[tuple[int, int], float] = {}

    def __call__(self, left: int, right: int) -> float:
        """Compare two records, by row; the one that comes first in the run is the left one."""
        pair = (left, right)
        if pair not in self._scores:
            self._scores[pair] = self._rule.compare(self._kept[left], self._kept[right])
        return self._scores[pair]

    def __len__(self) -> int:
        return len(self._kept)

    def has(self, left: int, right: int) -> bool:
        """Whether both values are at hand."""
        return left in self._kept and right in self._kept

    def load(self, rows: Iterable[int]) -> None:
        """Compute the values of the records of some rows."""
        by_source: dict[str, tuple[Source, list[int], list[Record]]] = {}
        for row, record in self._store.records([row for row in rows if row not in self._kept]):
            _, at, records = by_source.setdefault(record.source.path, (record.source, [], []))
            at.append(row)
            records.append(record)
        for source, at, records in by_source.values():
            columns = Columns(self._context.plan, records, source, self._context.values)
            self._kept.update(zip(at, columns.value(self._ask), strict=True))
