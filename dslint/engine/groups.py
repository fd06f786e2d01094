"""Group records by key, compare the pairs that share one, and link what passes into clusters.

Every record is numbered by its position in the run (files by path, records in order), so the result does not depend on
shards, processes or the order in which results arrive.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from dslint.api import GroupRule, PairRule, Record, Ref
from dslint.engine.plan import Plan, PlannedRule
from dslint.engine.reduce import KeyedShard, Raw, Reduction
from dslint.engine.shard import Columns, Crash, Places, Values, judged, scope_key
from dslint.features.splits import HELD_OUT
from dslint.model.record import Source
from dslint.sources.files import FileSpec
from dslint.sources.places import read_records

BUCKET_CAP = 400
"""Records that may share one key and still be compared all with all; above, each is compared with two others."""
KEPT_RECORDS = 20_000
READ_AHEAD = 50
BLOCK = 20_000

U32 = np.uint64(32)
LOW = np.uint64(0xFFFFFFFF)
Numbers = NDArray[np.int64]


class RecordTable:
    """Where every record of the run is, by its number."""

    def __init__(self, places: Sequence[tuple[Source, Places]]) -> None:
        self._sources = [source for source, _ in places]
        self._starts = np.cumsum([0] + [len(p.columns) for _, p in places])
        self._columns = np.concatenate([p.columns for _, p in places]) if places else np.empty((0, 5), np.int64)

    def source(self, number: int) -> Source:
        """Return the file of a record."""
        return self._sources[int(np.searchsorted(self._starts, number, side="right")) - 1]

    def held_out(self, numbers: NDArray[Any]) -> NDArray[np.bool_]:
        """Say which records belong to a split that is not trained on."""
        held = np.array([source.split in HELD_OUT for source in self._sources], dtype=np.bool_)
        return held[np.searchsorted(self._starts, numbers.astype(np.int64), side="right") - 1]

    def ref(self, number: int) -> Ref:
        """Return the place of a record."""
        record, line, end, offset, length = (None if v < 0 else int(v) for v in self._columns[number])
        return Ref(self.source(number).path, record, line, end, byte_offset=offset, byte_length=length)


@dataclass(slots=True)
class Store:
    """Reads records again, and keeps the last ones read."""

    files: Mapping[str, FileSpec]
    table: RecordTable
    _kept: OrderedDict[int, Record] = field(default_factory=OrderedDict)

    def records(self, numbers: Iterable[int]) -> dict[int, Record]:
        """Return records by number; one that cannot be read any more is left out."""
        numbers = list(numbers)
        missing: dict[str, list[int]] = {}
        for number in numbers:
            if number not in self._kept:
                missing.setdefault(self.table.source(number).path, []).append(number)
        for path, wanted in missing.items():
            found = read_records(self.files[path], [self.table.ref(number) for number in wanted])
            for number, record in zip(wanted, found, strict=True):
                if record is not None:
                    self._kept[number] = record
        result = {number: self._kept[number] for number in numbers if number in self._kept}
        while len(self._kept) > max(KEPT_RECORDS, len(numbers)):
            self._kept.popitem(last=False)
        return result


class RecordGroup:
    """Records that share a key; see :class:`dslint.api.rule.Group`."""

    def __init__(self, numbers: Sequence[int], store: Store, total: int) -> None:
        self.numbers = numbers
        self.total = total
        self._store = store
        self.refs: Sequence[Ref] = [store.table.ref(number) for number in numbers]

    def records(self, limit: int | None = None) -> Sequence[Record]:
        """Read the first ``limit`` members again."""
        wanted = self.numbers[:limit]
        found = self._store.records(wanted)
        return [found[number] for number in wanted if number in found]


class RecordCluster(RecordGroup):
    """Records linked by pairs; see :class:`dslint.api.rule.Cluster`."""

    def __init__(
        self,
        numbers: Sequence[int],
        store: Store,
        total: int,
        links: Mapping[int, tuple[int, float]],
        compare: Comparison,
    ) -> None:
        super().__init__(numbers, store, total)
        self._links = links
        self._compare = compare

    def similarity(self, left: int, right: int) -> float:
        """Compare two members, by position."""
        return self._compare(self.numbers[left], self.numbers[right])

    def link(self, member: int) -> tuple[int, float]:
        """Return the member most similar among the compared pairs, by position, and how similar."""
        other, score = self._links[self.numbers[member]]
        return self.numbers.index(other), score


class Comparison:
    """Computes what a pair rule compares, for candidates only."""

    def __init__(self, plan: Plan, planned: PlannedRule, store: Store, values: Values) -> None:
        self._plan = plan
        self._rule = cast(PairRule, planned.rule)
        self._ask = planned.compare_ask
        self._store = store
        self._values = values
        self._kept: OrderedDict[int, Any] = OrderedDict()

    def __call__(self, left: int, right: int) -> float:
        """Compare two records by number."""
        self.load((left, right))
        return self._rule.compare(self._kept[left], self._kept[right])

    def load(self, numbers: Iterable[int]) -> None:
        """Compute the values of records that are not at hand."""
        wanted = dict.fromkeys(numbers)
        missing = [number for number in wanted if number not in self._kept]
        if not missing:
            return
        by_source: dict[str, tuple[Source, list[int], list[Record]]] = {}
        for number, record in self._store.records(missing).items():
            _, at, records = by_source.setdefault(record.source.path, (record.source, [], []))
            at.append(number)
            records.append(record)
        for source, at, records in by_source.values():
            column = Columns(self._plan, records, source, self._values).value(self._ask)
            self._kept.update(zip(at, column, strict=True))
        for number in wanted:
            self._kept.move_to_end(number)
        while len(self._kept) > KEPT_RECORDS + len(wanted):
            self._kept.popitem(last=False)


@dataclass(slots=True)
class Grouping:
    """Runs the group and pair rules on the keys that the shards gave.

    Attributes:
        plan: What runs.
        reduction: Keys, places and dataset values.
        files: The files, by path.
        capped: Per rule, how many records shared a key with more than ``BUCKET_CAP`` others.
    """

    plan: Plan
    reduction: Reduction
    files: Mapping[str, FileSpec]
    capped: dict[str, int] = field(default_factory=dict)

    def findings(self) -> Iterator[Raw]:
        """Yield what the rules found."""
        store = Store(self.files, RecordTable(self.reduction.places))
        for planned in self.plan.rules.values():
            if not isinstance(planned.rule, GroupRule | PairRule) or planned.id in self.reduction.crashes:
                continue
            for unit, keys, numbers in _by_scope(planned, self.reduction.keyed):
                with self.reduction.clock.stage("group", planned.id):
                    total = self._total(planned, unit)
                    found = judged(planned.id, self._judge, planned, keys, numbers, store, total)
                if isinstance(found, Crash):
                    self.reduction.crash(found)
                    break
                yield from (Raw(planned.id, finding, unit) for finding in found)

    def _total(self, planned: PlannedRule, unit: str) -> int:
        places = self.reduction.places
        return sum(len(p.columns) for source, p in places if scope_key(planned.rule.scope, source) == unit)

    def _judge(
        self, planned: PlannedRule, keys: NDArray[np.uint64], numbers: Numbers, store: Store, total: int
    ) -> list[Any]:
        rule = planned.rule
        if isinstance(rule, GroupRule):
            groups: Iterator[RecordGroup] = (
                RecordGroup(members, store, total) for members in _read_ahead(shared(keys[:, 0], numbers), store)
            )
            return list(rule.judge(groups))
        across = cast(PairRule, rule).across_splits
        if across:
            keys, numbers = _on_both_sides(keys, numbers, store.table.held_out(numbers))
        pairs, capped = candidate_pairs(keys, numbers)
        if across:
            pairs = pairs[store.table.held_out(pairs >> U32) != store.table.held_out(pairs & LOW)]
        if capped:
            self.capped[planned.id] = self.capped.get(planned.id, 0) + capped
        compare = Comparison(self.plan, planned, store, self.reduction.values)
        links = _links(pairs, compare, cast(PairRule, rule).threshold)
        best = _best(links)
        clusters = (
            RecordCluster(members, store, total, best, compare)
            for members in _read_ahead(iter(_components(links)), store)
        )
        return list(cast(PairRule, rule).judge(clusters))


def shared(keys: NDArray[np.uint64], numbers: Numbers) -> Iterator[list[int]]:
    """Yield the records that share a key, two or more, in order of their first member."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.empty(0, np.int64)
    lengths = np.diff(np.r_[starts, len(ordered)])
    many = lengths > 1
    groups = [sorted({*numbers[order[s : s + n]].tolist()}) for s, n in zip(starts[many], lengths[many], strict=True)]
    yield from sorted((group for group in groups if len(group) > 1), key=lambda group: group[0])


