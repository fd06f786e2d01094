"""From settings and plugins to a report: what the command line and :func:`dslint.check` call."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from dslint.api import DamageRule, RecordRule, Rule, Scope
from dslint.config.resolve import resolve
from dslint.config.select import ChosenRule, select_rules
from dslint.config.settings import Settings
from dslint.engine.clock import OFF, Clock
from dslint.engine.describe import describe
from dslint.engine.executors.serial import Executor, SerialExecutor
from dslint.engine.files import found
from dslint.engine.limits import MEGABYTE, Limits
from dslint.engine.plan import DATASET, Plan, PlannedFeature, make_plan
from dslint.engine.progress import Progress
from dslint.engine.references import read_references
from dslint.engine.run import Job, execute
from dslint.features.embedding.temporary import TemporaryFolder
from dslint.model.report import Report, RuleInfo
from dslint.plugins.host import Plugins
from dslint.sources.files import Discovery
from dslint.sources.storage import absolute
from dslint.sources.walk import Patterns
from dslint.version import __version__

if TYPE_CHECKING:
    from dslint.engine.cache.runs import RunCache

KEPT_FROM = 1 << 20
"""Bytes from which on an outcome is kept: less is linted about as fast as the key of its outcome is made."""
PARALLEL_FROM = 16 << 20
"""Bytes from which on processes pay.

By the CPU time of the parent and of the busier worker, which starts in 0.5 seconds, two processes need 1.08 times as
long as one for 3.5 MB of short records, 0.92 times for 7 MB and 0.78 times for 14 MB (chat records: 0.87 for 7 MB and
0.77 for 15). But of records of 4 kilobytes and more all that is below this may be one shard, so one worker would do it.
"""


def lint(
    data: Sequence[str] | Discovery,
    settings: Settings,
    plugins: Plugins,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    file_rules_only: bool = False,
    clock: Clock = OFF,
    cache: RunCache | None = None,
    vectors_dir: str = "",
) -> Report:
    """Lint paths, or files that were already discovered.

    Args:
        data: Paths as given by the user, or a discovery.
        settings: The configuration.
        plugins: The rules that can be selected.
        jobs: Number of processes; ``None`` or 0 for one where the data is small, else one for each processor.
        progress: Is told how far the run has come.
        file_rules_only: Leave out rules that judge several files together, since not all files may be there.
        clock: Measures the stages, for the report.
        cache: Outcomes of earlier runs.
        vectors_dir: Folder of the vectors that earlier runs made of texts; empty keeps none.

    Raises:
        SourceError: If a path does not exist.
        ConfigError: If the configuration names what is not there.
        WorkerLost: If no worker process can be started.
        SpoolError: If findings do not fit into memory and cannot be written.
    """
    settings = resolve(settings, plugins)
    chosen, notifications = select_rules(settings, plugins)
    infos = {c.id: rule_info(c, settings) for c in chosen}
    rules: dict[str, Rule] = {c.id: c.rule for c in chosen if not c.unmet}
    if file_rules_only:
        rules = file_local(rules, settings.shared)
        infos = {name: infos[name] for name in rules}
        notifications = tuple(note for note in notifications if note.rule in rules or not note.rule)
    compared = read_references(rules, settings.root)
    keeps = None if vectors_dir or not settings.spill_dir else TemporaryFolder(settings.spill_dir)
    job = Job(
        rules,
        infos,
        frozenset(c.id for c in chosen if c.severity is not None),
        {**settings.shared, **compared.values},
        {"vectors-dir": keeps.path if keeps else vectors_dir},
        ignored=ignores(settings),
        limits=Limits(settings.group_memory * MEGABYTE, settings.spill_dir, settings.group_disk * MEGABYTE),
    )
    with nullcontext(data) if isinstance(data, Discovery) else found(data, settings, plugins) as found_files:
        discovery = compared.left_out_of(found_files)
        silenced = (str(settings.root), settings.per_file_ignores)
        slot = cache.slot(job, discovery, compared, silenced) if cache is not None else None
        outcome = slot.load() if slot is not None else None
        if outcome is None:
            executor = make_executor(discovery, settings, plugins, settings.jobs if jobs is None else jobs)
            spots = None
            if slot is not None:
                executor, spots = slot.parts(executor, frozenset(n for n, info in infos.items() if info.sensitive))
            outcome = execute(discovery, job, executor=executor, progress=progress, clock=clock, memory=spots)
            if slot is not None and spots is not None:
                slot.save(outcome, spots)
    return Report(
        outcome.findings,
        outcome.suppressed,
        [*plugins.notifications, *notifications, *outcome.notifications],
        infos,
        outcome.files,
        outcome.datasets,
        __version__,
        settings.threshold,
        clock.timings() if clock.on else None,
        outcome.topics,
    )


def rule_info(chosen: ChosenRule, settings: Settings) -> RuleInfo:
    """Return what a report says of a selected rule."""
    return describe(
        chosen.entry, rule=chosen.rule, severity=chosen.severity, target=settings.target, unmet=chosen.unmet
    )


def file_local(rules: Mapping[str, Rule], settings: Mapping[str, Any]) -> dict[str, Rule]:
    """Return the rules that judge one record or one file by itself."""
    plan = make_plan(rules, settings)
    return {
        name: rule
        for name, rule in rules.items()
        if (isinstance(rule, RecordRule | DamageRule) or rule.scope is Scope.FILE)
        and all(
            feature.feature.scope is Scope.FILE
            for feature in _dataset_features(plan, (*plan.rules[name].reads, *plan.rules[name].finish_asks))
        )
    }


def _dataset_features(plan: Plan, asks: Iterable[str]) -> Iterable[Any]:
    for ask in asks:
        if ask == DATASET:
            continue
        feature: PlannedFeature = plan.features[ask]
        if feature.is_dataset:
            yield feature
        yield from _dataset_features(plan, feature.asks)


def make_executor(discovery: Discovery, settings: Settings, plugins: Plugins, jobs: int) -> Executor:
    """Return the executor that the settings ask for.

    Args:
        discovery: The files; what is given as objects is linted in this process.
        settings: The configuration.
        plugins: Whose local rule files workers load.
        jobs: Number of processes, or of tasks of Ray at a time; 0 decides by the size of the data or of the cluster.

    Raises:
        ConfigError: If there is no Ray to run on.
    """
    if settings.engine == "ray" and any(file.content is None for file in discovery.files):
        from dslint.engine.executors.cluster.executor import RayExecutor

        return RayExecutor(settings.ray_address, jobs, plugins.local_files, discovery.files)
    if jobs == 0:
        size = sum(file.size for file in discovery.files)
        jobs = processors() if size >= PARALLEL_FROM else 1
    if jobs == 1:
        return SerialExecutor()
    from dslint.engine.executors.process import ProcessExecutor

    return ProcessExecutor(jobs, plugins.local_files)


def processors() -> int:
    """Return how many processors this process may use, which in a container are often fewer than there are."""
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def ignores(settings: Settings) -> Callable[[str, str, str], bool]:
    """Return whether ``per-file-ignores`` silences a rule (location, id, family)."""
    patterns = [
        (Patterns([pattern], settings.root), frozenset(names)) for pattern, names in settings.per_file_ignores.items()
    ]

    # Most runs silence nothing, and to find out where a file is takes longer than all else about a finding.
    where = lru_cache(maxsize=64)(partial(absolute, os.curdir))

    def ignored(location: str, rule: str, family: str) -> bool:
        return any(names & {rule, family, "ALL"} and pattern.match(where(location)) for pattern, names in patterns)

    return ignored
