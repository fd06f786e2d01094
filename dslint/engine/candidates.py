"""Records that share a key: as groups, and as pairs to compare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from dslint.api import PairRule
from dslint.engine.crash import Crash, Failed, attempt
from dslint.engine.spool import Space, SpillFile, Spool
from dslint.engine.table import Numbers, Sides
from dslint.features.unique import distinct

BUCKET_CAP: Final = 400
"""Records that may share one key and still be compared all with all; above, each is compared with two others."""
BUCKET_CAP_OF_MANY: Final = 64
"""The same where records have several keys, so that similar ones meet more than once."""
LOW: Final = np.uint64(0xFFFFFFFF)
U32: Final = np.uint64(32)

_MIX: Final = np.uint64(0x9FB21C651E98DF25)
_CHUNK: Final = 1 << 20

Column = tuple[NDArray[np.uint64], Numbers]
"""Keys, mixed, and for each the number of its record; a key's rows are all in one column."""
Pairs = NDArray[np.uint64]
"""Of each pair the smaller number in the upper 32 bits, the other one in the lower."""
Test = Callable[[Numbers, Numbers], NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class Groups:
    """Records that belong together, group behind group.

    Attributes:
        members: Numbers of records; ascending in each group. Groups come in the order of their first members.
        offsets: Where each group begins; one more entry than there are groups.
    """

    members: Numbers
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> Numbers:
        return self.members[self.offsets[index] : self.offsets[index + 1]]


def grouped(members: Numbers, labels: NDArray[Any]) -> Groups:
    """Group records by label.

    Args:
        members: Numbers of records, distinct for each label.
        labels: What those of one group have in common.
    """
    order = np.lexsort((members, labels))
    members, labels = members[order], labels[order]
    starts = _starts(labels)
    lengths = np.diff(np.append(starts, len(labels)))
    # Groups by first member: no two have it in common within one column of keys.
    by_first = np.argsort(members[starts], kind="stable")
    lengths = lengths[by_first]
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    within = np.arange(len(members)) - np.repeat(offsets[:-1], lengths)
    return Groups(members[np.repeat(starts[by_first], lengths) + within], offsets)


def shared(columns: Iterable[Column], least: int = 2) -> Groups:
    """Return the groups of at least ``least`` records that share a key."""
    return together(_shared(*column, least) for column in columns)


def together(parts: Iterable[Groups]) -> Groups:
    """Return groups of different keys, which come in any order, as one."""
    members: list[Numbers] = [np.empty(0, np.int64)]
    counts: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    for part in parts:
        members.append(part.members)
        counts.append(np.diff(part.offsets))
    lengths = np.concatenate(counts)
    return grouped(np.concatenate(members), np.repeat(np.arange(len(lengths)), lengths))


def repeated(column: Column) -> Column:
    """Return the rows of a column that share their key with another one, in their order."""
    keys, numbers = column
    kept = np.sort(_rows(*_runs(keys)))
    return keys[kept], numbers[kept]


def _shared(keys: NDArray[np.uint64], numbers: Numbers, least: int) -> Groups:
    order, starts, lengths = _runs(keys)
    found = numbers[_rows(order, starts, lengths)]
    label = np.repeat(np.arange(len(starts)), lengths)
    again = np.zeros(len(found), dtype=np.bool_)  # a record may have one key several times
    again[1:] = (found[1:] == found[:-1]) & (label[1:] == label[:-1])
    found, label = found[~again], label[~again]
    counts = np.bincount(label, minlength=len(starts))
    enough = counts >= least
    return Groups(found[enough[label]], np.concatenate(([0], np.cumsum(counts[enough]))))


@dataclass(slots=True)
class Candidates:
    """Collects the pairs of records that share a key.

    Attributes:
        cap: Records that may share one key and still be compared all with all.
        likely: Says which pairs of records may be similar; ``None`` where nothing tells before they are compared.
        held_out: Says which records are held out, where only pairs of such a one and another count.
        capped: How many records shared a key with more than ``cap`` others, counted for each key.
    """

    cap: int = BUCKET_CAP
    likely: Test | None = None
    held_out: Callable[[Numbers], NDArray[np.bool_]] | None = None
    capped: int = 0

    def pairs(self, columns: Iterable[Column], space: Space, records: int) -> Iterator[Pairs]:
        """Yield the distinct pairs in sorted blocks, the smaller number in the upper 32 bits.

        Args:
            columns: The keys.
            space: Where pairs are that do not fit into memory.
            records: How many records the run has.
        """
        return merged(self._found(columns), space, records)

    def _found(self, columns: Iterable[Column]) -> Iterator[Pairs]:
        for keys, numbers in columns:
            for left, right in self._of_column(keys, numbers):
                yield self._kept(left, right)

    def _of_column(self, keys: NDArray[np.uint64], numbers: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
        if self.held_out is not None:
            keys, numbers = _on_both_sides(keys, numbers, self.held_out(numbers))
        order, starts, lengths = _runs(keys)
        by_length = np.argsort(lengths, kind="stable")
        for same in np.split(by_length, _starts(lengths[by_length])[1:]):
            if not len(same):
                continue
            length, same = int(lengths[same[0]]), starts[same]
            left, right = _positions(length, self.cap)
            if length > self.cap:
                self.capped += len(same) * length
            step = max(1, _CHUNK // len(left))
            for first in range(0, len(same), step):
                members = numbers[order[same[first : first + step, None] + np.arange(length)]]
                for at in range(0, len(left), _CHUNK):
                    yield members[:, left[at : at + _CHUNK]].ravel(), members[:, right[at : at + _CHUNK]].ravel()

    def _kept(self, left: Numbers, right: Numbers) -> Pairs:
        kept = left != right
        if self.held_out is not None:
            kept &= self.held_out(left) != self.held_out(right)
        left, right = left[kept], right[kept]
        pairs = (np.minimum(left, right).astype(np.uint64) << U32) | np.maximum(left, right).astype(np.uint64)
        pairs = distinct(pairs)
        if self.likely is not None and len(pairs):
            pairs = pairs[self.likely(*split(pairs))]
        return pairs


@dataclass(frozen=True, slots=True)
class Search:
    """A search for the pairs of one rule, as it can be sent to another process.

    Attributes:
        name: Id of the rule.
        rule: The rule.
        cap: See :class:`Candidates`.
        sides: Says which records are held out, where only pairs of such a one and another count.
    """

    name: str
    rule: PairRule
    cap: int
    sides: Sides | None = None

    def candidates(self, sketches: Callable[[Numbers], NDArray[np.uint8]] | None) -> Candidates:
        """Return what finds the pairs.

        Args:
            sketches: Returns the sketches of some records; ``None`` where not all have one.
        """
        candidates = Candidates(self.cap, held_out=self.sides)
        if sketches is not None:

            def likely(left: Numbers, right: Numbers) -> NDArray[np.bool_]:
                rows = (sketches(each) for each in (left, right))
                passed = attempt(self.name, self.rule.likely, *rows)
                if isinstance(passed, Crash):
                    raise Failed(passed)
                return cast(NDArray[np.bool_], passed)

            candidates.likely = likely
        return candidates


def merged(found: Iterable[Pairs], space: Space, records: int) -> Iterator[Pairs]:
    """Yield pairs that come in any order, each piece distinct in itself, once and in sorted blocks.

    Args:
        found: The pairs.
        space: Where they are when they do not fit into memory.
        records: How many records the run has.
    """
    heap = PairHeap(space, records)
    try:
        for pairs in found:
            heap.add(pairs)
        yield from heap.blocks()
    finally:
        heap.close()


class PairHeap:
    """Pairs as they are found, in any order and many times over.

    Args:
        space: Where they are when they are many.
        records: How many records the run has.
    """

    def __init__(self, space: Space, records: int) -> None:
        self._space = space
        self._most = 2 * space.rows_at_once
        self._waiting: list[Pairs] = []
        self._count = 0
        self._spool: Spool | None = None
        # The smaller number fills the uppermost bits, so that the ranges of the spool are ranges of records.
        self._shift = np.uint64(64 - max(1, records - 1).bit_length())

    def add(self, pairs: Pairs) -> None:
        """Add distinct pairs."""
        self._waiting.append(pairs)
        self._count += len(pairs)
        if self._count > self._most:
            merged = self._merged()
            if len(merged) > self._most // 2:  # merging the same ones again and again would not be linear
                self._store(merged)
                merged = merged[:0]
            self._waiting, self._count = [merged], len(merged)

    def blocks(self) -> Iterator[Pairs]:
        """Yield them all once, sorted."""
        if self._spool is None:
            yield self._merged()
            return
        self._store(self._merged())
        self._waiting = []
        for left, right in self._spool.parts(0):
            yield distinct(((left >> self._shift) << U32) | right.astype(np.uint64))

    def close(self) -> None:
        """Let go of them."""
        if self._spool is not None:
            self._spool.close()
            self._file.close()

    def _merged(self) -> Pairs:
        return distinct(np.concatenate(self._waiting)) if self._waiting else np.empty(0, np.uint64)

    def _store(self, pairs: Pairs) -> None:
        if self._spool is None:
            self._file = SpillFile(self._space)
            self._spool = Spool(self._file, self._space, 1)
        left, right = split(pairs)
        self._spool.add((left.astype(np.uint64) << self._shift)[:, None], right)


def split(pairs: Pairs) -> tuple[Numbers, Numbers]:
    """Return the numbers of both records of each pair."""
    return (pairs >> U32).astype(np.int64), (pairs & LOW).astype(np.int64)


def mixed(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return keys whose upper bits depend on all bits of the given ones; different keys stay different."""
    product = keys * _MIX
    product ^= product >> U32  # the product's upper half depends on all of the key, its lower half does not
    return product


def _runs(keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return an order that brings equal keys together, and where runs of two or more begin and how long they are.

    Equal keys stay in their order. The upper bits of the key and the position are sorted as one number, which takes a
    tenth of the time of sorting positions; keys that differ in their lower bits only are seen, and sorted in full.
    """
    count = len(keys)
    bits = np.uint64(max(count - 1, 1).bit_length())
    low = (np.uint64(1) << bits) - np.uint64(1)
    packed = (keys & ~low) | np.arange(count, dtype=np.uint64)
    packed.sort()
    order = (packed & low).astype(np.int64)
    ordered = keys[order]
    same = ordered[1:] == ordered[:-1]
    if bool(np.any(((packed[1:] ^ packed[:-1]) <= low) & ~same)):
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        same = ordered[1:] == ordered[:-1]
    starts = np.flatnonzero(np.concatenate(([True], ~same))) if count else np.empty(0, np.int64)
    lengths = np.diff(np.append(starts, count))
    return order, starts[lengths > 1], lengths[lengths > 1]


def _rows(order: NDArray[np.int64], starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    within = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.asarray(order[np.repeat(starts, lengths) + within])


def _starts(values: NDArray[Any]) -> NDArray[np.int64]:
    return np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1]))) if len(values) else np.empty(0, np.int64)


def _positions(length: int, cap: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    if length <= cap:
        left, right = np.triu_indices(length, 1)
        return left, right
    # A star, and a chain in case the first record is the odd one.
    left = np.concatenate((np.zeros(length - 1, np.int64), np.arange(1, length - 1)))
    return left, np.concatenate((np.arange(1, length), np.arange(2, length)))


def _on_both_sides(keys: NDArray[np.uint64], numbers: Numbers, held_out: NDArray[np.bool_]) -> Column:
    """Keep the rows that share a key with a row of the other side."""
    ours, theirs = distinct(keys[held_out]), distinct(keys[~held_out])
    both = np.intersect1d(ours, theirs, assume_unique=True)
    if not len(both):
        return keys[:0], numbers[:0]
    kept = both[np.minimum(np.searchsorted(both, keys), len(both) - 1)] == keys
    return keys[kept], numbers[kept]
