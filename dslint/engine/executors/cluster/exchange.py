"""How workers of Ray bring together the records that share a key, without the process that runs dslint seeing the keys.

Keys and places stay in Ray's store. What tasks there do, in this order: :func:`divide` makes of the keys of many shards
one piece for each range of keys; :func:`groups` or :func:`pairs` looks for equal keys in all pieces of one range.
Sketches would take many times what keys take if each key had one with it, so they are looked up between: :func:`reduce`
leaves of a range only the records that share a key, :func:`pick` has the sketches of these.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dslint.engine.candidates import Column, Groups, Pairs, Search, mixed, repeated, shared
from dslint.engine.keys import Positions
from dslint.engine.limits import Limits
from dslint.engine.shard import KeyRows, ShardResult, Stored
from dslint.engine.spool import Space
from dslint.engine.table import Numbers
from dslint.features.unique import distinct

_U32: Final = np.uint64(32)


@dataclass(frozen=True, slots=True)
class ShardRows:
    """What one pass over a shard gave for each of its records.

    Attributes:
        keys: By rule.
        places: See :class:`~dslint.engine.shard.Places`.
    """

    keys: dict[str, KeyRows]
    places: NDArray[np.int64] | None


@dataclass(frozen=True, slots=True)
class Part:
    """A shard among those that are divided.

    Attributes:
        base: Number of its first record.
        units: By rule, what its records are judged together with.
    """

    base: int
    units: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Output:
    """A unit to divide.

    Attributes:
        rule: The rule's id.
        unit: Scope key.
        ranges: In how many ranges its keys are divided.
        sketched: Whether its records have sketches.
    """

    rule: str
    unit: str
    ranges: int
    sketched: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of the records of several shards.

    Attributes:
        positions: Where the row of each record is.
        rows: The rows.
    """

    positions: Positions
    rows: NDArray[Any]

    def has(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Say of which records it has a row."""
        bases = np.array(self.positions.bases, np.int64)
        ends = bases + np.diff([*self.positions.starts, len(self.rows)])
        run = np.searchsorted(bases, numbers, side="right") - 1
        return np.asarray((run >= 0) & (numbers < ends[run]))

    def take(self, numbers: Numbers) -> NDArray[Any]:
        """Return the rows of some records."""
        return self.rows[self.positions.of(numbers)]


Piece = list[tuple[NDArray[np.uint64], NDArray[Any]]]
"""Of each key the values in one range, and the number of each one's record."""


def stored(result: ShardResult) -> tuple[ShardResult, ShardRows]:
    """Part a result from its keys and places."""
    shapes = {
        rule: (*rows.keys.shape, None if rows.sketches is None else rows.sketches.shape[1])
        for rule, rows in result.keys.items()
    }
    rows = ShardRows(result.keys, None if result.places is None else result.places.columns)
    about = Stored(shapes)
    if result.places is not None:
        about = Stored(shapes, len(result.places.columns), result.places.content)
    return replace(result, keys={}, places=None, stored=about), rows


def divide(parts: Sequence[Part], outputs: Sequence[Output], placed: bool, *shards: ShardRows) -> list[Any]:
    """Divide the keys of shards by range.

    Args:
        parts: What is known of the shards, in the order of the run.
        outputs: The units.
        placed: Whether there are places.
        shards: Their rows.

    Returns:
        The places, and for each unit its sketches and its pieces, as far as they are asked for.
    """
    made: list[Any] = []
    if placed:
        placed_rows = [(part.base, rows.places) for part, rows in zip(parts, shards, strict=True)]
        made.append(_block([(base, rows) for base, rows in placed_rows if rows is not None]))
    for output in outputs:
        mine = [
            (part.base, rows.keys[output.rule])
            for part, rows in zip(parts, shards, strict=True)
            if part.units.get(output.rule) == output.unit
        ]
        if output.sketched:
            made.append(_block([(base, rows.sketches) for base, rows in mine if rows.sketches is not None]))
        made += _pieces(mine, output.ranges)
    return made


def groups(least: int, *pieces: Piece) -> Groups:
    """Return the groups of at least ``least`` records that share a key of one range."""
    return shared(_joined(pieces), least)


def reduce(*pieces: Piece) -> tuple[Piece, Numbers]:
    """Return what one range has of records that share a key, and these records."""
    left = [repeated(column) for column in _joined(pieces)]
    return left, distinct(np.concatenate([numbers for _, numbers in left]))


def pick(block: Block, *wanted: Numbers) -> list[NDArray[Any]]:
    """Return the rows of the records that a block has, for each of several ranges."""
    return [block.take(numbers[block.has(numbers)]) for numbers in wanted]


def places(_: None, block: Block, numbers: Numbers) -> NDArray[np.int64]:
    """Return the places of some records of a block."""
    return np.asarray(block.take(numbers))


def pairs(search: tuple[Search, Limits, int], *pieces: Piece) -> tuple[Pairs, int]:
    """Return the pairs of records that share a key of one range.

    Behind them comes how many records shared a key with more others than are compared.

    Args:
        search: What is looked for, what it may take of memory, and how many records the run has.
        pieces: The keys.
    """
    return _pairs(search, _joined(pieces), None)


def likely_pairs(
    search: tuple[Search, Limits, int], piece: Piece, numbers: Numbers, *sketches: NDArray[np.uint8]
) -> tuple[Pairs, int]:
    """Return the pairs of records that share a key of one range and have similar sketches; see :func:`pairs`.

    Args:
        search: See :func:`pairs`.
        piece: The keys.
        numbers: The records, ascending.
        sketches: Of each one its sketch, in pieces.
    """
    rows = np.concatenate(sketches)
    return _pairs(search, iter(piece), lambda wanted: rows[np.searchsorted(numbers, wanted)])


def _pairs(search: tuple[Search, Limits, int], columns: Iterator[Column], sketches: Any) -> tuple[Pairs, int]:
    wanted, limits, records = search
    candidates = wanted.candidates(sketches)
    if not os.path.isdir(limits.folder):  # the folder is one of the machine where the run was started
        limits = replace(limits, folder="")
    space = Space(limits)
    try:
        found = list(candidates.pairs(columns, space, records))
    finally:
        space.close()
    return np.concatenate(found), candidates.capped


def _joined(pieces: Sequence[Piece]) -> Iterator[Column]:
    for columns in zip(*pieces, strict=True):
        yield np.concatenate([keys for keys, _ in columns]), np.concatenate([at for _, at in columns]).astype(np.int64)


def _block(rows: Sequence[tuple[int, NDArray[Any]]]) -> Block:
    rows = [(base, each) for base, each in rows if len(each)]
    starts = np.cumsum([0, *(len(each) for _, each in rows)])[:-1]
    return Block(Positions([base for base, _ in rows], starts.tolist()), np.concatenate([each for _, each in rows]))


def _pieces(rows: Sequence[tuple[int, KeyRows]], ranges: int) -> list[Piece]:
    numbers = np.concatenate([each.positions + base for base, each in rows]).astype(np.uint32)
    keys = mixed(np.concatenate([each.keys for _, each in rows]))
    made: list[Piece] = [[] for _ in range(ranges)]
    for column in range(keys.shape[1]):
        values = keys[:, column]
        part = (((values >> _U32) * np.uint64(ranges)) >> _U32).astype(np.uint16)
        order = np.argsort(part, kind="stable")
        ends = np.cumsum(np.bincount(part, minlength=ranges)).tolist()
        for piece, start, end in zip(made, [0, *ends[:-1]], ends, strict=True):
            chosen = order[start:end]
            piece.append((values[chosen], numbers[chosen]))
    return made
