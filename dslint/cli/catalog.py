"""Every installed rule with what it would do in this folder: its severity, and what keeps it from running."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dslint.cli.session import ConfigProblem, Session, load

if TYPE_CHECKING:
    from dslint.api import RuleEntry, Severity
    from dslint.config.settings import Settings
    from dslint.model.report import RuleInfo

_SELECTION = ("select", "ignore", "extend_select", "extend_ignore")


@dataclass(frozen=True, slots=True)
class Listed:
    """A rule.

    Attributes:
        info: What is known of it, with the options and the severity that are in effect.
        by_default: Whether it runs where nothing is configured.
        reason: What keeps it from running; empty when it runs.
    """

    info: RuleInfo
    by_default: bool
    reason: str = ""

    @property
    def severities(self) -> list[Severity]:
        """The levels that its findings have, its own first."""
        return list(dict.fromkeys((self.info.severity, *sorted(self.info.levels.values(), key=lambda s: s.rank))))

    def document(self) -> dict[str, Any]:
        """Return the rule as in JSON reports, with what is known of its selection."""
        from dslint.report import document

        return {
            **document.rule(self.info),
            "levels": {what: level.value for what, level in self.info.levels.items()},
            "default": self.by_default,
            "runs": not self.reason,
            "reason": self.reason,
        }


def listed_rules(options: Mapping[str, Any]) -> dict[str, Listed]:
    """Return every installed rule by id.

    Raises:
        ConfigProblem: If the configuration cannot be used.
    """
    from dslint.config.errors import ConfigError
    from dslint.config.select import select_rules
    from dslint.engine.describe import describe

    session = load((), options)
    everything = load((), {**options, **dict.fromkeys(_SELECTION, ()), "select": tuple(session.plugins.rules)})
    try:
        selected = {rule.id for rule in select_rules(session.settings, session.plugins)[0]}
        chosen, _ = select_rules(everything.settings, session.plugins)
    except ConfigError as error:
        raise ConfigProblem(error) from error
    found = {}
    for rule in chosen:
        info = describe(
            rule.entry,
            rule=rule.rule,
            severity=rule.severity,
            target=session.settings.target,
            unmet=rule.unmet,
        )
        reason = rule.unmet if rule.id in selected else _unselected(rule.entry, session.settings)
        found[rule.id] = Listed(info, _by_default(rule.entry), reason)
    return found


def failures(session_options: Mapping[str, Any]) -> list[str]:
    """Return what could not be loaded."""
    session: Session = load((), session_options)
    return [note.message for note in session.plugins.notifications]


def _by_default(entry: RuleEntry) -> bool:
    from dslint.api import Status

    return entry.rule.on and entry.rule.status is Status.STABLE


def _unselected(entry: RuleEntry, settings: Settings) -> str:
    from dslint.api import Status

    status = entry.rule.status
    if status is Status.DEPRECATED:
        return "deprecated"
    if status is Status.PREVIEW and not settings.preview:
        return "in preview; --preview"
    if not entry.rule.on and settings.select is None:
        return "off by default"
    return "not selected"
