"""Results of shards: what an earlier run made of the same bytes is not made again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from dslint.engine.cache.anchors import Anchor
from dslint.engine.cache.blocks import Facts, Judgements, Scores
from dslint.engine.cache.bundles import Bundles, Member
from dslint.engine.cache.codec import DAMAGED, UNKEPT, pack_result, unpack_result
from dslint.engine.cache.cuts import KnownCuts
from dslint.engine.cache.digest import digest
from dslint.engine.cache.keys import Keys
from dslint.engine.cache.parts import Part, resumed
from dslint.engine.cache.spots import Spots
from dslint.engine.cache.store import Store
from dslint.engine.columns import Values
from dslint.engine.executors.serial import Executor, SerialExecutor
from dslint.engine.limits import Limits
from dslint.engine.members import Context, check, compare
from dslint.engine.plan import Plan
from dslint.engine.shard import ShardResult
from dslint.model.finding import Notification
from dslint.sources.shards import Recall, Shard
from dslint.sources.spec import FileSpec

if TYPE_CHECKING:
    from dslint.engine.keys import Kept

C = TypeVar("C")
T = TypeVar("T")
R = TypeVar("R")
State = tuple[int, int, int, int]
"""What changes when somebody writes to a file: its size, two times, and its number."""


class CachingExecutor:
    """Runs the shards whose results are not kept, and keeps them.

    Args:
        inner: Runs them.
        store: Where results are kept.
        keys: Makes their keys.
        states: What the files were like before anything was read of them, by location.
        spots: Is told where shards stand.
    """

    def __init__(
        self, inner: Executor, store: Store, keys: Keys, states: Mapping[str, State], spots: Spots | None = None
    ) -> None:
        self._inner = inner
        self._store = store
        self._keys = keys
        self._states = states
        self._spots = spots
        self._facts: Facts | None = None
        self._cuts: KnownCuts | None = None
        self._alone = inner if isinstance(inner, SerialExecutor) else SerialExecutor()

    @property
    def notifications(self) -> list[Notification]:
        """What was lost so far, and what became of it."""
        return self._inner.notifications

    @notifications.setter
    def notifications(self, value: list[Notification]) -> None:
        self._inner.notifications = value

    def cut(self, files: Sequence[FileSpec], size: int, pieces: Recall | None = None) -> Iterable[Shard]:
        """Return the shards of files; what was not edited is cut as it was before."""
        self._cuts = KnownCuts(self._store, self._keys.program, size)
        return self._inner.cut(files, size, pieces or self._cuts.of)

    def run(self, plan: Plan, shards: Iterable[Shard], level: int, values: Values) -> Iterator[ShardResult]:
        """Yield the result of each shard, in the order of the shards."""
        try:
            keys = self._keys.of_pass(plan, level, values)
        except UNKEPT:
            yield from self._inner.run(plan, shards, level, values)
            return

        bundles = Bundles(plan, self._store, self._keys.packages)

        def part(shard: Shard) -> Part[Shard, ShardResult, tuple[ShardResult, Member]]:
            if self._spots is not None and level == 0:
                self._spots.see(shard)
            try:  # a shard that was lost has no result in any later pass either
                key = None if self.notifications else keys.of_shard(shard)
            except UNKEPT:
                key = None
            kept = None if key is None else self._kept(key, shard)
            if kept is not None:
                return Part(None, lambda _: kept)
            return Part(shard, lambda result: self._keep(key, cast(ShardResult, result), shard), 1.0)

        for result, member in resumed(
            map(part, shards),
            lambda work: self._inner.run(plan, work, level, values),
            lambda work: self._alone.run(plan, work, level, values),
        ):
            bundles.add(member)
            yield replace(result, states={})
        yield from bundles.results()
        if level == 0 and self._cuts is not None and self._is_unchanged():
            self._cuts.save()

    def map(self, task: Callable[[C, T], R], context: C, items: Iterable[T]) -> Iterator[R]:
        """Yield ``task(context, item)`` for each item; see :class:`~dslint.engine.executors.serial.Executor`."""
        known = self._known(task, context) if isinstance(context, Context) else None
        if known is None:
            yield from self._inner.map(task, context, items)
            return
        facts, split = known

        def part(block: Any) -> Part[Any, Any, Any]:
            left, complete = split(block)
            return Part(left, complete, 0.0 if left is None else len(left.rows) / len(block.rows))

        yield from resumed(
            map(part, items),
            lambda work: self._inner.map(task, context, work),
            lambda work: self._alone.map(task, context, work),
        )
        if self._is_unchanged():
            facts.save()

    def _known(self, task: Any, context: Context) -> tuple[Facts, Callable[[Any], tuple[Any, Any]]] | None:
        """Return what is known of pairs or groups, and what asks only for the others."""
        if task not in (compare, check) or self.notifications:
            return None
        try:
            key = self._keys.of_groups(context.plan, context.rule, context.values)
        except UNKEPT:
            return None
        if key is None:
            return None
        key = digest(key, task.__name__)
        if self._facts is None or self._facts.key != key:
            self._facts = Facts(self._store, key)
        facts = self._facts
        return facts, (Scores(facts) if task is compare else Judgements(facts, context.total)).split

    def kept(self, limits: Limits) -> Kept:
        """Return what keeps the places and keys of all records in this process."""
        from dslint.engine.cache.sharing import KnownSharing
        from dslint.engine.keys import Kept

        return Kept(limits, KnownSharing(self._store, self._keys.program).of)

    def reaches(self, location: str) -> bool:
        """Whether a file that this process made is there for all workers."""
        return self._inner.reaches(location)

    def close(self) -> None:
        """Leave no process behind."""
        self._inner.close()

    def _is_unchanged(self) -> bool:
        return all(map(self._is_state_of, self._states))

    def _kept(self, key: bytes, shard: Shard) -> tuple[ShardResult, Member] | None:
        data = self._store.get(key)
        if data is None:
            return None
        try:
            result, states = unpack_result(data, shard, self._keys.packages)
        except DAMAGED:
            return None
        return result, Member(key, Anchor(shard), states)

    def _keep(self, key: bytes | None, result: ShardResult, shard: Shard) -> tuple[ShardResult, Member]:
        """Keep a result, unless a rule or a process failed, or the file is another by now; and return it."""
        kept = None if result.crashes or self.notifications else key
        if kept is not None:
            try:
                body = pack_result(result, shard, self._keys.packages)
            except UNKEPT:
                kept = None
            else:
                kept = self._put(kept, body, shard)
        return result, Member(kept, Anchor(shard), lambda: result.states)

    def _put(self, key: bytes, body: bytes, shard: Shard) -> bytes | None:
        if not self._is_state_of(shard.file.location):
            return None
        self._store.put(key, body)
        return key

    def _is_state_of(self, location: str) -> bool:
        try:
            return state_of(location) == self._states.get(location)
        except OSError:
            return False


def state_of(location: str) -> State:
    """Return what changes when somebody writes to a file.

    Raises:
        OSError: If it is not there any more.
    """
    found = os.stat(location)
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino
