"""CPU time by stage: what ``--timings`` shows.

A clock that is off costs one call a stage, and a stage is a rule on a shard at the smallest. Shards are timed where
they run, and their times travel with their results.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Final, TypeVar

from dslint.model.timings import Stage, Timings

T = TypeVar("T")
Spent = Mapping[tuple[str, str], tuple[float, int]]
"""Seconds of CPU time and number of calls, by stage and name."""

_NOTHING: Final = nullcontext()


class Clock:
    """Sums up CPU time by stage; time inside an inner stage does not count for the outer one.

    Args:
        on: Whether to measure at all.
    """

    def __init__(self, on: bool = True) -> None:
        self.on = on
        self._spent: dict[tuple[str, str], list[float]] = {}
        self._open: list[tuple[str, str]] = []
        self._since = 0.0
        self._written = 0
        self._started = time.perf_counter()
        if on:
            self._add(("start", ""), time.process_time(), 1)

    @classmethod
    def of_shard(cls, on: bool) -> Clock:
        """Return a clock for one shard, to which the start of the program does not belong."""
        clock = cls(on)
        clock._spent.clear()
        return clock

    @property
    def spent(self) -> Spent:
        """What each stage took so far."""
        return {key: (seconds, int(calls)) for key, (seconds, calls) in self._spent.items()}

    def stage(self, stage: str, name: str = "") -> AbstractContextManager[None]:
        """Measure the body of a ``with``."""
        return self._stage((stage, name)) if self.on else _NOTHING

    def each(self, stage: str, items: Iterable[T]) -> Iterator[T]:
        """Measure what an iterator does between its items."""
        iterator = iter(items)
        if not self.on:
            yield from iterator
            return
        while True:
            with self._stage((stage, "")):
                item = next(iterator, self)
            if item is self:
                return
            yield item  # type: ignore[misc]  # only the clock itself ends it

    def take(self, spent: Spent) -> None:
        """Add what was measured elsewhere."""
        for key, (seconds, calls) in spent.items():
            self._add(key, seconds, calls)

    def wrote(self, size: int) -> None:
        """Take note of bytes that went to temporary files."""
        self._written += size

    def timings(self) -> Timings:
        """Return what was measured; processes that have ended are part of the total."""
        total, peak = _usage()
        known = sum(seconds for seconds, _ in self._spent.values())
        stages = [Stage(*key, seconds, calls) for key, (seconds, calls) in self.spent.items()]
        stages.append(Stage("other", "", max(0.0, total - known), 1))
        stages.sort(key=lambda stage: (-stage.cpu_seconds, stage.stage, stage.name))
        return Timings(total, time.perf_counter() - self._started, peak, self._written, tuple(stages))

    @contextmanager
    def _stage(self, key: tuple[str, str]) -> Iterator[None]:
        self._charge()
        self._open.append(key)
        try:
            yield
        finally:
            self._charge()
            self._open.pop()
            self._add(key, 0.0, 1)

    def _charge(self) -> None:
        now = time.process_time()
        if self._open:
            self._add(self._open[-1], now - self._since, 0)
        self._since = now

    def _add(self, key: tuple[str, str], seconds: float, calls: int) -> None:
        sums = self._spent.setdefault(key, [0.0, 0])
        sums[0] += seconds
        sums[1] += calls


OFF: Final = Clock(on=False)
"""Measures nothing."""


def _usage() -> tuple[float, int | None]:
    """Return CPU seconds and peak memory of this process and those of its children that have ended."""
    try:
        import resource
    except ImportError:  # Windows
        return time.process_time(), None
    every = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    unit = 1 if sys.platform == "darwin" else 1024
    return sum(use.ru_utime + use.ru_stime for use in every), max(use.ru_maxrss for use in every) * unit
