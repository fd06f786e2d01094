"""What is kept of every record: its place, and the keys of group and pair rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from dslint.engine.candidates import Column, Groups, Pairs, Search, mixed, repeated, shared
from dslint.engine.columns import scope_key
from dslint.engine.limits import Limits
from dslint.engine.shard import KeyRows, ShardResult
from dslint.engine.spool import KeyBlock, Space, SpillFile, Spool, Tape
from dslint.engine.table import Numbers, RecordTable
from dslint.model.record import Source
from dslint.model.severity import Scope

NUMBERS: Final = 1 << 32
"""Records that a run can number."""


class Unit(Protocol):
    """The keys of one rule for what it judges together.

    Attributes:
        name: Scope key.
        width: How many keys a row has.
        capped: How many records shared a key with more others than are compared, counted for each key.
    """

    name: str
    width: int
    capped: int

    def groups(self, least: int) -> Groups:
        """Return the groups of at least ``least`` records that share a key."""
        ...

    def pairs(self, search: Search, records: int) -> Iterator[Pairs]:
        """Yield the distinct pairs of records that share a key, in sorted blocks; ``capped`` is told behind them.

        Args:
            search: What is looked for.
            records: How many records the run has.
        """
        ...


@dataclass(frozen=True, slots=True)
class Positions:
    """Where the rows of records are that come in runs of consecutive numbers.

    Attributes:
        bases: The first number of each run, ascending.
        starts: Where its row is.
    """

    bases: Sequence[int]
    starts: Sequence[int]

    def of(self, numbers: Numbers) -> NDArray[np.int64]:
        """Return where the rows of some records are."""
        bases, starts = np.array(self.bases, np.int64), np.array(self.starts, np.int64)
        run = np.searchsorted(bases, numbers, side="right") - 1
        return np.asarray(starts[run] + numbers - bases[run])


class Sharing(Protocol):
    """Knows which rows share a key with another one."""

    def sifted(self, blocks: list[KeyBlock]) -> list[KeyBlock]:
        """Return blocks, one for each shard, without rows that share no key."""
        ...

    def note(self, numbers: Numbers) -> None:
        """Remember records that share a key."""
        ...

    def save(self) -> None:
        """Keep what is new, once all keys were seen."""
        ...


class SpooledUnit:
    """A unit whose keys are in this process and its temporary files; see :class:`Unit`.

    Attributes:
        name: Scope key.
        width: How many keys a row has.
        capped: See :class:`Unit`.
        sharing: What earlier runs know of the keys.
    """

    def __init__(self, name: str, width: int, file: SpillFile, space: Space, sharing: Sharing | None = None) -> None:
        self.name = name
        self.sharing = sharing
        self.width = width
        self.capped = 0
        self._file = file
        self._space = space
        self._keys = Spool(file, space, width)
        self._sketches: Tape | None = None
        self._complete = True
        self._bases: list[int] = []
        self._starts: list[int] = []

    def add(self, rows: KeyRows, base: int) -> None:
        """Add the keys of a shard whose first record has the number ``base``; shards come in the order of the run."""
        if base + len(rows.positions) > NUMBERS:
            raise OverflowError(f"more than {NUMBERS:,} records cannot be numbered")
        self._keys.add(mixed(rows.keys), rows.positions + base)
        if rows.sketches is None:
            self._complete = False
        elif self._complete:
            if self._sketches is None:
                self._sketches = Tape(self._file, self._space, np.uint8, rows.sketches.shape[1])
            self._bases.append(base)
            self._starts.append(len(self._sketches))
            self._sketches.append(rows.sketches)

    @property
    def is_sketched(self) -> bool:
        """Whether all records have a sketch."""
        return self._complete and self._sketches is not None

    def groups(self, least: int) -> Groups:
        """Return the groups of at least ``least`` records that share a key."""
        return shared(self._columns(), least)

    def pairs(self, search: Search, records: int) -> Iterator[Pairs]:
        """Yield the distinct pairs of records that share a key, in sorted blocks.

        Args:
            search: What is looked for.
            records: How many records the run has.
        """
        candidates = search.candidates(self.sketches if self.is_sketched else None)
        yield from candidates.pairs(self._columns(), self._space, records)
        self.capped += candidates.capped

    def sketches(self, numbers: Numbers) -> NDArray[np.uint8]:
        """Return the sketches of some records."""
        if self._sketches is None:
            raise LookupError("there are no sketches")
        return self._sketches.take(Positions(self._bases, self._starts).of(numbers))

    def close(self) -> None:
        """Let go of the keys."""
        self._keys.close()
        if self._sketches is not None:
            self._sketches.close()

    def _columns(self) -> Iterator[Column]:
        """Yield the keys, column by column; of a large one range by range."""
        sharing = self.sharing if self.sharing is not None and self._keys.sift(self.sharing.sifted) else None
        for column in range(self.width):
            for part in self._keys.parts(column):
                if sharing is None:
                    yield part
                    continue
                rows = repeated(part)
                sharing.note(rows[1])
                yield rows
        if sharing is not None:
            sharing.save()


class Kept:
    """Places and keys of all records of a run.

    Args:
        limits: What they may take.
        sharing: Tells of a rule and what it judges together what earlier runs know of the keys.

    Attributes:
        space: Where they are.
        table: The places.
    """

    def __init__(self, limits: Limits, sharing: Callable[[str, str], Sharing] | None = None) -> None:
        self._sharing = sharing
        self.space = Space(limits)
        self.table = RecordTable(self.space)
        self._files: dict[str, SpillFile] = {}
        self._units: dict[str, dict[str, SpooledUnit]] = {}

    def take(self, result: ShardResult, scopes: Mapping[str, Scope], level: int, shard: int) -> None:
        """Keep what one pass over a shard gave.

        Args:
            result: The result; those of a pass come in the order of the shards.
            scopes: What each rule judges together, of those that have not failed.
            level: Number of the pass.
            shard: Number of the shard in the run.

        Raises:
            SpoolError: If it does not fit anywhere.
        """
        if level == 0 and result.places is not None:
            self.table.add(result.source, result.places)
        self.add(result.source, scopes, result.keys, shard)

    def add(self, source: Source, scopes: Mapping[str, Scope], keys: Mapping[str, KeyRows], shard: int) -> None:
        """Add the keys of a shard.

        Args:
            source: Its file.
            scopes: What each rule judges together.
            keys: The keys, by rule.
            shard: Number of the shard in the run.

        Raises:
            SpoolError: If they do not fit anywhere.
        """
        for rule, scope in scopes.items():
            if rule in keys and len(keys[rule].keys):
                units, name = self._units.setdefault(rule, {}), scope_key(scope, source)
                if name not in units:
                    sharing = self._sharing and self._sharing(rule, name)
                    units[name] = SpooledUnit(name, keys[rule].keys.shape[1], self._file(rule), self.space, sharing)
                units[name].add(keys[rule], self.table.starts[shard])

    def units(self, rule: str) -> Iterator[Unit]:
        """Yield the units of a rule by name, and let go of each after use."""
        units = self._units.pop(rule, {})
        file = self._file(rule)
        try:
            for name in sorted(units):
                yield units[name]
                units.pop(name).close()
        finally:
            for unit in units.values():
                unit.close()
            file.close()

    def _file(self, rule: str) -> SpillFile:
        """Return the file of a rule: one for all its units, since there may be one for each file of the data."""
        if rule not in self._files:
            self._files[rule] = SpillFile(self.space)
        return self._files[rule]