def candidate_pairs(keys: NDArray[np.uint64], numbers: Numbers) -> tuple[NDArray[np.uint64], int]:
    """Return the pairs that share a key in one column, and how many records were in a bucket above the cap.

    Args:
        keys: ``uint64[n, k]``.
        numbers: ``int64[n]``: each row's record; a record may have several rows.

    Returns:
        Sorted unique pairs, the smaller number in the upper 32 bits, and the count.
    """
    found: list[NDArray[np.uint64]] = []
    capped = 0
    for column in range(keys.shape[1]):
        order = np.argsort(keys[:, column], kind="stable")
        ordered = keys[order, column]
        if len(ordered) < 2:
            continue
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        lengths = np.diff(np.r_[starts, len(ordered)])
        for length in _distinct(lengths[lengths > 1]):
            members = numbers[order[starts[lengths == length][:, None] + np.arange(length)]]
            if length > BUCKET_CAP:
                capped += members.size
            found.append(_pairs(members, length))
    return (_distinct(np.concatenate(found)) if found else np.empty(0, np.uint64)), capped


def _on_both_sides(
    keys: NDArray[np.uint64], numbers: Numbers, held_out: NDArray[np.bool_]
) -> tuple[NDArray[np.uint64], Numbers]:
    """Keep the rows that share a key with a row of the other side."""
    kept = np.zeros(len(keys), dtype=np.bool_)
    for column in keys.T:
        ours, theirs = _distinct(column[held_out]), _distinct(column[~held_out])
        kept |= np.isin(column, ours[np.isin(ours, theirs)])
    return keys[kept], numbers[kept]


