"""Run shards in several processes; what a process that died had is done once more, and told."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from dslint.api.attempt import attempt as contained
from dslint.engine.columns import Values
from dslint.engine.crash import Crash, attempt
from dslint.engine.executors.pool import Answer, Task, WorkerPool, unpacked
from dslint.engine.executors.serial import WorkerLost
from dslint.engine.limits import Limits
from dslint.engine.plan import Plan
from dslint.engine.shard import ShardResult, empty_result, run_shard
from dslint.model.finding import Notice, Notification
from dslint.model.severity import Severity
from dslint.sources.shards import Cuts, Recall, Shard, extent
from dslint.sources.spec import FileSpec

if TYPE_CHECKING:
    from dslint.engine.keys import Kept

C = TypeVar("C")
T = TypeVar("T")
R = TypeVar("R")
Name = tuple[str, int]
"""A shard's file and number."""
Pass = tuple[Plan, int, Values, frozenset[Name]]
"""Plan, level, values of dataset features, and the shards that are lost since an earlier pass."""


class ProcessExecutor:
    """Runs shards in ``jobs`` worker processes, a bounded number of them at a time.

    Args:
        jobs: How many workers.
        local_files: Local rule files that workers load.

    Attributes:
        notifications: What was lost so far, and what became of it.
    """

    def __init__(self, jobs: int, local_files: Sequence[str] = ()) -> None:
        self.notifications: list[Notification] = []
        self._pool = WorkerPool(jobs, local_files)
        self._lost: set[tuple[str, int]] = set()

    def cut(self, files: Sequence[FileSpec], size: int, pieces: Recall | None = None) -> Iterable[Shard]:
        """Return the shards of files; they are cut in this process, which is fast and keeps their order."""
        return Cuts(files, size, pieces)

    def run(self, plan: Plan, shards: Iterable[Shard], level: int, values: Values) -> Iterator[ShardResult]:
        """Yield the result of each shard, in the order of the shards; an empty one for a shard that was lost.

        Raises:
            WorkerLost: If no worker can be started.
        """
        begun: deque[Shard] = deque()
        task = Task(pickle.dumps((work, (plan, level, values, frozenset(self._lost)))))
        for answer in self._pool.answers(task, _noted(shards, begun)):
            shard = begun.popleft()
            self._tell(shard, answer)
            if answer.data is None:
                self._lost.add(name_of(shard))
                yield empty_result(plan, shard.file.source, level)
            else:
                yield pickle.loads(unpacked(answer.data))  # noqa: S301 - made by a worker process

    def map(self, task: Callable[[C, T], R], context: C, items: Iterable[T]) -> Iterator[R]:
        """Yield ``task(context, item)`` for each item, in the order of the items; see :class:`Executor`."""
        for answer in self._pool.answers(Task(pickle.dumps((task, context))), items):
            if answer.data is None:
                raise WorkerLost(f"the worker process {answer.deaths[0]}; the one that tried again {answer.deaths[1]}")
            for death in answer.deaths:
                words = f"a worker process {death} while it compared records; they were compared again"
                self.notifications.append(Notification(Notice.WORKER_LOST, Severity.WARNING, words))
            yield unpacked(answer.data)

    def kept(self, limits: Limits) -> Kept:
        """Return what keeps the places and keys of all records in this process."""
        from dslint.engine.keys import Kept

        return Kept(limits)

    def reaches(self, location: str) -> bool:  # noqa: ARG002
        """Say yes: workers are on this machine."""
        return True

    def close(self) -> None:
        """End the workers."""
        self._pool.close()

    def _tell(self, shard: Shard, answer: Answer) -> None:
        if not answer.deaths:
            return
        where = extent(shard)
        words = f"a worker process {answer.deaths[0]} while it read {where}; they were read again"
        severity = Severity.WARNING
        if answer.data is None:
            words = f"{where} were not checked: a worker process {answer.deaths[0]}, the next {answer.deaths[1]}"
            severity = Severity.ERROR
        self.notifications.append(Notification(Notice.WORKER_LOST, severity, words, path=shard.file.source.path))


def work(context: Pass, shard: Shard) -> bytes:
    """Run one shard and pickle its result."""
    return pack(run_unless_lost(context, shard))


def run_unless_lost(context: Pass, shard: Shard) -> ShardResult:
    """Run one shard, but not if an earlier pass has lost it: its records have no numbers to speak of them by."""
    plan, level, values, lost = context
    if name_of(shard) in lost:
        return empty_result(plan, shard.file.source, level)
    return run_shard(plan, shard, level, values)


def pack(result: ShardResult) -> bytes:
    """Pickle a result; a rule whose part of it cannot be pickled has failed."""
    packed = contained(pickle.dumps, result)
    if not isinstance(packed, Exception):
        return packed
    return pickle.dumps(sendable(result))


def sendable(result: ShardResult) -> ShardResult:
    """Leave out what cannot be pickled: the rules whose it is have failed."""
    for unit, state in list(result.states.items()):
        crash = attempt(unit, pickle.dumps, state)
        if isinstance(crash, Crash):
            result.crashes.append(crash)
            del result.states[unit]
    for unit, finding in list(result.findings):
        crash = attempt(unit, pickle.dumps, finding)
        if isinstance(crash, Crash):
            result.crashes.append(crash)
            result.findings.remove((unit, finding))
    return result


def _noted(shards: Iterable[Shard], begun: deque[Shard]) -> Iterator[Shard]:
    for shard in shards:
        begun.append(shard)
        yield shard


def name_of(shard: Shard) -> Name:
    """Return what a shard is told by in every pass."""
    return shard.file.source.path, shard.index
