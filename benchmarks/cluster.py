"""``python -m benchmarks cluster``: what a run on Ray takes, and what follows of that for larger data.

All tasks of a run are done one after another in this process, by the functions that Ray's workers call, and what they
would be sent and return is counted. So what is measured is dslint's own work and traffic; what Ray takes for a task and
for an object is measured apart from it, on a cluster on this machine.
"""

from __future__ import annotations

import argparse
import pickle
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar

import dslint
from benchmarks.generate.command import count, write
from benchmarks.generate.stream import Recipe, rows
from benchmarks.measure import save, table
from dslint.engine import lint
from dslint.engine.columns import Values, scope_key
from dslint.engine.executors.cluster import worker
from dslint.engine.executors.cluster.executor import FAN_IN, CutAnew, Tree
from dslint.engine.executors.cluster.kept import KEYS_OF_RANGE, SharedKept, division_of
from dslint.engine.executors.pool import unpacked
from dslint.engine.limits import Limits
from dslint.engine.plan import Plan
from dslint.engine.run import SHARD_SIZE
from dslint.engine.shard import ShardResult
from dslint.engine.states import results_of
from dslint.model.finding import Notification
from dslint.model.record import Source
from dslint.model.severity import Scope, Severity
from dslint.sources.shards import Shard
from dslint.sources.spec import FileSpec

SIZES: Final = (10_000_000, 100_000_000, 1_000_000_000)
_FEW: Final = 50
_TASKS: Final = 1_000
_RETURNS: Final = 200
_SPREAD: Final = 100
_PLACE: Final = 40
_LINK: Final = 8
_FINDING: Final = 800
"""Bytes of a finding in the JSON report, about."""

C = TypeVar("C")
T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True)
class Metered:
    """Does as an executor what Ray would do, and counts.

    Attributes:
        cpu: Seconds of workers, by what they do.
        tasks: How many there were.
        stored: Bytes that tasks left in Ray's store for others, by what made them.
        sent: Bytes that the start sent to workers.
        brought: Bytes that reached the start.
        counting: Seconds that counting them took.
    """

    notifications: list[Notification] = field(default_factory=list)
    cpu: Counter[str] = field(default_factory=Counter)
    tasks: Counter[str] = field(default_factory=Counter)
    stored: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    brought: Counter[str] = field(default_factory=Counter)
    counting: float = 0.0

    def cut(self, files: Sequence[FileSpec], size: int, pieces: Any = None) -> CutAnew:  # noqa: ARG002
        """Return the shards of files."""
        return CutAnew(self._cut, files, size)

    def _cut(self, files: Sequence[FileSpec], size: int) -> Iterator[Shard]:
        for file in files:
            cuts = worker.cut(file, size)
            while (piece := self._timed("cut", lambda: next(cuts, None))) is not None:  # noqa: B023
                listed, followed = piece
                if followed:
                    raise NotImplementedError("only files that are read by range are measured")
                self.brought["descriptions of shards"] += self._size(piece)
                yield from listed

    def run(self, plan: Plan, shards: Iterable[Shard], level: int, values: Values) -> Iterator[ShardResult]:
        """Yield the result of each shard, and behind them the merged states."""
        context = (plan, level, values, frozenset[Any]())
        self.sent["rules and settings, to each worker"] += self._size(context)
        tree = Tree(lambda parts: self._timed("merge", worker.merged, plan, parts))
        sources: dict[tuple[Scope, str], Source] = {}
        name = ("first", "second", "third")[level] + " pass"
        for shard in shards:
            self.sent["descriptions of shards"] += self._size(shard)
            packed, states, rows = self._timed(name, worker.parts_of, context, shard)
            self.brought[f"results, {name}"] += len(packed)
            self.stored["states"] += len(states)
            self.stored[f"keys, sketches, places, {name}"] += self._size(rows)
            result: ShardResult = unpacked(packed)
            if result.stored is not None:
                result.stored = replace(result.stored, reference=rows)
            for scope in Scope:
                sources.setdefault((scope, scope_key(scope, shard.file.source)), shard.file.source)
            tree.add(states)
            yield result
        merged = tree.merged()
        if merged is not None:
            self.brought["states, merged"] += len(merged)
            units, crashes = pickle.loads(merged)
            yield from results_of(plan, units, crashes, sources)

    def map(self, task: Callable[[C, T], R], context: C, items: Iterable[T]) -> Iterator[R]:
        """Yield ``task(context, item)`` for each item."""
        for item in items:
            self.sent["places of records to compare and judge"] += self._size(item)
            result = self._timed(f"{task.__name__} blocks", task, context, item)
            self.brought[f"results, {task.__name__}"] += self._size(result)
            yield result

    def kept(self, limits: Limits) -> SharedKept:
        """Return what keeps keys as on a cluster."""
        return SharedKept(limits, self)

    def begin(self, call: tuple[Callable[..., Any], Sequence[Any]], returns: int = 1) -> list[Any]:
        """Do a task whose results stay in Ray's store."""
        task, arguments = call
        made = list(self._timed(task.__name__, task, *arguments))
        assert len(made) == returns
        self.stored[task.__name__] += sum(map(self._size, made))
        return made

    def results(self, task: Callable[..., Any], context: Any, calls: Iterable[Sequence[Any]]) -> Iterator[Any]:
        """Yield ``task(context, *arguments)`` for each of some arguments."""
        for arguments in calls:
            result = self._timed(task.__name__, task, context, *arguments)
            self.brought[f"results, {task.__name__}"] += self._size(result)
            yield result

    def reaches(self, _location: str) -> bool:
        """Say yes: all is on this machine."""
        return True

    def close(self) -> None:
        """Nothing to leave behind."""

    def _timed(self, name: str, work: Callable[..., Any], *arguments: Any) -> Any:
        begun = time.process_time()
        try:
            return work(*arguments)
        finally:
            self.cpu[name] += time.process_time() - begun
            self.tasks[name] += 1

    def _size(self, value: Any) -> int:
        begun = time.process_time()
        size = len(pickle.dumps(value, protocol=5))
        self.counting += time.process_time() - begun
        return size


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run took.

    Attributes:
        records: How many it had.
        size: Bytes of the data.
        findings: How many.
        start: CPU seconds of the process that started it.
        meter: All else.
    """

    records: int
    size: int
    findings: int
    start: float
    meter: Metered


def measure(data: Path) -> Measured:
    """Check a file as on a cluster."""
    meter = Metered()
    before = lint.make_executor
    lint.make_executor = lambda *_: meter  # type: ignore[assignment]
    begun = time.process_time()
    try:
        report = dslint.check(str(data), config={"engine": "ray"})
    finally:
        lint.make_executor = before
    taken = time.process_time() - begun
    failed = [note.message for note in report.notifications if note.severity is Severity.ERROR]
    if failed:
        raise RuntimeError(f"something could not do its job: {failed}")
    records = sum(file.records for file in report.files)
    start = taken - meter.cpu.total() - meter.counting
    return Measured(records, data.stat().st_size, len(report.findings), start, meter)


def of_ray() -> dict[str, float]:
    """Return CPU seconds that a task and an object take the process that starts them, on a cluster here."""
    import ray

    ray.init(num_cpus=1, log_to_driver=False, include_dashboard=False, logging_level="CRITICAL")
    try:
        nothing = ray.remote(_nothing)
        ray.get(nothing.remote(1))
        begun = time.process_time()
        ray.get([nothing.remote(1) for _ in range(_TASKS)])
        task = (time.process_time() - begun) / _TASKS
        memory, begun = _resident(), time.process_time()
        made = [nothing.options(num_returns=_RETURNS).remote(_RETURNS) for _ in range(_SPREAD)]
        ray.wait([each[0] for each in made], num_returns=_SPREAD)
        each = ((time.process_time() - begun) / _SPREAD - task) / _RETURNS
        return {"task": task, "object": each, "memory": (_resident() - memory) / _SPREAD / _RETURNS}
    finally:
        ray.shutdown()


def _nothing(returns: int) -> Any:
    return None if returns == 1 else (None,) * returns


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def projected(found: Measured, smaller: Measured, ray: Mapping[str, float], records: int) -> dict[str, str]:
    """Return what a run over more records takes, by multiplication, in words.

    Args:
        found: What is multiplied.
        smaller: A run over fewer records; by the difference the start's work grows, for it has a fixed part.
        ray: What Ray takes for a task and an object.
        records: How many records are asked for.
    """
    scale, meter = records / found.records, found.meter
    passes = [name for name in meter.cpu if name.endswith(" pass")]
    blocks = [name for name in meter.cpu if name.endswith(" blocks")]
    grouping = [name for name in meter.cpu if name not in (*passes, *blocks, "cut", "merge")]
    shards = records / SHARD_SIZE
    tasks = len(passes) * shards * (1 + 1 / (FAN_IN - 1)) + scale * sum(meter.tasks[name] for name in blocks)
    # Where a range or a division holds all, as in what is measured here, there is a task for each unit.
    narrow = meter.tasks["groups"] + meter.tasks["pairs"]
    pieces = -(-records // division_of(records)) * sum(
        units * -(-records * width // KEYS_OF_RANGE) for units, width in ((narrow, 1), (meter.tasks["reduce"], 16))
    )
    placed = meter.brought["results, places"] / _PLACE
    objects = 3 * len(passes) * shards + pieces

    def hours(names: Iterable[str]) -> str:
        return _time(scale * sum(meter.cpu[name] for name in names))

    growth = (found.start - smaller.start) / (found.records - smaller.records)
    told = meter.sent["rules and settings, to each worker"]
    between = sum(meter.stored.values()) - meter.stored["states"]
    memory = _LINK * records + scale * placed * 2 * _LINK + objects * ray.get("memory", 0)
    return {
        "data": _bytes(scale * found.size),
        "tasks": f"{tasks:,.0f}",
        "objects in Ray's store": f"{objects:,.0f}",
        "CPU of workers: cut, passes, merge": hours(["cut", "merge", *passes]),
        "CPU of workers: bring keys together": hours(grouping),
        "CPU of workers: compare, judge": hours(blocks),
        "all of it with 64 processors, if nothing else bounds it": _time(scale * meter.cpu.total() / 64),
        "read from storage: twice cut, twice run": _bytes(4 * scale * found.size),
        "Ray's store, and at most between machines: keys, sketches, places": _bytes(scale * between),
        "states between workers": _bytes(scale * meter.stored["states"]),
        "into the start": _bytes(scale * (sum(meter.brought.values()) - meter.brought["states, merged"])),
        "out of the start": _bytes(scale * (sum(meter.sent.values()) - told)),
        "CPU of the start: dslint": _time(growth * records),
        "CPU of the start: Ray": _time(tasks * ray.get("task", 0) + objects * ray.get("object", 0)),
        "memory of the start": _bytes(memory),
        "places at the start, in `spill-dir` beyond `group-memory`": _bytes(scale * placed * _PLACE),
        "findings, and the JSON report of them": _bytes(scale * found.findings * _FINDING),
    }


def per_record(found: Measured) -> Iterator[tuple[str, str, str]]:
    """Yield what each thing took, in microseconds or bytes a record, and how often it was done."""
    meter, count = found.meter, found.records
    for name, seconds in meter.cpu.most_common():
        yield f"CPU: {name}", f"{seconds / count * 1e6:.2f} µs", f"{meter.tasks[name]:,}"
    yield "CPU: the start", f"{found.start / count * 1e6:.2f} µs", ""
    for where, counted in (("store", meter.stored), ("to workers", meter.sent), ("to the start", meter.brought)):
        for name, size in counted.most_common():
            yield f"{where}: {name}", f"{size / count:.2f} bytes", ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sizes", default="20k,100k", help="two numbers of records; the larger is extrapolated")
    parser.add_argument("--shape", default=Recipe.shape)
    parser.add_argument("--no-ray", action="store_true", help="leave out what Ray takes for a task and an object")
    parser.add_argument("-o", "--output", type=Path, help="write the results as JSON")


def run(options: argparse.Namespace) -> None:
    runs: dict[int, Measured] = {}
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "train.jsonl")
        for size in (_FEW, *(count(size) for size in options.sizes.split(","))):  # the first loads the modules
            write(data, rows(Recipe(options.shape, size)))
            runs[size] = measure(data)
    runs.pop(_FEW)
    for size, found in runs.items():
        print(f"\n{size:,} records of {found.size / size:.0f} bytes, {found.findings:,} findings\n")
        print(table(("what", "for each record", "tasks"), per_record(found)))
    ray = {} if options.no_ray else of_ray()
    print("\nRay: " + ", ".join(f"{name} {value:.2e}" for name, value in ray.items()) + "\n")
    smaller, largest = (runs[size] for size in (min(runs), max(runs)))
    columns = [projected(largest, smaller, ray, size) for size in SIZES]
    lines = [(name, *(column[name] for column in columns)) for name in columns[0]]
    print(table(("", *(f"{size:,}" for size in SIZES)), lines))
    told = {str(size): _told(found) for size, found in runs.items()}
    projections = dict(zip(map(str, SIZES), columns, strict=True))
    save(options.output, "cluster", {"shape": options.shape, "runs": told, "ray": ray, "projected": projections})


def _told(found: Measured) -> dict[str, Any]:
    meter = found.meter
    counted = {name: dict(getattr(meter, name)) for name in ("cpu", "tasks", "stored", "sent", "brought")}
    return {"bytes": found.size, "findings": found.findings, "start_cpu": found.start, **counted}


def _bytes(size: float) -> str:
    for unit, factor in (("TB", 1e12), ("GB", 1e9)):
        if size >= factor:
            return f"{size / factor:,.1f} {unit}"
    return f"{size / 1e6:,.0f} MB"


def _time(seconds: float) -> str:
    for unit, factor in (("h", 3600), ("min", 60)):
        if seconds >= factor:
            return f"{seconds / factor:,.1f} {unit}"
    return f"{seconds:,.1f} s"
