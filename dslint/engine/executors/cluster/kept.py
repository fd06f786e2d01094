"""Keys and places of all records, in Ray's store: only what groups and pairs need of them is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from dslint.engine.candidates import Groups, Pairs, Search, merged, split, together
from dslint.engine.columns import scope_key
from dslint.engine.executors.cluster import exchange
from dslint.engine.keys import NUMBERS, Kept, Unit
from dslint.engine.limits import Limits
from dslint.engine.shard import ShardResult, Stored
from dslint.engine.spool import Space, SpillFile, Tape
from dslint.engine.table import Numbers, RecordTable
from dslint.features.unique import distinct
from dslint.model.severity import Scope

KEYS_OF_RANGE: Final = 1 << 24
"""Keys that one task looks through, about: with the numbers of their records they take some 200 MB."""
ROWS_OF_DIVISION: Final = 1 << 18
"""Records whose keys one task divides, at least about."""
_DIVISIONS: Final = 400
"""Tasks that divide, at most about: there are as many pieces as they and the ranges, multiplied."""

Call = tuple[Callable[..., Any], Sequence[Any]]
"""A function and its arguments, some of which may be references."""


class Cluster(Protocol):
    """Begins tasks, a bounded number of them at a time."""

    def begin(self, call: Call, returns: int = 1) -> list[Any]:
        """Begin a task, and return references to what it returns."""
        ...

    def results(self, task: Callable[..., Any], context: Any, calls: Iterable[Sequence[Any]]) -> Iterator[Any]:
        """Yield ``task(context, *arguments)`` for each of some arguments, in their order."""
        ...


def division_of(records: int) -> int:
    """Return of how many records one task divides the keys, in a run of some."""
    return max(ROWS_OF_DIVISION, records // _DIVISIONS)


class StoredRows:
    """The places of all records, in Ray's store; those that were asked for are here as well.

    Args:
        cluster: Where they are.
        space: Where those are that were asked for.
    """

    def __init__(self, cluster: Cluster, space: Space) -> None:
        self._blocks: list[Any] = []
        self._bases: list[int] = []
        self._cluster = cluster
        self._here = Tape(SpillFile(space), space, np.int64, 5)
        self._numbers: Numbers = np.empty(0, np.int64)
        self._at: Numbers = np.empty(0, np.int64)

    def take(self, at: Numbers) -> NDArray[np.int64]:
        """Return the rows of some records."""
        self.load(at)
        return self._here.take(self._at[np.searchsorted(self._numbers, at)])

    def load(self, numbers: Numbers) -> None:
        """Fetch the rows of some records at once, as far as they are not here."""
        missing = np.setdiff1d(numbers, self._numbers)
        if not len(missing):
            return
        first = len(self._here)
        ends = np.searchsorted(missing, [*self._bases[1:], NUMBERS]).tolist()
        wanted = zip(self._blocks, [0, *ends], ends, strict=False)
        calls = ((block, missing[start:end]) for block, start, end in wanted if start < end)
        for rows in self._cluster.results(exchange.places, None, calls):
            self._here.append(rows)
        known = np.concatenate((self._numbers, missing))
        order = np.argsort(known)
        self._numbers = known[order]
        self._at = np.concatenate((self._at, np.arange(first, len(self._here))))[order]

    def add(self, block: Any, base: int) -> None:
        """Add a reference to a block whose first record has the number ``base``; they come in their order."""
        self._blocks.append(block)
        self._bases.append(base)


@dataclass(slots=True)
class SharedUnit:
    """A unit whose keys are in Ray's store; see :class:`~dslint.engine.keys.Unit`.

    Attributes:
        name: Scope key.
        width: How many keys a row has.
        cluster: Where the keys are.
        space: Where pairs are that do not fit into memory.
        places: Of what is found, the places are loaded.
        rows: How many rows it has.
        sketched: Whether all of them have a sketch.
        capped: See :class:`~dslint.engine.keys.Unit`.
        sketches: References to the sketches, in blocks.
        pieces: References to the pieces of each range, in the order of the run.
    """

    name: str
    width: int
    cluster: Cluster
    space: Space
    places: StoredRows
    rows: int = 0
    sketched: bool = True
    capped: int = 0
    sketches: list[Any] = field(default_factory=list)
    pieces: list[list[Any]] = field(default_factory=list)

    @property
    def ranges(self) -> int:
        """In how many ranges its keys are divided."""
        return -(-self.rows // max(1, min(KEYS_OF_RANGE // self.width, self.space.rows_at_once)))

    def groups(self, least: int) -> Groups:
        """Return the groups of at least ``least`` records that share a key."""
        found = together(self.cluster.results(exchange.groups, least, self._taken()))
        self.places.load(found.members)
        return found

    def pairs(self, search: Search, records: int) -> Iterator[Pairs]:
        """Yield the distinct pairs of records that share a key, in sorted blocks."""
        context = (search, self.space.limits, records)
        if self.sketched:
            found = self.cluster.results(exchange.likely_pairs, context, self._reduced())
        else:
            found = self.cluster.results(exchange.pairs, context, self._taken())
        for pairs in merged(self._counted(found), self.space, records):
            self.places.load(distinct(np.concatenate(split(pairs))))
            yield pairs

    def _counted(self, found: Iterable[tuple[Pairs, int]]) -> Iterator[Pairs]:
        for pairs, capped in found:
            self.capped += capped
            yield pairs

    def _reduced(self) -> Iterator[Sequence[Any]]:
        """Yield of each range what is left of it, the records in it, and their sketches."""
        left = [self.cluster.begin((exchange.reduce, pieces), 2) for pieces in self._taken()]
        numbers = [each for _, each in left]
        picked = [self.cluster.begin((exchange.pick, (block, *numbers)), len(left)) for block in self.sketches]
        self.sketches.clear()
        for number, each in enumerate(left):
            yield *each, *(sketches[number] for sketches in picked)

    def _taken(self) -> Iterator[list[Any]]:
        """Yield the pieces of each range, and let go of them."""
        while self.pieces:
            yield self.pieces.pop(0)


@dataclass(frozen=True, slots=True)
class _Held:
    """A shard's rows in the store."""

    reference: Any
    part: exchange.Part
    records: int
    placed: bool


