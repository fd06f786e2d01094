"""Run shards on a Ray cluster: workers cut the files, read the shards, and merge their states in a tree.

What a worker or a machine had that died is done again by Ray itself, up to :data:`RETRIES` times, and is not told: on
a cluster that is business as usual, and the report is the same. Only what ends every worker that has it is lost, and
told.
"""

from __future__ import annotations

import os
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from dslint.api import Scope
from dslint.api.attempt import attempt as contained
from dslint.config.errors import ConfigError
from dslint.engine.columns import Values, scope_key
from dslint.engine.executors.cluster import worker
from dslint.engine.executors.cluster.connection import Connection, said
from dslint.engine.executors.cluster.kept import Call, SharedKept
from dslint.engine.executors.pool import unpacked
from dslint.engine.executors.process import Name, name_of
from dslint.engine.executors.serial import WorkerLost
from dslint.engine.limits import Limits
from dslint.engine.plan import Plan
from dslint.engine.shard import ShardResult, empty_result
from dslint.engine.states import results_of
from dslint.model.finding import Notice, Notification
from dslint.model.record import Source
from dslint.model.severity import Severity
from dslint.sources.shards import Recall, Shard, extent
from dslint.sources.spec import FileSpec
from dslint.sources.storage import is_remote, shown
from dslint.version import __version__

if TYPE_CHECKING:
    from dslint.engine.keys import Kept

C = TypeVar("C")
T = TypeVar("T")
R = TypeVar("R")

RETRIES: Final = 3
FAN_IN: Final = 16
"""States that are merged at a time."""
_PAYLOADS_AHEAD: Final = 64
_SAMPLED_FILES: Final = 64
_ANSWER_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class _Begun:
    """A shard that runs somewhere.

    Attributes:
        shard: The shard, without its bytes.
        payload: A reference to these, if they cannot be read from the file.
        result: A reference to its result.
        states: A reference to its states.
        rows: A reference to its keys and places.
    """

    shard: Shard
    payload: Any
    result: Any
    states: Any
    rows: Any


@dataclass(frozen=True, slots=True)
class CutAnew:
    """Shards that are cut anew whenever they are asked for."""

    cut: Callable[[Sequence[FileSpec], int], Iterator[Shard]]
    files: Sequence[FileSpec]
    size: int

    def __iter__(self) -> Iterator[Shard]:
        return self.cut(self.files, self.size)


