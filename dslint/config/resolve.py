"""The part of checking a configuration that needs to know which rules and presets are installed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, cast

from pydantic import ValidationError

from dslint.api import Preset, Rule, RuleEntry, Severity
from dslint.api.requests import FeatureSetting, feature_settings, features
from dslint.config.errors import ConfigError, suggest
from dslint.config.explain import explain
from dslint.config.layers import Layer, as_json, listed
from dslint.config.model import Configuration
from dslint.config.settings import SELECTION, Settings, build
from dslint.sources.storage import absolute

ALL = "ALL"
LOCAL = "local"
SEVERITY = "severity"
MODEL = "model"
MODEL_KEYS = frozenset({"model", "propose", "classifier"})
"""Keys of a table of settings that may name a file or folder."""


class Catalog(Protocol):
    """What is installed; see ``dslint.plugins.host.Plugins``."""

    @property
    def rules(self) -> Mapping[str, RuleEntry]:
        """Rules by id."""

    @property
    def presets(self) -> Mapping[str, Preset]:
        """Presets by name."""

    @property
    def failed(self) -> Sequence[str]:
        """What the ids of rules begin with that could not be loaded."""


def resolve(settings: Settings, plugins: Catalog) -> Settings:
    """Put the presets below the other layers, and check all names and options against what is installed.

    Raises:
        ConfigError: With everything that is wrong.
    """
    if settings.resolved:
        return settings
    stack = [*_presets(settings, plugins), *settings.layers]
    result = build(stack, settings.root, resolved=True)
    names = Names(plugins, result)
    shared = Shared(plugins)
    problems = [*names.problems(), *_rule_problems(result, names), *shared.problems(result)]
    if problems:
        raise ConfigError(dict.fromkeys(problems))
    silenced = {p: tuple(names.current(name) for name in some) for p, some in result.per_file_ignores.items()}
    return result.model_copy(update={"per_file_ignores": silenced, **shared.paths(result)})


class Names:
    """The names that may stand in a configuration, and what each selects."""

    def __init__(self, plugins: Catalog, settings: Settings) -> None:
        self.rules = plugins.rules
        self.former = {old: entry.id for entry in plugins.rules.values() for old in entry.former_ids}
        self.families: dict[str, set[str]] = {}
        for entry in plugins.rules.values():
            self.families.setdefault(entry.family, set()).add(entry.id)
        off = bool(any(layer.values.get("local-rules") for layer in settings.layers) and not settings.local_rules)
        self.absent = (*plugins.failed, *([f"{LOCAL}/"] if off else ()))
        self.settings = settings

    def current(self, name: str) -> str:
        """Return the present id of a rule that was renamed, and any other name as it is."""
        return name if name in self.rules else self.former.get(name, name)

    def expand(self, name: str) -> frozenset[str]:
        """Return the ids that a selector stands for."""
        name = self.current(name)
        if name == ALL:
            return frozenset(self.rules)
        return (
            frozenset(self.families[name])
            if name in self.families and name not in self.rules
            else frozenset({name} & self.rules.keys())
        )

    def is_absent(self, name: str) -> bool:
        """Whether the name belongs to a plugin that failed, or to local rules that are switched off."""
        return any(name.startswith(prefix) or f"{name}/" == prefix for prefix in self.absent)

    def unknown(self, name: str, *, rule: bool = False) -> str:
        """Return what is wrong with a name, or nothing."""
        known = {*self.rules, *self.former} if rule else {*self.rules, *self.former, *self.families, ALL}
        if name in known or self.is_absent(name):
            return ""
        return f"unknown rule {name!r}{suggest(name, known - self.former.keys())}"

    def used(self) -> Iterator[tuple[str, str]]:
        """Yield each name in the configuration that stands for rules, with its place."""
        for layer in self.settings.layers:
            for key in sorted(SELECTION):
                for n, name in enumerate(layer.values.get(key, ())):
                    yield name, layer.where((key, n))
            for pattern, names in layer.values.get("per-file-ignores", {}).items():
                for n, name in enumerate(names):
                    yield name, layer.where(("per-file-ignores", pattern, n))

    def tables(self) -> Iterator[tuple[str, str]]:
        """Yield the id in each ``rules`` table, with its place."""
        for layer in self.settings.layers:
            for name in layer.values.get("rules", {}):
                yield name, layer.where(("rules", name))

    def problems(self) -> Iterator[str]:
        """Yield each name that stands for nothing."""
        for name, where in self.used():
            if wrong := self.unknown(name):
                yield f"{where}: {wrong}"
        for name, where in self.tables():
            if wrong := self.unknown(name, rule=True):
                yield f"{where}: {wrong}"


def options(rule: type[Rule], table: Mapping[str, Any], settings: Settings) -> Rule:
    """Make a rule with its own options, and the shared settings for those that its table does not set."""
    values = {key: value for key, value in settings.shared.items() if key in shared_options(rule)}
    values |= {key: value for key, value in table.items() if key != SEVERITY}
    if not values and not rule.__pydantic_decorators__.model_validators:
        # Defaults are taken as they are, and a start need not build for every rule what would check them.
        return rule.model_construct()
    return validated(rule, values)


def validated(rule: type[Rule], values: Mapping[str, Any]) -> Rule:
    """Make a rule of values as they stand in a configuration file.

    Raises:
        pydantic.ValidationError: If a key or a value is wrong.
    """
    return rule.model_validate_json(as_json(values), strict=True, by_alias=True, by_name=False)


def shared_options(rule: type[Rule]) -> Sequence[str]:
    """Return the keys of the options that take the top-level setting of the same name."""
    return [
        info.alias or name
        for name, info in rule.model_fields.items()
        if isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("x-shared")
    ]


def reads(rule: type[Rule], key: str) -> str:
    """Return what the files hold that an option names, by the option's key; empty where it names none."""
    info = next((info for name, info in rule.model_fields.items() if (info.alias or name) == key), None)
    extra = info.json_schema_extra if info is not None else None
    return str(extra.get("x-reads", "")) if isinstance(extra, dict) else ""