class SharedKept(Kept):
    """Places and keys of all records of a run on Ray.

    Args:
        limits: What may be in memory here, and in a task.
        cluster: Where they are.
    """

    def __init__(self, limits: Limits, cluster: Cluster) -> None:
        super().__init__(limits)
        self._cluster = cluster
        self._places = StoredRows(cluster, self.space)
        self.table = RecordTable(self.space, self._places)
        self._shared: dict[str, dict[str, SharedUnit]] = {}
        self._held: dict[int, list[_Held]] = {}

    def take(self, result: ShardResult, scopes: Mapping[str, Scope], level: int, shard: int) -> None:
        """Keep where the store has what one pass over a shard gave."""
        if result.stored is None and (result.keys or result.places is not None):
            # Of a shard that was lost, or that was run in this process.
            result, here = exchange.stored(result)
            result.stored = replace(result.stored or Stored({}), reference=here)
        stored = result.stored
        if stored is None:
            return
        if level == 0 and stored.records is not None:
            self.table.note(result.source, stored.records, stored.content)
        base = self.table.starts[shard]
        if len(self.table) > NUMBERS:
            raise OverflowError(f"more than {NUMBERS:,} records cannot be numbered")
        units: dict[str, str] = {}
        for rule, scope in scopes.items():
            rows, width, sketch = stored.shapes[rule]
            if rows:
                units[rule] = name = scope_key(scope, result.source)
                new = SharedUnit(name, width, self._cluster, self.space, self._places)
                unit = self._shared.setdefault(rule, {}).setdefault(name, new)
                unit.rows += rows
                unit.sketched &= sketch is not None
        if units or stored.records:
            count = stored.records or max(rows for rows, _, _ in stored.shapes.values())
            held = _Held(stored.reference, exchange.Part(base, units), count, stored.records is not None)
            self._held.setdefault(level, []).append(held)

    def units(self, rule: str) -> Iterator[Unit]:
        """Yield the units of a rule by name, and let go of each after use."""
        for level in sorted(self._held):
            self._divide(self._held.pop(level))
        units = self._shared.pop(rule, {})
        for name in sorted(units):
            yield units.pop(name)

    def _divide(self, shards: Sequence[_Held]) -> None:
        """Begin to divide the keys of a pass, those of several shards in one task."""
        most = division_of(sum(each.records for each in shards))
        waiting: list[_Held] = []
        count = 0
        for each in shards:
            if waiting and count + each.records > most:
                self._divide_some(waiting)
                waiting, count = [], 0
            waiting.append(each)
            count += each.records
        self._divide_some(waiting)

    def _divide_some(self, shards: Sequence[_Held]) -> None:
        named = dict.fromkeys(item for each in shards for item in each.part.units.items())
        units = [(rule, self._shared[rule][name]) for rule, name in named]
        outputs = [exchange.Output(rule, unit.name, unit.ranges, unit.sketched) for rule, unit in units]
        placed = shards[0].placed
        arguments = ([each.part for each in shards], outputs, placed, *(each.reference for each in shards))
        returns = placed + sum(each.sketched + each.ranges for each in outputs)
        made = iter(self._cluster.begin((exchange.divide, arguments), returns))
        if placed:
            self._places.add(next(made), shards[0].part.base)
        for _, unit in units:
            if unit.sketched:
                unit.sketches.append(next(made))
            unit.pieces = unit.pieces or [[] for _ in range(unit.ranges)]
            for pieces in unit.pieces:
                pieces.append(next(made))
