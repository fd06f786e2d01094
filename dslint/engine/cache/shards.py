"""Results of shards: what an earlier run made of the same bytes is not made again."""

from __future__ import annotations

import os
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, TypeVar

from dslint.engine.cache.codec import pack_result, unpack_result
from dslint.engine.cache.keys import Keys
from dslint.engine.cache.store import Store
from dslint.engine.executors.serial import Executor
from dslint.engine.plan import Plan
from dslint.engine.shard import ShardResult, Values
from dslint.model.finding import Notification
from dslint.sources.shards import Shard

C = TypeVar("C")
T = TypeVar("T")
R = TypeVar("R")
State = tuple[int, int, int, int]
"""What changes when somebody writes to a file: its size, two times, and its number."""
DAMAGED: Final = (pickle.PickleError, EOFError, TypeError, ValueError, AttributeError, ImportError)
"""What reading a result raises that is not what it should be."""
UNKEPT: Final = (OSError, pickle.PickleError, TypeError, AttributeError)
"""What making a key or packing a result raises where something cannot be told from others or be packed."""

_AHEAD: Final = 16
"""Results that are held back, at most, while the executor is asked for one that is not kept."""


@dataclass(slots=True)
class _Feed:
    """Takes shards, hands on those without a result, and remembers all in their order."""

    shards: Iterator[Shard]
    find: Callable[[Shard], tuple[bytes | None, ShardResult | None]]
    waiting: deque[tuple[Shard, bytes | None, ShardResult | None]] = field(default_factory=deque)
    ended: bool = False

    def missing(self) -> Iterator[Shard]:
        """Yield the shards without a result, until many in a row have one."""
        found = 0
        for shard in self.shards:
            key, result = self.find(shard)
            self.waiting.append((shard, key, result))
            if result is None:
                found = 0
                yield shard
            elif (found := found + 1) >= _AHEAD:
                return
        self.ended = True

    def known(self) -> Iterator[ShardResult]:
        """Yield the results at hand, up to the first that is not."""
        while self.waiting and (result := self.waiting[0][2]) is not None:
            self.waiting.popleft()
            yield result


class CachingExecutor:
    """Runs the shards whose results are not kept, and keeps them.

    Args:
        inner: Runs them.
        store: Where results are kept.
        keys: Makes their keys.
        states: What the files were like before anything was read of them, by location.
    """

    def __init__(self, inner: Executor, store: Store, keys: Keys, states: Mapping[str, State]) -> None:
        self._inner = inner
        self._store = store
        self._keys = keys
        self._states = states

    @property
    def notifications(self) -> list[Notification]:
        """What was lost so far, and what became of it."""
        return self._inner.notifications

    @notifications.setter
    def notifications(self, value: list[Notification]) -> None:
        self._inner.notifications = value

    def run(self, plan: Plan, shards: Iterable[Shard], level: int, values: Values) -> Iterator[ShardResult]:
        """Yield the result of each shard, in the order of the shards."""
        try:
            keys = self._keys.of_pass(plan, level, values)
        except UNKEPT:
            yield from self._inner.run(plan, shards, level, values)
            return

        def find(shard: Shard) -> tuple[bytes | None, ShardResult | None]:
            if self.notifications:  # a shard that was lost has no result in any later pass either
                return None, None
            try:
                key = keys.of_shard(shard)
            except UNKEPT:
                return None, None
            return key, self._kept(key, shard)

        feed = _Feed(iter(shards), find)
        while not feed.ended:
            missing = feed.missing()
            first = next(missing, None)
            if first is not None:
                for result in self._inner.run(plan, chain([first], missing), level, values):
                    yield from feed.known()
                    shard, key, _ = feed.waiting.popleft()
                    if key is not None:
                        self._keep(key, result, shard)
                    yield result
            yield from feed.known()

    def map(self, task: Callable[[C, T], R], context: C, items: Iterable[T]) -> Iterator[R]:
        """Yield ``task(context, item)`` for each item; see :class:`~dslint.engine.executors.serial.Executor`."""
        return self._inner.map(task, context, items)

    def close(self) -> None:
        """Leave no process behind."""
        self._inner.close()

    def _kept(self, key: bytes, shard: Shard) -> ShardResult | None:
        data = self._store.get(key)
        if data is None:
            return None
        try:
            return unpack_result(data, shard, self._keys.packages)
        except DAMAGED:
            return None

    def _keep(self, key: bytes, result: ShardResult, shard: Shard) -> None:
        """Keep a result, unless a rule or a process failed, or the file is another by now."""
        if result.crashes or self.notifications:
            return
        try:
            if state_of(shard.file.location) != self._states.get(shard.file.location):
                return
            data = pack_result(result, shard, self._keys.packages)
        except UNKEPT:
            return
        self._store.put(key, data)


def state_of(location: str) -> State:
    """Return what changes when somebody writes to a file.

    Raises:
        OSError: If it is not there any more.
    """
    found = os.stat(location)
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino
