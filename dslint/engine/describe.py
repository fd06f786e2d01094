"""What is known of a rule without running it, for reports, ``dslint rule`` and the documentation."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any

from dslint.api import DamageRule, DatasetRule, GroupRule, PairRule, RecordRule, Rule, Severity, Target
from dslint.api.entry import RuleEntry
from dslint.model.report import RuleInfo

_KINDS: dict[str, type[Rule]] = {
    "record": RecordRule,
    "dataset": DatasetRule,
    "group": GroupRule,
    "pair": PairRule,
    "damage": DamageRule,
}


def describe(
    entry: RuleEntry,
    *,
    rule: Rule | None = None,
    severity: Severity | None = None,
    target: Target = Target.GENERIC,
    unmet: str = "",
) -> RuleInfo:
    """Return what is known of a rule.

    Args:
        entry: The rule's class and where it comes from.
        rule: The rule with its options, in a run.
        severity: The level that the configuration sets.
        target: The trainer whose behaviour decides the level otherwise.
        unmet: What is missing for it to run.
    """
    kind = entry.rule
    summary, description = _split(inspect.getdoc(kind) or "")
    return RuleInfo(
        id=entry.id,
        family=entry.family,
        kind=next(name for name, base in _KINDS.items() if issubclass(kind, base)),
        summary=summary,
        description=description,
        severity=severity or kind.targets.get(target, kind.severity),
        default_severity=kind.severity,
        status=kind.status,
        scope=kind.scope,
        since=kind.since,
        precision=kind.precision,
        options=Asked(partial(option_schema, kind)),
        values={} if rule is None else Asked(partial(rule.model_dump, mode="json", by_alias=True)),
        unmet=unmet,
        origin=entry.origin,
        url=entry.url,
        sensitive=kind.sensitive,
        levels={} if severity else _levels(kind, target),
    )


def _levels(kind: type[Rule], target: Target) -> dict[str, Severity]:
    found = {what: levels.at(target) for what, levels in kind.kinds_of_finding.items()}
    return {what: level for what, level in found.items() if level is not None}


class Asked(Mapping[str, Any]):
    """What is known of a rule's options, made when a report asks for it: few do, and for all rules it takes a while."""

    def __init__(self, make: Callable[[], dict[str, Any]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> dict[str, Any]:
        return self._make()

    def __getitem__(self, key: str) -> Any:
        """Return one key's value."""
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        """Return an iterator over the keys."""
        return iter(self._made)

    def __len__(self) -> int:
        """Return the number of keys."""
        return len(self._made)


def option_schema(rule: type[Rule]) -> dict[str, Any]:
    """Return the JSON Schema of a rule's options, keys as in the configuration."""
    if not rule.model_fields:
        return {}
    schema = rule.model_json_schema(by_alias=True)
    return {key: value for key, value in schema.items() if key in ("properties", "required", "$defs")}


def _split(docstring: str) -> tuple[str, str]:
    summary, _, description = docstring.partition("\n\n")
    return " ".join(summary.split()), description.strip()
