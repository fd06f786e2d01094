"""Merge what the shards gave, in any grouping, and finish what was merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from dslint.api import Dataset, DatasetFeature, DatasetRule, GroupRule, PairRule
from dslint.engine.clock import OFF, Clock
from dslint.engine.columns import scope_key
from dslint.engine.crash import Crash, attempt, judged
from dslint.engine.limits import SpoolError
from dslint.engine.plan import DATASET, Plan, PlannedFeature, PlannedRule
from dslint.engine.shard import ShardResult
from dslint.engine.spill import ExternalList
from dslint.engine.states import Units, merge_state, scope_of
from dslint.model.finding import Finding
from dslint.model.record import Source
from dslint.model.severity import Scope
from dslint.model.topics import TopicMap

if TYPE_CHECKING:
    from dslint.engine.keys import Kept


class Raw(NamedTuple):
    """A finding as a rule gave it, with what the engine knows of it.

    Attributes:
        rule: Full id of the rule.
        finding: The finding.
        scope: Scope key of the unit that it is about, for findings without a place.
    """

    rule: str
    finding: Finding
    scope: str = ""


@dataclass(slots=True)
class FileCount:
    """What was read of one file."""

    records: int = 0
    lines: int = 0


@dataclass(slots=True)
class Reduction:
    """Everything that the passes gave so far.

    Attributes:
        plan: What runs.
        findings: What rules found so far.
        values: Values of dataset features, by feature key and scope key.
        kept: Places and keys of all records, where a rule groups them.
        waivers: Rules that records waive, by path and record number.
        crashes: First crash of each rule or feature.
        files: What was read, by path.
        size: Bytes of all files, where that is known.
        unjudged: Rule, dataset and reason, where a rule could not judge.
        clock: Measures merging and finishing, and sums up what the shards measured.
    """

    plan: Plan
    findings: ExternalList[Raw] = field(default_factory=lambda: ExternalList(""))
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    kept: Kept | None = None
    waivers: dict[tuple[str, int], frozenset[str]] = field(default_factory=dict)
    crashes: dict[str, str] = field(default_factory=dict)
    files: dict[str, FileCount] = field(default_factory=dict)
    size: int = 0
    unjudged: list[tuple[str, str, str]] = field(default_factory=list)
    clock: Clock = OFF
    _states: Units = field(default_factory=dict)
    _waived: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)

    def take(self, results: Iterable[ShardResult], level: int) -> None:
        """Merge the results of pass ``level``, which come in the order of the shards."""
        read = 0
        for index, result in enumerate(results):
            with self.clock.stage("merge"):
                read += result.size
                if self.kept is not None and self.size:
                    self.kept.space.share = min(1.0, read / self.size)
                self._take(result, level, index)
        self.complete(self.plan.dataset_features_in(level), self._states)

    def finish(self, datasets: Iterable[Dataset]) -> Iterator[Raw]:
        """Yield the findings of the dataset rules."""
        known = {dataset.name: dataset for dataset in datasets}
        for planned in self.plan.rules.values():
            rule = planned.rule
            if not isinstance(rule, DatasetRule) or planned.id in self.crashes:
                continue
            for unit, state in sorted(self._states.get(planned.id, {}).items()):
                dataset = self._dataset(rule.scope, unit, known)
                with self.clock.stage("finish", planned.id):
                    found = judged(planned.id, self._finish_rule, planned, state, dataset)
                if isinstance(found, Crash):
                    self.crash(found)
                    break
                yield from (Raw(planned.id, finding, unit) for finding in found)

    def _finish_rule(self, planned: PlannedRule, state: Any, dataset: Dataset) -> list[Finding]:
        rule = cast(DatasetRule[Any], planned.rule)
        found = list(rule.finish(state, *[self._asked(ask, dataset) for ask in planned.finish_asks]))
        if reason := rule.unjudged(state):
            self.unjudged.append((planned.id, dataset.name, reason))
        return found

    def shown(self) -> dict[str, TopicMap]:
        """Return the maps that features show, by dataset."""
        found: dict[str, TopicMap] = {}
        for key, units in self.values.items():
            feature = cast(DatasetFeature[Any, Any], self.plan.features[key].feature)
            if feature.scope is Scope.DATASET and key not in self.crashes:
                found.update({unit: shown for unit, value in units.items() if (shown := feature.shown(value))})
        return found

    def crash(self, crash: Crash) -> None:
        """Take note that a rule or feature failed; of several crashes the first counts."""
        self.crashes.setdefault(crash.unit, crash.message)

    def _take(self, result: ShardResult, level: int, index: int) -> None:
        self.clock.take(result.spent)
        self.findings.extend(Raw(rule, finding) for rule, finding in result.findings)
        for crash in result.crashes:
            self.crash(crash)
        for unit, state in result.states.items():
            self._merge(unit, result.source, state)
        if level == 0:
            self._count(result)
        if self.kept is not None:
            try:
                self._keep(self.kept, result, level, index)
            except SpoolError as error:
                self.drop_groups(str(error))

    def _keep(self, kept: Kept, result: ShardResult, level: int, index: int) -> None:
        keyed = result.keys if result.stored is None else result.stored.shapes
        scopes = {name: self.plan.rules[name].rule.scope for name in keyed if name not in self.crashes}
        kept.take(result, scopes, level, index)

    def drop_groups(self, message: str) -> None:
        """Give up the rules that group records, since what they need cannot be kept."""
        for planned in self.plan.rules.values():
            if isinstance(planned.rule, GroupRule | PairRule):
                self.crash(Crash(planned.id, message))
        self.close()

    def close(self) -> None:
        """Leave no file behind."""
        if self.kept is not None:
            self.clock.wrote(self.kept.space.written)
            self.kept.space.close()
            self.kept = None

    def _count(self, result: ShardResult) -> None:
        count = self.files.setdefault(result.source.path, FileCount())
        count.records += result.records
        count.lines += result.lines
        path = result.source.path
        for record, rules in result.waivers.items():  # most waive the same, and share one set
            self.waivers[path, record] = self._waived.setdefault(rules, rules)

    def _merge(self, unit: str, source: Source, state: Any) -> None:
        if unit in self.crashes:
            return
        key = scope_key(scope_of(self.plan, unit), source)
        crash = merge_state(self.plan, self._states, unit, key, state)
        if crash is not None:
            self.crash(crash)

    def complete(self, features: Iterable[PlannedFeature], states: dict[str, dict[str, Any]]) -> None:
        """Make the values of dataset features of their states, by feature key and scope key."""
        for planned in features:
            if planned.key in self.crashes:
                continue
            feature = cast(DatasetFeature[Any, Any], planned.feature)
            finished: dict[str, Any] = {}
            for unit, state in sorted(states.pop(planned.key, {}).items()):
                with self.clock.stage("finish", planned.key):
                    value = attempt(planned.key, feature.finish, state)
                if isinstance(value, Crash):
                    self.crash(value)
                    break
                finished[unit] = value
            self.values[planned.key] = finished

    def _asked(self, ask: str, dataset: Dataset) -> Any:
        if ask == DATASET:
            return dataset
        feature = cast(DatasetFeature[Any, Any], self.plan.features[ask].feature)
        if feature.idle:
            return None
        units = self.values[ask]
        return units[scope_key(feature.scope, dataset.files[0])]

    def _dataset(self, scope: Scope, unit: str, known: Mapping[str, Dataset]) -> Dataset:
        if scope is Scope.DATASET:
            return known[unit]
        every = tuple(source for dataset in known.values() for source in dataset.files)
        if scope is Scope.RUN:
            return Dataset("all", "", every, sum(d.records for d in known.values()))
        source = next(source for source in every if source.path == unit)
        return Dataset(unit, source.split, (source,), self.files[unit].records)


def drop_failed(plan: Plan, crashes: Mapping[str, str]) -> tuple[Plan, dict[str, str]]:
    """Return the plan without the rules that crashed or whose features did, and why each was dropped."""
    features = {key: message for key, message in crashes.items() if key in plan.features}
    for key, planned in plan.features.items():  # a feature that needs a failed one fails with it
        if any(ask in features for ask in planned.asks):
            features.setdefault(key, next(features[ask] for ask in planned.asks if ask in features))
    dropped: dict[str, str] = {}
    for name, rule in plan.rules.items():
        asks = [*rule.reads, *rule.finish_asks, *([rule.compare_ask] if rule.compare_ask else [])]
        if name in crashes:
            dropped[name] = crashes[name]
        elif failed := next((ask for ask in asks if ask in features), None):
            dropped[name] = f"its feature {failed.rsplit(':', 1)[-1]} failed: {features[failed]}"
    kept = {name: rule for name, rule in plan.rules.items() if name not in dropped}
    return replace(plan, rules=kept), dropped
