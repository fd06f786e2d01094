"""What is kept of every record: its place, and the keys of group and pair rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dslint.engine.candidates import Column, mixed
from dslint.engine.columns import scope_key
from dslint.engine.limits import Limits
from dslint.engine.shard import KeyRows
from dslint.engine.spool import Space, SpillFile, Spool, Tape
from dslint.engine.table import Numbers, RecordTable
from dslint.model.record import Source
from dslint.model.severity import Scope

_NUMBERS: Final = 1 << 32


class Unit:
    """The keys of one rule for what it judges together.

    Attributes:
        name: Scope key.
        width: How many keys a row has.
    """

    def __init__(self, name: str, width: int, file: SpillFile, space: Space) -> None:
        self.name = name
        self.width = width
        self._file = file
        self._space = space
        self._keys = Spool(file, space, width)
        self._sketches: Tape | None = None
        self._complete = True
        self._bases: list[int] = []
        self._starts: list[int] = []

    def add(self, rows: KeyRows, base: int) -> None:
        """Add the keys of a shard whose first record has the number ``base``; shards come in the order of the run."""
        if base + len(rows.positions) > _NUMBERS:
            raise OverflowError(f"more than {_NUMBERS:,} records cannot be numbered")
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

    def columns(self) -> Iterator[Column]:
        """Yield the keys, column by column; of a large one range by range."""
        for column in range(self.width):
            yield from self._keys.parts(column)

    def sketches(self, numbers: Numbers) -> NDArray[np.uint8]:
        """Return the sketches of some records."""
        if self._sketches is None:
            raise LookupError("there are no sketches")
        shard = np.searchsorted(self._bases, numbers, side="right") - 1
        return self._sketches.take(np.array(self._starts)[shard] + numbers - np.array(self._bases)[shard])

    def close(self) -> None:
        """Let go of the keys."""
        self._keys.close()
        if self._sketches is not None:
            self._sketches.close()


class Kept:
    """Places and keys of all records of a run.

    Args:
        limits: What they may take.

    Attributes:
        space: Where they are.
        table: The places.
    """

    def __init__(self, limits: Limits) -> None:
        self.space = Space(limits)
        self.table = RecordTable(self.space)
        self._files: dict[str, SpillFile] = {}
        self._units: dict[str, dict[str, Unit]] = {}

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
                    units[name] = Unit(name, keys[rule].keys.shape[1], self._file(rule), self.space)
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
