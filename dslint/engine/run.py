"""A run from paths to report: discover, plan, pass by pass over the shards, finish, resolve."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from dslint.api import Condition, PairRule, Rule
from dslint.engine.before import count_before
from dslint.engine.clock import OFF, Clock
from dslint.engine.crash import Crash, attempt
from dslint.engine.executors.serial import Executor, SerialExecutor
from dslint.engine.limits import Limits
from dslint.engine.plan import Plan, condition_of, make_plan
from dslint.engine.progress import Progress, Silent
from dslint.engine.reduce import Raw, Reduction, drop_failed
from dslint.engine.resolve import Memory, Resolver
from dslint.engine.screen import Screen
from dslint.engine.shard import ShardResult, judge_damages, screen_of
from dslint.engine.spill import ExternalList
from dslint.features.patterns import PatternError
from dslint.features.splits import HELD_OUT
from dslint.model.finding import Finding, Notice, Notification
from dslint.model.record import Dataset, Source
from dslint.model.report import FileInfo, RuleInfo
from dslint.model.severity import Severity
from dslint.model.topics import TopicMap
from dslint.sources.files import Discovery, FileSpec
from dslint.sources.shards import Cuts, Shard
from dslint.sources.unpacked import unpacked

if TYPE_CHECKING:
    from dslint.engine.keys import Kept

SHARD_SIZE = 4096


@dataclass(frozen=True, slots=True)
class Job:
    """What to run.

    Attributes:
        rules: Rules with their options, by full id.
        infos: What is known of them, by id.
        overrides: Ids of rules whose level the configuration sets.
        settings: Top-level settings, for features that share them.
        provided: What features are given besides, such as a folder; it does not change what is found.
        ignored: Whether the configuration silences a rule: location of the file, id, family.
        shard_size: Mean number of records in a shard.
        screened: Whether to use ``candidates``.
        limits: What is kept of every record may take this, and where the rest goes; it changes nothing else.
    """

    rules: Mapping[str, Rule]
    infos: Mapping[str, RuleInfo]
    overrides: frozenset[str] = frozenset()
    settings: Mapping[str, Any] = field(default_factory=dict)
    provided: Mapping[str, Any] = field(default_factory=dict)
    ignored: Callable[[str, str, str], bool] | None = None
    shard_size: int = SHARD_SIZE
    screened: bool = True
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave; a report adds what is known of the rules."""

    findings: Sequence[Finding]
    suppressed: Sequence[Finding]
    notifications: Sequence[Notification]
    files: Sequence[FileInfo]
    datasets: Sequence[Dataset]
    topics: Mapping[str, TopicMap] = field(default_factory=dict)


def execute(
    discovery: Discovery,
    job: Job,
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
    clock: Clock = OFF,
    memory: Memory | None = None,
) -> Outcome:
    """Run the rules of ``job`` over the files of ``discovery``.

    Raises:
        PlanError: If features ask for one another in a circle.
        WorkerLost: If no worker process can be started.
        SpoolError: If findings do not fit into memory and cannot be written.
    """
    with clock.stage("plan"):
        rules, crashes = _without_bad_patterns(_possible(job.rules, discovery.files))
        plan = replace(make_plan(rules, {**job.settings, **job.provided}, screened=job.screened), timed=clock.on)
    executor = executor or SerialExecutor()
    kept = executor.kept(job.limits) if plan.keeps_records else None
    size = sum(file.size for file in discovery.files)
    raw: ExternalList[Raw] = ExternalList(job.limits.folder)
    reduction = Reduction(plan, raw, crashes=dict(crashes), kept=kept, size=size, clock=clock)
    progress = progress or Silent()
    progress.start(plan.passes + len(plan.before), size)
    cut = executor.cut(discovery.files, job.shard_size)
    try:
        try:
            told = count_before(reduction, Cuts(discovery.files, job.shard_size), progress)
            plan, lost = drop_failed(plan, reduction.crashes)
            reduction.plan = plan
            left, dropped = _passes(plan, reduction, cut, executor, progress)
        finally:
            progress.stop()
        datasets = _datasets(discovery, reduction)
        raw, notes = _finish(left, reduction, discovery, datasets, executor)
    finally:
        executor.close()
        reduction.close()
    dropped.update({**crashes, **lost})
    _, late = drop_failed(left, reduction.crashes)
    dropped.update(late)
    resolver = _resolver(job, discovery, datasets, reduction, memory)
    with clock.stage("resolve"):
        findings, suppressed = resolver.resolve(each for each in raw if each.rule not in dropped)
        raw.close()
    notes += [Notification(Notice.MODEL, Severity.NOTE, words) for words in told]
    notes += [_crashed(rule, message) for rule, message in sorted(dropped.items())]
    notes += sorted(executor.notifications, key=lambda note: (note.path, note.message))
    return Outcome(
        findings,
        suppressed,
        [*discovery.notifications, *notes],
        _file_infos(discovery, reduction),
        datasets,
        reduction.shown(),
    )


def _resolver(
    job: Job, discovery: Discovery, datasets: Sequence[Dataset], reduction: Reduction, memory: Memory | None
) -> Resolver:
    return Resolver(
        job.infos,
        job.overrides,
        {file.source.path: file for file in discovery.files},
        {source.path: source.dataset for source in _sources(discovery)},
        _first_files(discovery, datasets),
        job.ignored,
        reduction.waivers,
        job.limits.folder,
        memory,
    )


