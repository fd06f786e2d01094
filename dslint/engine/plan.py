"""What a run will do: which rules and features, in which passes.

A pass follows from what is asked for. A record feature that needs a dataset feature, and every rule that uses it, moves
behind the pass in which that dataset feature is complete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, cast

from dslint.api import (
    Condition,
    DamageRule,
    Dataset,
    DatasetFeature,
    DatasetRule,
    Feature,
    GroupRule,
    PairRule,
    RecordRule,
    Rule,
)
from dslint.api.requests import fold_of
from dslint.api.signature import FeatureType, Wanted, wanted

AnyFeature = Feature[Any] | DatasetFeature[Any, Any]
DATASET = "dataset"
"""Stands for the dataset itself among what a ``finish`` asks for."""
BEFORE = -1
"""The level of features that are counted before the passes, in one process."""


class PlanError(ValueError):
    """Rules or features ask for what cannot be had."""


@dataclass(frozen=True, slots=True)
class PlannedRule:
    """A rule with what it asks for, by feature key.

    Attributes:
        id: Its full id.
        rule: The rule with its options.
        level: The pass in which it sees records.
        asks: Features of ``check``, ``add``, ``key`` or ``keys``.
        candidate_asks: Features of ``candidate_rows``.
        rest_asks: Features of ``add_rest``.
        finish_asks: Features of ``finish``.
        compare_ask: The feature that ``compare`` compares.
    """

    id: str
    rule: Rule
    level: int = 0
    asks: tuple[str, ...] = ()
    finish_asks: tuple[str, ...] = ()
    compare_ask: str = ""
    candidate_asks: tuple[str, ...] = ()
    rest_asks: tuple[str, ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        """Features that it needs to see records."""
        return (*self.asks, *self.candidate_asks, *self.rest_asks)


@dataclass(frozen=True, slots=True)
class PlannedFeature:
    """A feature with what it asks for.

    Attributes:
        key: Module and qualified name of its class.
        feature: The feature with its settings.
        level: The pass in which it is computed; a dataset feature's value is there from the next pass on. ``BEFORE``
            for what is counted before the passes.
        asks: Features that ``compute`` or ``add`` asks for.
    """

    key: str
    feature: AnyFeature
    level: int
    asks: tuple[str, ...]

    @property
    def is_dataset(self) -> bool:
        """Whether it has one value for a dataset."""
        return isinstance(self.feature, DatasetFeature)


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a worker needs besides a shard; picklable.

    Attributes:
        rules: Every rule that runs, by id.
        features: Every feature that a rule asks for, directly or not, by key.
        screened: Whether ``candidates`` are used; without, every rule sees every record.
        timed: Whether shards measure what their stages take; no part of what they find.
    """

    rules: Mapping[str, PlannedRule]
    features: Mapping[str, PlannedFeature]
    screened: bool = True
    timed: bool = False

    @property
    def passes(self) -> int:
        """How many times the data is read."""
        levels = [r.level for r in self.rules.values()] + [f.level for f in self.features.values() if f.is_dataset]
        return max(levels, default=0) + 1

    def rules_in(self, level: int, kind: type[Rule]) -> Sequence[PlannedRule]:
        """Return the rules of a kind that see records in pass ``level``."""
        return [r for r in self.rules.values() if r.level == level and isinstance(r.rule, kind)]

    def dataset_features_in(self, level: int) -> Sequence[PlannedFeature]:
        """Return the dataset features that are collected in pass ``level``; those that are idle are in none."""
        found = (f for f in self.features.values() if f.level == level)
        return [f for f in found if isinstance(f.feature, DatasetFeature) and not f.feature.idle]

    @property
    def before(self) -> Sequence[Sequence[PlannedFeature]]:
        """What is counted before the passes, by reading of the data: what a feature asks for is complete by then."""
        rounds: list[list[PlannedFeature]] = []
        waiting = {planned.key: planned for planned in self.dataset_features_in(BEFORE)}
        while waiting:
            rounds.append([each for each in waiting.values() if waiting.keys().isdisjoint(self.asked_before(each))])
            for each in rounds[-1]:
                del waiting[each.key]
        return rounds

    def asked_before(self, planned: PlannedFeature) -> Iterator[str]:
        """Yield the keys of what is counted before the passes that a feature asks for, directly or not."""
        for asked in (self.features[ask] for ask in planned.asks if ask != DATASET):
            if asked.level == BEFORE:
                yield asked.key
            yield from self.asked_before(asked)

    @property
    def keeps_records(self) -> bool:
        """Whether a rule groups records, so that their places must be kept."""
        return any(isinstance(r.rule, GroupRule | PairRule) for r in self.rules.values())


