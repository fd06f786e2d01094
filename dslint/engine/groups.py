"""Group records by key, compare the pairs that share one, and link what passes into clusters."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from dslint.api import GroupRule, PairRule
from dslint.engine.candidates import (
    BUCKET_CAP,
    BUCKET_CAP_OF_MANY,
    Groups,
    Pairs,
    Search,
    split,
)
from dslint.engine.crash import Crash, Failed, judged
from dslint.engine.keys import Kept, Unit
from dslint.engine.limits import SpoolError
from dslint.engine.linking import Linker
from dslint.engine.members import Context, GroupBlock, PairBlock, check, compare, timed
from dslint.engine.plan import Plan
from dslint.engine.reduce import Raw, Reduction
from dslint.engine.table import RecordTable
from dslint.features.unique import distinct
from dslint.model.finding import Finding
from dslint.model.naming import spelled
from dslint.sources.files import FileSpec

BLOCK_RECORDS: Final = 4096
BLOCK_BYTES: Final = 32 * 2**20

C = TypeVar("C")
T = TypeVar("T")
R = TypeVar("R")


class Mapper(Protocol):
    """Does pieces of work; an executor does."""

    def map(self, task: Callable[[C, T], R], context: C, items: Iterable[T]) -> Iterator[R]:
        """Yield ``task(context, item)`` for each item, in the order of the items."""
        ...


@dataclass(slots=True)
class Grouping:
    """Runs the group and pair rules on the keys that the shards gave.

    Attributes:
        plan: What runs.
        reduction: What the shards gave.
        kept: Keys and places of it.
        files: The files, by path.
        mapper: Who compares and judges.
        capped: Per rule, how many records shared a key with more than a number of others, and that number.
    """

    plan: Plan
    reduction: Reduction
    kept: Kept
    files: Mapping[str, FileSpec]
    mapper: Mapper
    capped: dict[str, tuple[int, int]] = field(default_factory=dict)

    def findings(self) -> Iterator[Raw]:
        """Yield what the rules found."""
        table = self.kept.table
        for planned in self.plan.rules.values():
            rule = planned.rule
            if not isinstance(rule, GroupRule | PairRule) or planned.id in self.reduction.crashes:
                continue
            context = Context(self.plan, planned.id, self.files, self.reduction.values)
            totals = table.counts(rule.scope)
            try:
                for unit in self.kept.units(planned.id):
                    with self.reduction.clock.stage("group", planned.id):
                        counted = replace(context, total=totals[unit.name])
                        found = self._found(rule, counted, unit, table)
                    yield from (Raw(planned.id, finding, unit.name) for finding in found)
            except Failed as failure:
                self.reduction.crash(failure.crash)
            except SpoolError as error:
                self.reduction.crash(Crash(planned.id, str(error)))

    def _found(self, rule: GroupRule | PairRule, context: Context, unit: Unit, table: RecordTable) -> list[Finding]:
        if isinstance(rule, GroupRule):
            groups = unit.groups(max(2, rule.least))
            blocks = _blocks(groups, table)
        else:
            blocks = self._clusters(rule, context, unit, table)
        found = [finding for each in self._done(check, context, blocks) for finding in _of(each).findings]
        return [spelled(finding) for finding in _of(judged(context.rule, _gathered, rule, found))]

    def _clusters(self, rule: PairRule, context: Context, unit: Unit, table: RecordTable) -> Iterator[GroupBlock]:
        cap = BUCKET_CAP if unit.width == 1 else BUCKET_CAP_OF_MANY
        pairs = unit.pairs(Search(context.rule, rule, cap, table.sides() if rule.across_splits else None), len(table))

        def score(chosen: Pairs) -> NDArray[np.float64]:
            scores = self._done(compare, context, _pair_blocks(chosen, table))
            return np.concatenate([_of(each) for each in scores])

        linker = Linker(len(table), rule.threshold, score)
        links = linker.links(pairs)
        if unit.capped:
            before, _ = self.capped.get(context.rule, (0, 0))
            self.capped[context.rule] = (before + unit.capped, cap)
        return _blocks(linker.groups(links), table, links.best())

    def _done(self, task: Callable[[Context, T], R], context: Context, items: Iterable[T]) -> Iterator[R]:
        """Have pieces of work done; where time is measured, the rule is charged with what other processes took."""
        clock = self.reduction.clock
        if not clock.on:
            yield from self.mapper.map(task, context, items)
            return
        for result, process, seconds in self.mapper.map(timed, (task, context), items):
            if process != os.getpid():
                clock.take({("group", context.rule): (seconds, 0)})
            yield result


def _pair_blocks(pairs: Pairs, table: RecordTable) -> Iterator[PairBlock]:
    """Cut pairs into blocks of bounded size."""
    left, right = split(pairs)
    sizes = table.sizes(left) + table.sizes(right)
    for start, end in _cuts(np.full(len(pairs), 2), sizes):
        numbers = distinct(np.concatenate((left[start:end], right[start:end])))
        places = (np.searchsorted(numbers, each[start:end]) for each in (left, right))
        yield PairBlock(table.rows(numbers), *places)


def _blocks(groups: Groups, table: RecordTable, best: Any = None) -> Iterator[GroupBlock]:
    """Cut groups into blocks of bounded size, but for a group that is larger by itself."""
    starts = groups.offsets[:-1]
    if not len(starts):
        return
    sizes = np.add.reduceat(table.sizes(groups.members), starts)
    for start, end in _cuts(np.diff(groups.offsets), sizes):
        offsets = groups.offsets[start : end + 1]
        members = groups.members[offsets[0] : offsets[-1]]
        rows, local = table.rows(members), offsets - offsets[0]
        if best is None:
            yield GroupBlock(rows, local)
            continue
        linked, others, scores = best
        at = np.searchsorted(linked, members)
        order = np.argsort(members)
        row = order[np.searchsorted(members[order], others[at])]
        yield GroupBlock(rows, local, row - np.repeat(local[:-1], np.diff(local)), scores[at])


def _cuts(counts: NDArray[np.int64], sizes: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield ranges of items of bounded total count and size; a larger item is one by itself or with a smaller one."""
    if not len(counts):
        return
    label = (np.cumsum(counts) - counts) // BLOCK_RECORDS + (np.cumsum(sizes) - sizes) // BLOCK_BYTES
    starts = np.flatnonzero(np.concatenate(([True], label[1:] != label[:-1]))).tolist()
    yield from zip(starts, [*starts[1:], len(counts)], strict=True)


def _gathered(rule: GroupRule | PairRule, findings: Iterable[Finding]) -> list[Finding]:
    return list(rule.gather(findings))


def _of(result: Any) -> Any:
    if isinstance(result, Crash):
        raise Failed(result)
    return result
