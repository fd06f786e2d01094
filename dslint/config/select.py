"""Which rules run, with which options and severities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from dslint.api import Rule, RuleEntry, Severity, Status
from dslint.config.errors import ConfigError
from dslint.config.layers import Layer
from dslint.config.resolve import ALL, SEVERITY, Catalog, Names, options, resolve, shared_options, table_of
from dslint.config.settings import Settings
from dslint.model.finding import Notice, Notification

_BROAD, _FAMILY, _EXACT = range(3)


@dataclass(frozen=True, slots=True)
class ChosenRule:
    """A rule that was selected.

    Attributes:
        id: Its id.
        family: Its family.
        rule: The rule with its options.
        severity: The level that the configuration gives all its findings, if any.
        unmet: What is missing for it to run; empty when it runs.
        entry: What it was made from.
    """

    id: str
    family: str
    rule: Rule
    severity: Severity | None
    unmet: str
    entry: RuleEntry


def select_rules(settings: Settings, plugins: Catalog) -> tuple[tuple[ChosenRule, ...], tuple[Notification, ...]]:
    """Return the selected rules by id, and what is to be said about the selection.

    Raises:
        ConfigError: If a name or an option is wrong.
    """
    settings = resolve(settings, plugins)
    names = Names(plugins, settings)
    selection = _Selection(settings, names)
    chosen: list[ChosenRule] = []
    notifications = list(_about_names(names))
    problems: list[str] = []
    for name in sorted(selection.ids):
        entry = plugins.rules[name]
        table = table_of(settings, names, name)
        try:
            rule = options(entry.rule, table, settings)
        except ValidationError as error:
            problems += _problems(name, error, settings)
            continue
        severity = Severity(table[SEVERITY]) if SEVERITY in table else None
        unmet = _switched_off(rule, settings) or rule.unmet()
        chosen.append(ChosenRule(name, entry.family, rule, severity, unmet, entry))
        asked = (
            name in selection.exact or bool(table) or any(key in settings.origins for key in shared_options(entry.rule))
        )
        notifications += _about_rule(chosen[-1], asked)
    if problems:
        raise ConfigError(problems)
    return tuple(chosen), tuple(notifications)


def expand(selectors: tuple[str, ...], settings: Settings, plugins: Catalog) -> frozenset[str]:
    """Return the ids that ``selectors`` stand for, as in ``per-file-ignores``."""
    names = Names(plugins, settings)
    return frozenset[str]().union(*(names.expand(selector) for selector in selectors))


class _Selection:
    """Layers one after another: ``select`` begins anew, the other keys change what is there."""

    def __init__(self, settings: Settings, names: Names) -> None:
        self.names = names
        self.preview = settings.preview
        self.exact: set[str] = set()
        self.ids = {entry.id for entry in names.rules.values() if entry.rule.on and self._settled(entry.rule)}
        for layer in settings.layers:
            self._apply(layer)

    def _apply(self, layer: Layer) -> None:
        adds = [*layer.values.get("select", ()), *layer.values.get("extend-select", ())]
        removes = [*layer.values.get("ignore", ()), *layer.values.get("extend-ignore", ())]
        if layer.values.get("select") is not None:
            self.ids, self.exact = set(), set()
        for rank in (_BROAD, _FAMILY, _EXACT):
            for name in adds:
                if self._rank(name) == rank:
                    self._add(name, rank)
            for name in removes:
                if self._rank(name) == rank:
                    self.ids -= self.names.expand(name)

    def _add(self, name: str, rank: int) -> None:
        ids = self.names.expand(name)
        if rank == _EXACT:
            self.exact |= ids
            self.ids |= ids
        else:
            self.ids |= {i for i in ids if self._settled(self.names.rules[i].rule)}

    def _rank(self, name: str) -> int:
        name = self.names.current(name)
        if name == ALL:
            return _BROAD
        return _EXACT if name in self.names.rules else _FAMILY

    def _settled(self, rule: type[Rule]) -> bool:
        return rule.status is Status.STABLE or (rule.status is Status.PREVIEW and self.preview)


def _switched_off(rule: Rule, settings: Settings) -> str:
    """Return why a rule must not run whose options name code of the project; empty where it may."""
    if settings.runs_local_code:
        return ""
    naming = [n for n in type(rule).model_fields if getattr(getattr(rule, n), "runs_code", False)]
    return f"'{naming[0]}' names code, which runs no more than local rules do" if naming else ""


def _about_names(names: Names) -> Iterator[Notification]:
    said: set[str] = set()
    for name, where in [*names.used(), *names.tables()]:
        current = names.current(name)
        if current != name:
            text = f"{where}: rule {name!r} is now called {current!r}"
            yield Notification(Notice.CONFIG, Severity.WARNING, text, current)
        elif name not in names.rules and names.is_absent(name) and name not in said:
            said.add(name)
            text = f"{where}: {name!r} is left out, because what offers it is not loaded"
            yield Notification(Notice.CONFIG, Severity.NOTE, text)


def _about_rule(chosen: ChosenRule, asked: bool) -> Iterator[Notification]:
    if chosen.rule.status is Status.DEPRECATED:
        text = f"rule {chosen.id} is deprecated and will go"
        yield Notification(Notice.CONFIG, Severity.WARNING, text, chosen.id)
    if chosen.unmet and (asked or chosen.rule.on):
        # That nobody has configured a rule is no news; that it lacks something else is.
        unconfigured = not asked and chosen.unmet.startswith("set ")
        notice = Notice.RULE_UNCONFIGURED if unconfigured else Notice.RULE_SKIPPED
        yield Notification(notice, Severity.NOTE, f"did not run: {chosen.unmet}", chosen.id)


def _problems(name: str, error: ValidationError, settings: Settings) -> Iterator[str]:
    for detail in error.errors(include_url=False):
        key = str(detail["loc"][0]) if detail["loc"] else ""
        places: list[Any] = [("rules", name, key), (key,)]
        where = next(
            (settings.origins[".".join(p)] for p in places if ".".join(p) in settings.origins), "configuration"
        )
        message = detail["msg"].removeprefix("Value error, ")
        yield f"{where}: rule {name}: {message[:1].lower()}{message[1:]}"