def make_plan(
    rules: Mapping[str, Rule],
    settings: Mapping[str, Any] | None = None,
    *,
    screened: bool = True,
    features: Iterable[FeatureType] = (),
) -> Plan:
    """Plan a run.

    Args:
        rules: Rules by full id.
        settings: Top-level settings, for features that share them.
        screened: Whether to use ``candidates``.
        features: Features that are wanted though no rule asks for them.

    Raises:
        PlanError: If features ask for one another in a circle.
        SignatureError: If a parameter asks for no feature.
    """
    builder = _Builder(settings or {})
    planned = {name: builder.rule(name, rule) for name, rule in sorted(rules.items())}
    for kind in features:
        builder.add(kind)
    return Plan(planned, dict(sorted(builder.features.items())), screened)


@dataclass(slots=True)
class _Builder:
    settings: Mapping[str, Any]
    features: dict[str, PlannedFeature] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)

    def rule(self, name: str, rule: Rule) -> PlannedRule:
        asks, finish, compare = self._asks(rule)
        kind: Any = type(rule)
        narrowed = self._keys(kind.candidate_rows, 2) if has_candidate_rows(rule) else ()
        rest = self._keys(kind.add_rest, 3) if condition_of(rule) is not None and has_add_rest(rule) else ()
        level = max((self._available(key) for key in (*asks, *narrowed, *rest)), default=0)
        return PlannedRule(name, rule, level, asks, finish, compare, narrowed, rest)

    def _asks(self, rule: Rule) -> tuple[tuple[str, ...], tuple[str, ...], str]:
        kind: Any = type(rule)
        if isinstance(rule, DamageRule):
            return (), (), ""
        if isinstance(rule, RecordRule):
            return self._keys(kind.check, 2), (), ""
        if isinstance(rule, DatasetRule):
            return self._keys(fold_of(kind), 3), self._keys(kind.finish, 2), ""
        if isinstance(rule, GroupRule):
            return self._keys(kind.key_rows if has_key_rows(rule) else kind.key, 2), (), ""
        if isinstance(rule, PairRule):
            method: Callable[..., Any] = kind.key_rows if has_key_rows(rule) else kind.keys
            return self._keys(method, 2), (), self._keys(kind.compare, 1)[0]
        raise PlanError(f"{rule.id()} is of no rule kind")

    def _keys(self, function: Callable[..., Any], given: int) -> tuple[str, ...]:
        return tuple(self.add(kind) for kind in wanted(function, given))

    def add(self, kind: Wanted) -> str:
        if kind is Dataset:
            return DATASET
        feature_type = cast(FeatureType, kind)
        key = f"{feature_type.__module__}:{feature_type.__qualname__}"
        if key in self.open:
            raise PlanError(f"features ask for one another in a circle: {' > '.join([*self.open, key])}")
        if key not in self.features:
            self.open.append(key)
            dataset = issubclass(feature_type, DatasetFeature)
            method = fold_of(cast(Any, feature_type)) if dataset else cast(Any, feature_type).compute
            asks = self._keys(method, 3 if dataset else 2)
            level = max((self._available(ask) for ask in asks), default=0)
            if is_alone(feature_type):
                if level:
                    raise PlanError(f"{key} is counted before the passes, and asks for a dataset feature of a pass")
                level = BEFORE
            self.features[key] = PlannedFeature(key, self._configured(feature_type), level, asks)
            self.open.pop()
        return key

    def _configured(self, feature_type: FeatureType) -> AnyFeature:
        shared = {
            f.name: self.settings[f.name.replace("_", "-")]
            for f in fields(feature_type)
            if (f.metadata.get("shared") or f.metadata.get("provided"))
            and self.settings.get(f.name.replace("_", "-")) is not None
        }
        return feature_type(**shared)

    def _available(self, key: str) -> int:
        if key == DATASET:
            return 0
        feature = self.features[key]
        return feature.level + 1 if feature.is_dataset else feature.level


def is_alone(feature_type: FeatureType) -> bool:
    """Whether one process counts all records in."""
    return issubclass(feature_type, DatasetFeature) and feature_type.alone


def has_add_batch(folder: DatasetRule[Any] | DatasetFeature[Any, Any]) -> bool:
    """Whether the rule or feature brings the batch form of ``add``."""
    kind: Any = type(folder)
    return fold_of(kind) is kind.add_batch


def condition_of(rule: Rule) -> Condition | None:
    """Return the condition without which the rule need not see a record; batches are seen as a whole."""
    if not isinstance(rule, RecordRule | DatasetRule) or (isinstance(rule, DatasetRule) and has_add_batch(rule)):
        return None
    return rule.necessary()


def has_candidate_rows(rule: Rule) -> bool:
    """Whether the rule says of many records at once which of them it has to see."""
    return isinstance(rule, RecordRule) and type(rule).candidate_rows is not RecordRule.candidate_rows


def has_add_rest(rule: Rule) -> bool:
    """Whether the rule counts the records, too, for which its condition does not hold."""
    return isinstance(rule, DatasetRule) and type(rule).add_rest is not DatasetRule.add_rest


def has_key_rows(rule: GroupRule | PairRule) -> bool:
    """Whether the rule brings the batch form of ``key`` or ``keys``."""
    return type(rule).key_rows not in (GroupRule.key_rows, PairRule.key_rows)
