"""Run shards in several processes.

Workers are spawned, not forked: the same on every platform, and safe beside threads. Each loads the local rule files by
path before it unpickles a plan, since their modules have private names.
"""

from __future__ import annotations

import multiprocessing
import pickle
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from dslint.api.attempt import attempt as contained
from dslint.engine.executors.serial import WorkerLost
from dslint.engine.plan import Plan
from dslint.engine.shard import Crash, ShardResult, Values, attempt, run_shard
from dslint.sources.shards import Shard

_worker_plan: Plan | None = None


class ProcessExecutor:
    """Runs shards in ``jobs`` worker processes, a bounded number of them at a time.

    Args:
        jobs: How many workers.
        local_files: Local rule files that workers load.
    """

    def __init__(self, jobs: int, local_files: Sequence[str] = ()) -> None:
        self._jobs = jobs
        self._local_files = tuple(local_files)
        self._pool: ProcessPoolExecutor | None = None
        self._plan: Plan | None = None

    def run(self, plan: Plan, shards: Iterable[Shard], level: int, values: Values) -> Iterator[ShardResult]:
        """Yield the result of each shard, in the order of the shards.

        Raises:
            WorkerLost: If a worker process ended without a result.
        """
        pool = self._start(plan)
        packed = pickle.dumps(values)
        waiting: deque[Future[bytes]] = deque()
        try:
            for shard in shards:
                waiting.append(pool.submit(_work, shard, level, packed))
                if len(waiting) > 3 * self._jobs:
                    yield _unpacked(waiting.popleft())
            while waiting:
                yield _unpacked(waiting.popleft())
        except BrokenProcessPool as error:
            raise WorkerLost("a worker process ended without a result; it may have run out of memory") from error
        finally:
            for future in waiting:
                future.cancel()

    def close(self) -> None:
        """Stop the workers without waiting for what they have not begun."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _start(self, plan: Plan) -> ProcessPoolExecutor:
        if self._pool is not None and self._plan != plan:
            self.close()
        if self._pool is None:
            self._plan = plan
            self._pool = ProcessPoolExecutor(
                self._jobs,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_begin,
                initargs=(self._local_files, pickle.dumps(plan)),
            )
        return self._pool


def _begin(local_files: Sequence[str], plan: bytes) -> None:
    global _worker_plan
    import signal

    from dslint.plugins.local import load_local

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the workers
    for path in local_files:
        load_local(Path(path))
    _worker_plan = pickle.loads(plan)  # noqa: S301 - made by the parent process, never read from data


def _work(shard: Shard, level: int, values: bytes) -> bytes:
    if _worker_plan is None:
        raise WorkerLost("the worker has no plan")
    return pack(run_shard(_worker_plan, shard, level, pickle.loads(values)))  # noqa: S301 - as above


def pack(result: ShardResult) -> bytes:
    """Pickle a result; a rule whose part of it cannot be pickled has failed."""
    packed = contained(pickle.dumps, result)
    if not isinstance(packed, Exception):
        return packed
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
    return pickle.dumps(result)


def _unpacked(future: Future[bytes]) -> ShardResult:
    result: ShardResult = pickle.loads(future.result())  # noqa: S301 - made by a worker process
    return result