def _pairs(members: NDArray[np.int64], length: int) -> NDArray[np.uint64]:
    if length <= BUCKET_CAP:
        left, right = np.triu_indices(length, 1)
    else:  # a star, and a chain in case the first record is the odd one
        left = np.r_[np.zeros(length - 1, np.int64), np.arange(1, length - 1)]
        right = np.r_[np.arange(1, length), np.arange(2, length)]
    a = members[:, left].ravel().astype(np.uint64)
    b = members[:, right].ravel().astype(np.uint64)
    pairs = (np.minimum(a, b) << np.uint64(32)) | np.maximum(a, b)
    return _distinct(pairs[a != b])


def _distinct(values: NDArray[Any]) -> NDArray[Any]:
    """Sorted unique values; ``np.unique`` takes 18 times as long on millions of integers."""
    ordered = np.sort(values)
    return ordered[np.r_[True, ordered[1:] != ordered[:-1]]] if len(ordered) else ordered


def _links(pairs: NDArray[np.uint64], compare: Comparison, threshold: float) -> list[tuple[int, int, float]]:
    """Compare pairs, skipping those that are already in one cluster, and return the ones that pass."""
    parents: dict[int, int] = {}
    links: list[tuple[int, int, float]] = []
    for start in range(0, len(pairs), BLOCK):
        block = pairs[start : start + BLOCK]
        left = (block >> np.uint64(32)).tolist()
        right = (block & np.uint64(0xFFFFFFFF)).tolist()
        open_pairs = [(a, b) for a, b in zip(left, right, strict=True) if _root(parents, a) != _root(parents, b)]
        compare.load(number for pair in open_pairs for number in pair)
        for a, b in open_pairs:
            root_a, root_b = _root(parents, a), _root(parents, b)
            if root_a == root_b:
                continue
            score = compare(a, b)
            if score >= threshold:
                parents[max(root_a, root_b)] = min(root_a, root_b)
                links.append((a, b, score))
    return links


def _root(parents: dict[int, int], number: int) -> int:
    while (parent := parents.get(number, number)) != number:
        parents[number] = parents.get(parent, parent)
        number = parent
    return number


def _components(links: Iterable[tuple[int, int, float]]) -> list[list[int]]:
    parents: dict[int, int] = {}
    members: set[int] = set()
    for a, b, _ in links:
        members |= {a, b}
        root_a, root_b = _root(parents, a), _root(parents, b)
        parents[max(root_a, root_b)] = min(root_a, root_b)
    groups: dict[int, list[int]] = {}
    for number in sorted(members):
        groups.setdefault(_root(parents, number), []).append(number)
    return [groups[root] for root in sorted(groups)]


def _best(links: Iterable[tuple[int, int, float]]) -> dict[int, tuple[int, float]]:
    best: dict[int, tuple[int, float]] = {}
    for a, b, score in links:
        for one, other in ((a, b), (b, a)):
            if one not in best or (-score, other) < (-best[one][1], best[one][0]):
                best[one] = (other, score)
    return best


def _read_ahead(groups: Iterator[list[int]], store: Store) -> Iterator[list[int]]:
    waiting: list[list[int]] = []
    count = 0
    for members in groups:
        waiting.append(members)
        count += min(len(members), READ_AHEAD)
        if count > KEPT_RECORDS // 2:
            yield from _ready(waiting, store)
            waiting, count = [], 0
    yield from _ready(waiting, store)


def _ready(groups: list[list[int]], store: Store) -> Iterator[list[int]]:
    store.records(number for members in groups for number in members[:READ_AHEAD])
    yield from groups


def _by_scope(planned: PlannedRule, keyed: Sequence[KeyedShard]) -> Iterator[tuple[str, NDArray[np.uint64], Numbers]]:
    units: dict[str, list[tuple[NDArray[np.uint64], Numbers]]] = {}
    for shard in keyed:
        rows = shard.keys.get(planned.id)
        if rows is not None and len(rows.keys):
            unit = scope_key(planned.rule.scope, shard.source)
            units.setdefault(unit, []).append((rows.keys, rows.positions + shard.base))
    for unit, parts in sorted(units.items()):
        yield unit, np.concatenate([k for k, _ in parts]), np.concatenate([n for _, n in parts])