class RayExecutor:
    """Runs shards as tasks of Ray, a bounded number of them at a time.

    Args:
        address: Where the cluster is (``host:port``); empty for what Ray finds by itself, else one on this machine.
        jobs: Tasks at a time; 0 for twice as many as the cluster has processors.
        local_files: Local rule files; their content is sent to the workers.
        files: What is linted: each machine has to be able to read it.

    Attributes:
        notifications: What was lost so far.

    Raises:
        ConfigError: If Ray is not installed or not there, or its machines cannot do the work.
    """

    def __init__(
        self, address: str = "", jobs: int = 0, local_files: Sequence[str] = (), files: Sequence[FileSpec] = ()
    ) -> None:
        self.notifications: list[Notification] = []
        self._connection = Connection(address)
        self._ray = self._connection.ray
        self._local_rules = [(str(path), path.read_bytes()) for path in (Path(name).resolve() for name in local_files)]
        self._payloads: dict[Name, Any] = {}
        self._lost: set[Name] = set()
        self._begun: list[Any] = []
        with ExitStack() as undone:
            undone.callback(self.close)
            self._window = jobs or 2 * max(1, int(self._ray.cluster_resources().get("CPU", 1)))
            self._check(files)
            undone.pop_all()
        retried = {"max_retries": RETRIES}
        self._do = self._ray.remote(**retried)(worker.do)
        self._run = self._ray.remote(num_returns=3, **retried)(worker.run)
        self._apply = self._ray.remote(**retried)(worker.apply)
        self._spread = self._ray.remote(**retried)(worker.spread)
        self._merge = self._ray.remote(**retried)(worker.merge)
        # Cutting waits for its shards to be taken: were it to hold a processor meanwhile, it could wait for ever.
        self._cut = self._ray.remote(num_cpus=0, num_returns="streaming", scheduling_strategy="SPREAD", **retried)(
            worker.cut
        )

    def cut(self, files: Sequence[FileSpec], size: int, pieces: Recall | None = None) -> Iterable[Shard]:  # noqa: ARG002
        """Return the shards of files; several files are cut at a time, each by one worker, which knows no pieces."""
        return CutAnew(self.shards_of, files, size)

    def shards_of(self, files: Sequence[FileSpec], size: int) -> Iterator[Shard]:
        """Yield the shards of files, one after another; the bytes of some are in Ray's store."""
        ahead = max(2, self._window // 8)
        begun: deque[Any] = deque()
        waiting = iter(files)
        while True:
            while len(begun) < ahead and (file := next(waiting, None)) is not None:
                begun.append(self._begin_to_cut(file, size))
            if not begun:
                return
            yield from self._taken(begun.popleft())

    def run(self, plan: Plan, shards: Iterable[Shard], level: int, values: Values) -> Iterator[ShardResult]:
        """Yield the result of each shard, in the order of the shards, and behind them the merged states.

        Raises:
            ConfigError: If a worker lacks a package that this process has.
            WorkerLost: If states cannot be merged anywhere.
        """
        held = self._put((worker.run, (plan, level, values, frozenset(self._lost))))
        begun: deque[_Begun] = deque()
        tree = Tree(lambda parts: self._merge.remote(held, *parts))
        sources: dict[tuple[Scope, str], Source] = {}
        for shard in shards:
            begun.append(self._begin(held, shard))
            if len(begun) >= self._window:
                yield self._ended(begun.popleft(), plan, level, tree, sources)
        while begun:
            yield self._ended(begun.popleft(), plan, level, tree, sources)
        merged = tree.merged()
        if merged is not None:
            units, crashes = pickle.loads(self._got(merged))  # noqa: S301 - made by a worker
            yield from results_of(plan, units, crashes, sources)

    def map(self, task: Callable[[C, T], R], context: C, items: Iterable[T]) -> Iterator[R]:
        """Yield ``task(context, item)`` for each item, in the order of the items; see :class:`Executor`."""
        return self._in_order(self._do, (task, context), ((pickle.dumps(item),) for item in items))

    def kept(self, limits: Limits) -> Kept:
        """Return what leaves the places and keys of all records in Ray's store, and groups them there."""
        return SharedKept(limits, self)

    def reaches(self, location: str) -> bool:
        """Whether all machines can read a file that this process made."""
        return not any(unreadable for _, (_, _, unreadable) in self._asked([(location, os.path.getsize(location))]))

    def results(self, task: Callable[..., Any], context: Any, calls: Iterable[Sequence[Any]]) -> Iterator[Any]:
        """Yield ``task(context, *arguments)`` for each of some arguments, which may be references, in their order."""
        return self._in_order(self._apply, (task, context), calls)

    def begin(self, call: Call, returns: int = 1) -> list[Any]:
        """Begin a task as soon as not too many are under way, and return references to what it returns."""
        if len(self._begun) >= self._window:
            _, self._begun = self._interruptible(lambda: self._ray.wait(self._begun, fetch_local=False))
        function, arguments = call
        made = self._spread.options(num_returns=returns).remote(function, returns, *arguments)
        made = [made] if returns == 1 else made
        self._begun.append(made[0])
        return list(made)

    def _in_order(self, remote: Any, task: Any, calls: Iterable[Sequence[Any]]) -> Iterator[Any]:
        held = self._put(task)
        begun: deque[Any] = deque()
        for arguments in calls:
            begun.append(remote.remote(held, *arguments))
            if len(begun) >= self._window:
                yield self._opened(self._got(begun.popleft()))
        while begun:
            yield self._opened(self._got(begun.popleft()))

    def close(self) -> None:
        """Leave the cluster, which ends what still runs; one that was started for this run is ended itself."""
        self._payloads.clear()
        self._begun.clear()
        self._connection.close()

    def _begin_to_cut(self, file: FileSpec, size: int) -> Any:
        return self._cut.options(_generator_backpressure_num_objects=_PAYLOADS_AHEAD).remote(file, size)

    def _taken(self, pieces: Iterator[Any]) -> Iterator[Shard]:
        while (piece := self._interruptible(next, pieces, None)) is not None:
            listed, followed = self._got(piece)
            if followed:
                self._payloads[name_of(listed[0])] = self._interruptible(next, pieces)
            yield from listed

    def _put(self, task: Any) -> worker.Held:
        return (self._ray.put(pickle.dumps((self._local_rules, pickle.dumps(task)))),)

    def _begin(self, held: worker.Held, shard: Shard) -> _Begun:
        payload = self._payloads.pop(name_of(shard), None)
        if payload is None and shard.payload is not None:
            payload, shard = self._ray.put(shard.payload), replace(shard, payload=None)
        return _Begun(shard, payload, *self._run.remote(held, shard, payload))

    def _ended(
        self, begun: _Begun, plan: Plan, level: int, tree: Tree, sources: dict[tuple[Scope, str], Source]
    ) -> ShardResult:
        source = begun.shard.file.source
        try:
            result: ShardResult = self._opened(self._interruptible(self._ray.get, begun.result))
            if result.stored is not None:
                result.stored = replace(result.stored, reference=begun.rows)
        except self._ray.exceptions.RayError as error:
            self._lose(begun, error)
            return empty_result(plan, source, level)
        for scope in Scope:
            sources.setdefault((scope, scope_key(scope, source)), source)
        tree.add(begun.states)
        return result

    def _lose(self, begun: _Begun, error: Exception) -> None:
        self._lost.add(name_of(begun.shard))
        payload = None if begun.payload is None else contained(self._ray.get, begun.payload)
        shard = begun.shard if isinstance(payload, Exception) else replace(begun.shard, payload=payload)
        words = f"{extent(shard)} were not checked: each Ray worker that read them ended ({type(error).__name__})"
        path = shard.file.source.path
        self.notifications.append(Notification(Notice.WORKER_LOST, Severity.ERROR, words, path=path))

    def _got(self, reference: Any) -> Any:
        try:
            return self._interruptible(self._ray.get, reference)
        except self._ray.exceptions.RayError as error:
            raise WorkerLost(f"each Ray worker that had a task ended ({type(error).__name__})") from error

    def _interruptible(self, wait: Callable[..., T], *arguments: Any) -> T:
        """Wait for something of Ray, which turns whatever a signal raises into Ctrl-C."""
        try:
            return wait(*arguments)
        except KeyboardInterrupt as interrupt:
            raise self._connection.interrupt or interrupt from None

    def _opened(self, data: bytes) -> Any:
        try:
            return unpacked(data)
        except worker.Unloadable as error:
            words = f"a Ray worker cannot load the rules: {error}; all machines need the same packages"
            raise ConfigError([words]) from error

    def _check(self, files: Sequence[FileSpec]) -> None:
        """Ask every machine whether it can do the work.

        Raises:
            ConfigError: If one cannot.
        """
        step = max(1, len(files) // _SAMPLED_FILES)
        for name, (version, _, unreadable) in self._asked([(f.location, f.size) for f in files[::step] if f.location]):
            if version != __version__:
                raise ConfigError([f"Ray's machine {name} has dslint {version}, this one {__version__}"])
            if unreadable:
                path = shown(unreadable) if is_remote(unreadable) else unreadable
                raise ConfigError([f"Ray's machine {name} cannot read {path}: data has to be where all can read it"])

    def _asked(self, sample: Sequence[tuple[str, int]]) -> Iterator[tuple[str, tuple[str, str, str]]]:
        """Yield what each machine says of itself; see :func:`~dslint.engine.executors.cluster.worker.about`.

        Raises:
            ConfigError: If one says nothing.
        """
        about = self._ray.remote(num_cpus=0, max_retries=0)(worker.about)
        placed = self._ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy
        asked = [
            (node["NodeManagerAddress"], about.options(scheduling_strategy=placed(node["NodeID"], soft=False)))
            for node in self._ray.nodes()
            if node["Alive"] and node["Resources"].get("CPU")
        ]
        answers = [(name, task.remote(sample)) for name, task in asked]
        for name, reference in answers:
            answer = contained(lambda each: self._ray.get(each, timeout=_ANSWER_SECONDS), reference)
            if isinstance(answer, self._ray.exceptions.TaskUnschedulableError):
                continue  # it died a moment ago, and Ray still listed it; others do its work
            if isinstance(answer, Exception):
                raise ConfigError([f"Ray's machine {name} cannot run dslint: {said(answer)}"])
            yield name, answer


@dataclass(slots=True)
class Tree:
    """Merges neighbours as soon as there are enough of them, and what comes of it likewise.

    Attributes:
        merge: Begins to merge parts, in their order.
        levels: What waits to be merged, by how often it was.
    """

    merge: Callable[[Sequence[Any]], Any]
    levels: list[list[Any]] = field(default_factory=list)

    def add(self, part: Any) -> None:
        """Add the next part."""
        for level in range(len(self.levels) + 1):
            if level == len(self.levels):
                self.levels.append([])
            self.levels[level].append(part)
            if len(self.levels[level]) < FAN_IN:
                return
            part = self.merge(self.levels[level])
            self.levels[level] = []

    def merged(self) -> Any:
        """Merge all that was added; return ``None`` if nothing was."""
        left = [part for level in reversed(self.levels) for part in level]
        return self.merge(left) if left else None
