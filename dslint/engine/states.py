"""States of dataset rules and dataset features, merged in any grouping and in any process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from dslint.api import Scope
from dslint.engine.columns import scope_key
from dslint.engine.crash import Crash, attempt
from dslint.engine.plan import Plan
from dslint.engine.shard import ShardResult
from dslint.model.record import Source

Units = dict[str, dict[str, Any]]
"""States by rule id or feature key, then by scope key."""
Sources = dict[tuple[Scope, str], Source]
"""A file of each scope that states are merged over."""


def scope_of(plan: Plan, unit: str) -> Scope:
    """Return what the states of a rule or feature are merged over."""
    scope: Scope = _folder(plan, unit).scope
    return scope


def of_shard(plan: Plan, source: Source, states: Mapping[str, Any]) -> Units:
    """Return the states of one shard, by what they are merged with."""
    return {unit: {scope_key(scope_of(plan, unit), source): state} for unit, state in states.items()}


def merge_state(plan: Plan, units: Units, unit: str, key: str, state: Any) -> Crash | None:
    """Merge one more state into ``units``; return how the unit's ``merge`` failed, if it did."""
    states = units.setdefault(unit, {})
    merged = attempt(unit, _folder(plan, unit).merge, states[key], state) if key in states else state
    if isinstance(merged, Crash):
        return merged
    states[key] = merged
    return None


def results_of(plan: Plan, units: Units, crashes: Iterable[Crash], sources: Sources) -> Iterator[ShardResult]:
    """Yield merged states as results of shards: of one file for each scope that they were merged over."""
    results: dict[str, ShardResult] = {}
    for unit, states in units.items():
        for key, state in states.items():
            source = sources[scope_of(plan, unit), key]
            results.setdefault(source.path, ShardResult(source)).states[unit] = state
    for crash in crashes:
        source = next(iter(sources.values()))
        results.setdefault(source.path, ShardResult(source)).crashes.append(crash)
    for path in sorted(results):
        yield results[path]


def _folder(plan: Plan, unit: str) -> Any:
    planned = plan.rules.get(unit)
    return cast(Any, planned.rule if planned is not None else plan.features[unit].feature)
