"""Which features a rule needs, directly and through other features."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any, cast, get_type_hints

from dslint.api.feature import DatasetFeature
from dslint.api.rule import DamageRule, DatasetRule, GroupRule, PairRule, RecordRule, Rule
from dslint.api.signature import FeatureType, Wanted, wanted
from dslint.model.record import Dataset

Method = tuple[Callable[..., Any], int]
"""A method, and how many leading parameters the engine fills in by itself."""


def methods(rule: type[Rule]) -> tuple[Method, ...]:
    """Return the methods of a rule that may ask for features; empty for a damage rule.

    Raises:
        TypeError: If the rule is of no kind, or lacks a method that its kind needs.
    """
    for kind, names in _METHODS.items():
        if issubclass(rule, kind):
            missing = [name for name, (_, required) in names.items() if required and not _own(rule, name)]
            simple, batch = _EITHER.get(kind, ("", ""))
            if simple and not (_own(rule, simple) or _own(rule, batch)):
                missing.append(simple)
            if missing:
                raise TypeError(f"{rule.__name__} is a {kind.__name__} without {' and '.join(missing)}")
            return tuple((getattr(rule, name), given) for name, (given, _) in names.items() if _own(rule, name))
    raise TypeError(f"{rule.__name__} is of no rule kind; derive it from {', '.join(k.__name__ for k in _METHODS)}")


def features(rule: type[Rule]) -> frozenset[FeatureType]:
    """Return every feature class that a rule needs.

    Raises:
        TypeError: If a parameter asks for no feature, or the rule is of no kind.
    """
    found: set[FeatureType] = set()
    for function, given in methods(rule):
        _collect(wanted(function, given), found)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class FeatureSetting:
    """A top-level setting that a feature takes over.

    Attributes:
        key: As in the configuration.
        type: What its values are.
        path: Whether a value may name a file.
        feature: Which feature takes it over.
    """

    key: str
    type: Any
    path: bool
    feature: FeatureType


def feature_settings(feature: FeatureType) -> tuple[FeatureSetting, ...]:
    """Return the top-level settings that a feature takes over."""
    shared = [f for f in fields(feature) if f.metadata.get("shared")]
    hints = get_type_hints(feature, include_extras=True) if shared else {}
    return tuple(
        FeatureSetting(f.name.replace("_", "-"), hints[f.name], bool(f.metadata.get("path")), feature) for f in shared
    )


def _collect(asked: tuple[Wanted, ...], found: set[FeatureType]) -> None:
    for feature in asked:
        if feature is Dataset or feature in found:
            continue
        kind = cast(Any, feature)
        found.add(kind)
        _collect(wanted(fold_of(kind), 3) if issubclass(kind, DatasetFeature) else wanted(kind.compute, 2), found)


def fold_of(kind: type[DatasetRule[Any]] | type[DatasetFeature[Any, Any]]) -> Callable[..., Any]:
    """Return the method that counts records in: the batch form where there is one."""
    base: Any = DatasetRule if issubclass(kind, DatasetRule) else DatasetFeature
    batch: Callable[..., Any] = kind.add_batch
    return kind.add if batch is base.add_batch else batch


def _own(rule: type[Rule], name: str) -> bool:
    return any(name in vars(c) for c in _ancestors(rule))


def _ancestors(rule: type[Rule]) -> Iterator[type]:
    return (c for c in rule.__mro__ if c.__module__ != Rule.__module__)


_METHODS: dict[type[Rule], dict[str, tuple[int, bool]]] = {
    RecordRule: {"check": (2, True), "candidate_rows": (2, False)},
    DatasetRule: {
        "zero": (1, True),
        "add": (3, False),
        "add_batch": (3, False),
        "add_rest": (3, False),
        "merge": (3, True),
        "finish": (2, True),
    },
    GroupRule: {"key": (2, False), "key_rows": (2, False)},
    PairRule: {"keys": (2, False), "key_rows": (2, False), "compare": (1, True)},
    DamageRule: {},
}
"""For each kind its methods: how many leading parameters are given, and whether a rule must have it."""

_EITHER: dict[type[Rule], tuple[str, str]] = {
    DatasetRule: ("add", "add_batch"),
    GroupRule: ("key", "key_rows"),
    PairRule: ("keys", "key_rows"),
}
"""A method of which a rule must have the simple form or the batch form."""