def listed_names(value: Any) -> list[str]:
    """Return the names in a setting that holds one or several; an empty one is none."""
    return [name for name in ([value] if isinstance(value, str) else value or ()) if name]


def table_of(settings: Settings, names: Names, rule: str) -> dict[str, Any]:
    """Return the options that the configuration gives a rule, under its present or a former id."""
    merged: dict[str, Any] = {}
    for name, table in settings.rules.items():
        if names.current(name) == rule:
            merged |= table
    return merged


def _presets(settings: Settings, plugins: Catalog) -> Iterator[Layer]:
    for name in settings.preset:
        preset = plugins.presets.get(name)
        if preset is None:
            where = settings.origin("preset")
            raise ConfigError([f"{where}: unknown preset {name!r}{suggest(name, plugins.presets)}"])
        yield Layer(f"preset {name!r}", listed(preset.table()), {}, settings.root)


def _rule_problems(settings: Settings, names: Names) -> Iterator[str]:
    for layer in settings.layers:
        for name, table in layer.values.get("rules", {}).items():
            entry = names.rules.get(names.current(name))
            if entry is None:
                continue
            severity = table.get(SEVERITY, Severity.ERROR)
            if severity not in list(Severity):
                known = ", ".join(Severity)
                yield (
                    f"{layer.where(('rules', name, SEVERITY))}: 'rules.{name}.{SEVERITY}' is {severity!r}, "
                    f"not one of {known}{suggest(str(severity), list(Severity))}"
                )
            own = {key: value for key, value in table.items() if key != SEVERITY}
            try:
                validated(entry.rule, own)
            except ValidationError as error:
                yield from explain(error, layer, entry.rule, ("rules", name), (SEVERITY,))


class Shared:
    """The top-level settings that rules and features take over; there are no others."""

    def __init__(self, plugins: Catalog) -> None:
        self.complete = not plugins.failed
        self.rules = [entry.rule for entry in plugins.rules.values()]

    @cached_property
    def by_rule(self) -> Mapping[str, type[Rule]]:
        """The first rule that takes over each setting."""
        return {key: rule for rule in reversed(self.rules) for key in shared_options(rule)}

    @cached_property
    def by_feature(self) -> Mapping[str, FeatureSetting]:
        """The settings that features take over."""
        return {setting.key: setting for rule in self.rules for f in features(rule) for setting in feature_settings(f)}

    def problems(self, settings: Settings) -> Iterator[str]:
        """Yield each setting whose value is wrong, or that nothing uses, as far as is known what would use it."""
        from pydantic import TypeAdapter

        for key, value in (settings.model_extra or {}).items():
            layer = _layer(settings, key)
            try:
                if key in self.by_rule:
                    validated(self.by_rule[key], {key: value})
                elif key in self.by_feature:
                    table = cast(Any, dict)[str, self.by_feature[key].type]
                    TypeAdapter[Any](table).validate_json(as_json({key: value}), strict=True)
                elif self.complete:
                    yield self._unknown(key, layer)
            except ValidationError as error:
                yield from explain(error, layer, Configuration)

    def paths(self, settings: Settings) -> dict[str, Any]:
        """Return the absolute paths of the settings that name files."""
        found: dict[str, Any] = {}
        for key, value in (settings.model_extra or {}).items():
            if key in self.by_rule and reads(self.by_rule[key], key) == MODEL:
                found[key] = with_absolute_model(value, _layer(settings, key).folder)
            elif key in self.by_rule and reads(self.by_rule[key], key):
                folder = _layer(settings, key).folder
                paths = [absolute(folder, name) for name in listed_names(value)]
                found[key] = paths if isinstance(value, list) else "".join(paths)
            if key in self.by_feature and self.by_feature[key].path and isinstance(value, str) and value:
                path = _layer(settings, key).folder / Path(value).expanduser()
                if path.exists():
                    found[key] = str(path.resolve())
        return found

    def _unknown(self, key: str, layer: Layer) -> str:
        own = [info.alias or name for name, info in Configuration.model_fields.items()]
        known = {*own, *self.by_rule, *self.by_feature}
        return f"{layer.where((key,))}: unknown setting {key!r}{suggest(key, known)}"


def with_absolute_model(table: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return a table whose models or classifier are absolute paths where they name what is there.

    Else it may be the name of a model. Behind a file of code stands a function: ``scores.py:toxicity``.
    """
    found = dict(table)
    for key in MODEL_KEYS & table.keys():
        name, colon, function = str(table[key]).partition(":")
        path = folder / Path(name).expanduser()
        if name and path.exists():
            found[key] = f"{os.path.abspath(path)}{colon}{function}"
    return found


def _layer(settings: Settings, key: str) -> Layer:
    return next(layer for layer in reversed(settings.layers) if key in layer.values)
