"""What a worker of Ray does. Ray imports these functions by name, so dslint has to be installed where workers run."""

from __future__ import annotations

import pickle
import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeVar

from dslint.api.attempt import attempt as contained
from dslint.engine.crash import Crash
from dslint.engine.executors.cluster.exchange import ShardRows, stored
from dslint.engine.executors.process import Pass, run_unless_lost, sendable
from dslint.engine.executors.worker import RESULT, answer, sealed
from dslint.engine.garbage import collect_rarely
from dslint.engine.plan import Plan
from dslint.engine.shard import ShardResult
from dslint.engine.states import Units, merge_state, of_shard
from dslint.sources.shards import Shard, shards
from dslint.sources.spec import FileSpec
from dslint.sources.storage import is_remote, size_of
from dslint.version import __version__

T = TypeVar("T")
Held = tuple[Any]
"""A reference to something in Ray's store; in a tuple, Ray does not look it up for each task anew."""
Parts = tuple[bytes, bytes, ShardRows | None]
LISTED = 256
"""Shards that are handed over at once, where they carry no bytes."""


class Unloadable(ImportError):
    """What a task needs cannot be loaded where it should run."""


def do(held: Held, item: bytes) -> bytes:
    """Do a task for one item; see :func:`~dslint.engine.executors.worker.answer`."""
    task = contained(_loaded, held)
    return sealed(task) if isinstance(task, Exception) else answer(task, item)


def apply(held: Held, *arguments: Any) -> bytes:
    """Do a task with its context and some arguments."""
    task = contained(_loaded, held)
    return sealed(task if isinstance(task, Exception) else contained(*task, *arguments))


def spread(function: Callable[..., Sequence[Any]], returns: int, *arguments: Any) -> Any:
    """Call a function that returns several things, each of which is by itself in Ray's store from then on."""
    made = function(*arguments)
    return made[0] if returns == 1 else tuple(made)


def run(held: Held, shard: Shard, payload: bytes | None) -> Parts:
    """Run one shard; return its result, and apart from it what stays in Ray's store: states, and keys with places."""
    task = contained(_loaded, held)
    parts = task if isinstance(task, Exception) else contained(parts_of, task[1], replace(shard, payload=payload))
    return (sealed(parts), b"", None) if isinstance(parts, Exception) else parts


def merge(held: Held, *parts: bytes) -> bytes:
    """Merge states, in their order."""
    return merged(_loaded(held)[1][0], parts)


def merged(plan: Plan, parts: Iterable[bytes]) -> bytes:
    """Merge states, in their order."""
    units: Units = {}
    crashes: list[Crash] = []
    for part in parts:
        given, failed = _unpickled(part)
        crashes += failed
        for unit, states in given.items():
            for key, state in states.items():
                crash = merge_state(plan, units, unit, key, state)
                if crash is not None:
                    crashes.append(crash)
    return pickle.dumps((units, crashes))


def cut(file: FileSpec, size: int) -> Iterator[Any]:
    """Cut a file: yield lists of shards, each with whether the bytes of its one shard come next."""
    listed: list[Shard] = []
    for shard in shards(replace(file, carried=False) if is_remote(file.location) else file, size):
        if shard.payload is None:
            listed.append(shard)
        if listed and (shard.payload is not None or len(listed) == LISTED):
            yield listed, False
            listed = []
        if shard.payload is not None:
            yield [replace(shard, payload=None)], True
            yield shard.payload
    yield listed, False


def about(files: Sequence[tuple[str, int]]) -> tuple[str, str, str]:
    """Return the versions of dslint and Python on this machine, and the first of ``files`` that it cannot read."""
    versions = __version__, platform.python_version()
    for location, size in files:
        found = contained(size_of, location)
        if found != size:
            return *versions, location
    return *versions, ""


@lru_cache(maxsize=2)
def _loaded(held: Held) -> Any:
    """Return a function with its context; it stays for the next tasks of this worker."""
    import ray

    local_rules, packed = _unpickled(ray.get(held[0]))
    from dslint.plugins.local import load_source

    for file, source in local_rules:
        load_source(file, source)
    task = contained(_unpickled, packed)
    if isinstance(task, ImportError | AttributeError):
        raise Unloadable(str(task))
    if isinstance(task, Exception):
        raise task
    collect_rarely()
    return task


def parts_of(context: Pass, shard: Shard) -> Parts:
    """Run one shard; see :func:`run`."""
    result = run_unless_lost(context, shard)
    packed = contained(_divided, context, result)
    return _divided(context, sendable(result)) if isinstance(packed, Exception) else packed


def _divided(context: Pass, whole: ShardResult) -> Parts:
    states = pickle.dumps((of_shard(context[0], whole.source, whole.states), []))
    result, rows = stored(whole)
    return RESULT + pickle.dumps(replace(result, states={})), states, rows


def _unpickled(data: bytes) -> Any:
    return pickle.loads(data)  # noqa: S301 - made by the process that runs dslint or by another worker of it
