"""Run shards one after another in this process; also the interface of all executors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from dslint.engine.columns import Values
from dslint.engine.limits import Limits
from dslint.engine.plan import Plan
from dslint.engine.shard import ShardResult, run_shard
from dslint.model.finding import Notification
from dslint.sources.shards import Cuts, Recall, Shard
from dslint.sources.spec import FileSpec

if TYPE_CHECKING:
    from dslint.engine.keys import Kept

C = TypeVar("C")
T = TypeVar("T")
R = TypeVar("R")


class WorkerLost(RuntimeError):
    """Worker processes ended, twice, before they had the result of a task."""


class Executor(Protocol):
    """Runs one pass over shards, and other work in pieces.

    Attributes:
        notifications: What was lost so far, and what became of it.
    """

    notifications: list[Notification]

    def cut(self, files: Sequence[FileSpec], size: int, pieces: Recall | None = None) -> Iterable[Shard]:
        """Return the shards of files, one after another, as often as they are asked for.

        Args:
            files: The files.
            size: Wanted number of records in a shard.
            pieces: Tells how a file was cut before; it changes no cut.
        """
        ...

    def run(self, plan: Plan, shards: Iterable[Shard], level: int, values: Values) -> Iterator[ShardResult]:
        """Yield the result of each shard, in the order of the shards; an empty one for a shard that was lost."""
        ...

    def map(self, task: Callable[[C, T], R], context: C, items: Iterable[T]) -> Iterator[R]:
        """Yield ``task(context, item)`` for each item, in the order of the items.

        Args:
            task: A function at the top of a module, since it is pickled by name.
            context: What it needs for every item; it is sent to each worker once, so it may be large.
            items: Each is sent to one worker; a bounded number of them is under way at a time.

        Raises:
            WorkerLost: If the workers that had an item ended twice.
        """
        ...

    def kept(self, limits: Limits) -> Kept:
        """Return what keeps the places and keys that the results of :meth:`run` bring, of all records.

        Args:
            limits: What it may take in this process.
        """
        ...

    def reaches(self, location: str) -> bool:
        """Whether a file that this process made is there for all workers."""
        ...

    def close(self) -> None:
        """Leave no process behind."""
        ...


class SerialExecutor:
    """Runs shards one after another."""

    def __init__(self) -> None:
        self.notifications: list[Notification] = []

    def cut(self, files: Sequence[FileSpec], size: int, pieces: Recall | None = None) -> Iterable[Shard]:
        """Return the shards of files."""
        return Cuts(files, size, pieces)

    def run(self, plan: Plan, shards: Iterable[Shard], level: int, values: Values) -> Iterator[ShardResult]:
        """Yield the result of each shard, in the order of the shards."""
        for shard in shards:
            yield run_shard(plan, shard, level, values)

    def map(self, task: Callable[[C, T], R], context: C, items: Iterable[T]) -> Iterator[R]:
        """Yield ``task(context, item)`` for each item."""
        for item in items:
            yield task(context, item)

    def kept(self, limits: Limits) -> Kept:
        """Return what keeps the places and keys of all records in this process."""
        from dslint.engine.keys import Kept

        return Kept(limits)

    def reaches(self, location: str) -> bool:  # noqa: ARG002
        """Say yes: workers are on this machine."""
        return True

    def close(self) -> None:
        """Nothing to leave behind."""