def _passes(
    plan: Plan, reduction: Reduction, cut: Iterable[Shard], executor: Executor, progress: Progress
) -> tuple[Plan, dict[str, str]]:
    dropped: dict[str, str] = {}
    for level in range(plan.passes):
        results = executor.run(plan, reduction.clock.each("cut", cut), level, reduction.values)
        reduction.take(_reported(results, progress), level)
        plan, lost = drop_failed(plan, reduction.crashes)
        dropped.update(lost)
        reduction.plan = plan
    return plan, dropped


def _finish(
    plan: Plan,
    reduction: Reduction,
    discovery: Discovery,
    datasets: Sequence[Dataset],
    executor: Executor,
) -> tuple[ExternalList[Raw], list[Notification]]:
    raw = reduction.findings
    for source, damage in discovery.damages:
        result = ShardResult(source)
        judge_damages(plan, [damage], result)
        raw.extend(Raw(rule, finding) for rule, finding in result.findings)
        for crash in result.crashes:
            reduction.crash(crash)
    raw.extend(reduction.finish(datasets))
    notes = [
        Notification(Notice.RULE_SKIPPED, Severity.NOTE, f"dataset {dataset} was not judged: {reason}", rule=rule)
        for rule, dataset, reason in reduction.unjudged
    ]
    if reduction.kept is not None and len(reduction.kept.table):
        disk = reduction.kept.space.disk
        with ExitStack() as copies:
            files = {file.source.path: file for file in discovery.files}
            try:
                readable = copies.enter_context(unpacked(files, disk.limits.folder, executor, disk))
            except OSError as error:
                words = f"files cannot be unpacked in {disk.limits.place} (spill-dir)"
                reduction.drop_groups(f"{words}: {error.strerror or error}")
            else:
                notes += _group(plan, reduction, reduction.kept, readable, executor)
    return raw, notes


def _group(
    plan: Plan, reduction: Reduction, kept: Kept, files: Mapping[str, FileSpec], executor: Executor
) -> list[Notification]:
    """Run the rules that group records; add what they find, and return what is to be said of them."""
    from dslint.engine.groups import Grouping

    grouping = Grouping(plan, reduction, kept, files, executor)
    reduction.findings.extend(grouping.findings())
    return [
        Notification(
            Notice.RULE_CAPPED,
            Severity.NOTE,
            f"{count:,} times a record shared a key with more than {cap} others and was compared with two of them only",
            rule=rule,
        )
        for rule, (count, cap) in sorted(grouping.capped.items())
    ]


def _possible(rules: Mapping[str, Rule], files: Sequence[FileSpec]) -> Mapping[str, Rule]:
    """Leave out the rules that compare both sides of a split, where there is only one."""
    if len({file.source.split in HELD_OUT for file in files}) > 1:
        return rules
    return {name: rule for name, rule in rules.items() if not (isinstance(rule, PairRule) and rule.across_splits)}


def _without_bad_patterns(rules: Mapping[str, Rule]) -> tuple[dict[str, Rule], dict[str, str]]:
    """Leave out the rules whose patterns RE2 refuses: a set that holds one cannot be compiled at all."""
    bad: dict[str, str] = {}
    conditions: dict[str, Condition] = {}
    for name, rule in rules.items():
        condition = attempt(name, condition_of, rule)
        if isinstance(condition, Crash):
            bad[name] = condition.message
        elif condition is not None:
            conditions[name] = condition
    try:
        screen_of(tuple(sorted(conditions.items(), key=itemgetter(0))))
    except PatternError:
        for name, condition in conditions.items():
            try:
                Screen({name: condition})
            except PatternError as error:
                bad[name] = f"pattern {error}"
    return {name: rule for name, rule in rules.items() if name not in bad}, bad


def _reported(results: Iterator[ShardResult], progress: Progress) -> Iterator[ShardResult]:
    for result in results:
        progress.advance(result.source.path, result.records, result.size)
        yield result


def _crashed(rule: str, message: str) -> Notification:
    return Notification(
        Notice.RULE_CRASHED, Severity.ERROR, f"the rule failed and its findings are left out: {message}", rule=rule
    )


def _sources(discovery: Discovery) -> list[Source]:
    found = {file.source.path: file.source for file in discovery.files}
    for source, _ in discovery.damages:
        found.setdefault(source.path, source)
    return [found[path] for path in sorted(found)]


def _datasets(discovery: Discovery, reduction: Reduction) -> list[Dataset]:
    groups: dict[str, list[Source]] = {}
    for file in discovery.files:
        groups.setdefault(file.source.dataset, []).append(file.source)
    return [
        Dataset(
            name,
            sources[0].split if len({source.split for source in sources}) == 1 else "",
            tuple(sources),
            sum(reduction.files[source.path].records for source in sources if source.path in reduction.files),
        )
        for name, sources in sorted(groups.items())
    ]


def _first_files(discovery: Discovery, datasets: Sequence[Dataset]) -> dict[str, str]:
    first = {source.path: source.path for source in _sources(discovery)}
    for dataset in datasets:  # what is said of a dataset is mostly said of what it trains on
        trained = [source for source in dataset.files if source.split not in ("test", "validation")]
        first[dataset.name] = (trained or dataset.files)[0].path
    if discovery.files:
        first[""] = discovery.files[0].source.path
    return first


def _file_infos(discovery: Discovery, reduction: Reduction) -> list[FileInfo]:
    infos = []
    for file in discovery.files:
        source = file.source
        count = reduction.files.get(source.path)
        infos.append(
            FileInfo(
                source.path,
                source.dataset,
                source.split,
                source.container,
                source.format,
                file.compression,
                count.records if count else 0,
                file.size,
                count.lines if count and count.lines else None,
            )
        )
    return infos
