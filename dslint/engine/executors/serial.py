"""Run shards one after another in this process; also the interface of all executors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from dslint.engine.plan import Plan
from dslint.engine.shard import ShardResult, Values, run_shard
from dslint.sources.shards import Shard


class WorkerLost(RuntimeError):
    """A worker process ended without a result."""


class Executor(Protocol):
    """Runs one pass over shards."""

    def run(self, plan: Plan, shards: Iterable[Shard], level: int, values: Values) -> Iterator[ShardResult]:
        """Yield the result of each shard, in the order of the shards."""
        ...

    def close(self) -> None:
        """Leave no process behind."""
        ...


class SerialExecutor:
    """Runs shards one after another."""

    def run(self, plan: Plan, shards: Iterable[Shard], level: int, values: Values) -> Iterator[ShardResult]:
        """Yield the result of each shard, in the order of the shards."""
        for shard in shards:
            yield run_shard(plan, shard, level, values)

    def close(self) -> None:
        """Nothing to leave behind."""
