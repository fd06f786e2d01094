"""Worker processes, each in the care of one thread, which starts it, hands it tasks and sees it end.

``concurrent.futures`` cannot say which of its tasks a dead process had, gives up all of them, and leaves its processes
behind when the parent is killed.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

from dslint.engine.executors.serial import WorkerLost
from dslint.engine.executors.worker import CONTEXT, ITEM, READY, RESULT, serve


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a task.

    Attributes:
        data: The pickled result; ``None`` if it was lost.
        deaths: How each worker ended that had the task and gave no result.
    """

    data: bytes | None
    deaths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """A function with its context, pickled once for all workers."""

    packed: bytes


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    connection: Connection
    task: Task | None = None

    def answer(self, task: Task, item: bytes) -> bytes:
        if self.task is not task:
            self.connection.send_bytes(CONTEXT + task.packed)
            self.task = task
        self.connection.send_bytes(ITEM + item)
        return self.connection.recv_bytes()

    def end(self) -> str:
        """End the process if it has not ended, and say how it did."""
        self.connection.close()
        self.process.join(0.5)
        if self.process.exitcode is None:
            self.process.terminate()
            self.process.join()
        code = self.process.exitcode or 0
        if code >= 0:
            return f"ended with exit code {code}"
        name = signal.Signals(-code).name if -code in {*signal.Signals} else f"signal {-code}"
        return f"was ended by {name}" + (" (out of memory?)" if name == "SIGKILL" else "")


@dataclass(slots=True)
class WorkerPool:
    """Runs tasks in ``jobs`` processes.

    Workers are spawned, not forked: the same on every platform, and safe beside threads.

    Attributes:
        jobs: How many processes.
        local_files: Local rule files that workers load.
    """

    jobs: int
    local_files: Sequence[str] = ()
    _threads: ThreadPoolExecutor | None = None
    _workers: dict[int, _Worker] = field(default_factory=dict)
    _starting: threading.Lock = field(default_factory=threading.Lock)
    _alone: threading.Lock = field(default_factory=threading.Lock)
    _closing: bool = False

    def answers(self, task: Task, items: Iterable[Any]) -> Iterator[Answer]:
        """Yield the answer to each item in their order, with few of them under way: so results take bounded memory."""
        if self._threads is None:
            self._closing = False
            self._threads = ThreadPoolExecutor(self.jobs, "dslint-worker", _ignore_interrupts)
            _track()
        waiting: deque[Future[Answer]] = deque()
        try:
            for item in items:
                waiting.append(self._threads.submit(self._answer, task, pickle.dumps(item)))
                if len(waiting) > 3 * self.jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def close(self) -> None:
        """End all workers at once, whatever they do."""
        self._closing = True
        with self._starting:
            for worker in self._workers.values():
                worker.process.terminate()
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)
            self._threads = None
        for worker in self._workers.values():
            worker.end()
        self._workers.clear()

    def _answer(self, task: Task, item: bytes) -> Answer:
        with self._alone:
            pass  # a task that was lost is tried again with no other beside it, since memory may have run out
        data, death = self._tried(task, item)
        if data is not None:
            return Answer(data)
        with self._alone:
            data, again = self._tried(task, item)
        return Answer(data, (death,) if data is not None else (death, again))

    def _tried(self, task: Task, item: bytes) -> tuple[bytes | None, str]:
        worker = self._worker()
        try:
            return worker.answer(task, item), ""
        except (EOFError, OSError):
            del self._workers[threading.get_ident()]
            return None, worker.end()

    def _worker(self) -> _Worker:
        found = self._workers.get(threading.get_ident())
        return found if found is not None else self._start()

    def _start(self) -> _Worker:
        how = ""
        for _ in range(2):
            with self._starting:
                if self._closing:
                    raise WorkerLost("the workers are being ended")
                worker = self._spawned()
                self._workers[threading.get_ident()] = worker
            try:
                if worker.connection.recv_bytes() == READY:
                    return worker
            except (EOFError, OSError):
                del self._workers[threading.get_ident()]
                how = worker.end()
        raise WorkerLost(f"a worker process could not start: it {how}")

    def _spawned(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs, tuple(self.local_files)), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)


def unpacked(data: bytes) -> Any:
    """Return the result in an answer's data.

    Raises:
        Exception: What the task raised.
    """
    result = pickle.loads(data[1:])  # noqa: S301 - made by a worker process
    if data[:1] == RESULT:
        return result
    raise result


def _ignore_interrupts() -> None:
    """Let processes that this thread starts be deaf to Ctrl-C from the beginning: until they can say so themselves."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _track() -> None:
    """Start multiprocessing's own helper before the mask is set, since starting it resets the mask."""
    if hasattr(signal, "pthread_sigmask"):
        resource_tracker.ensure_running()
