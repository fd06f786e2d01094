"""How the run went: SARIF's ``invocations``."""

from __future__ import annotations

from typing import Any, Final

from dslint.model.finding import Notice, Notification
from dslint.model.report import Report
from dslint.model.severity import Severity
from dslint.report.escape import uri
from dslint.report.reporter import RenderOptions
from dslint.report.sarif.descriptors import Rules, defaults, notice_reference
from dslint.report.sarif.results import BASE, literal, template

_CONFIGURATION: Final = frozenset({Notice.RULE_SKIPPED, Notice.RULE_UNCONFIGURED, Notice.CONFIG, Notice.PLUGIN_FAILED})
_EXIT: Final = {
    0: "nothing at or above the severity that fails a run",
    1: "findings at or above the severity that fails a run",
    3: "dslint or a rule could not do its job",
}


def invocation(report: Report, options: RenderOptions, rules: Rules, cut: int) -> dict[str, Any]:
    """Return the invocation.

    A run that only has findings was successful. GitHub stores nothing of an unsuccessful one, and rightly so: a rule
    that crashed would close its alerts.

    Args:
        report: The report.
        options: The command's arguments and times, where they are to be told.
        rules: The log's rules.
        cut: How many results are not in the log.
    """
    notes = list(report.notifications)
    if cut:
        message = f"{cut:,} findings that rank below the others are not in this log; the json report has all"
        notes.append(Notification(Notice.CUT, Severity.WARNING, message))
    code = report.exit_code
    made: dict[str, Any] = {
        "executionSuccessful": not report.incomplete,
        "exitCode": code,
        "exitCodeDescription": _EXIT[code],
    }
    if options.argv:
        made["arguments"] = list(options.argv)
    if options.start:
        made["startTimeUtc"] = options.start
    if options.end:
        made["endTimeUtc"] = options.end
    if overrides := _overrides(rules):
        made["ruleConfigurationOverrides"] = overrides
    made["toolConfigurationNotifications"] = [_note(n, rules) for n in notes if n.notice in _CONFIGURATION]
    made["toolExecutionNotifications"] = [_note(n, rules) for n in notes if n.notice not in _CONFIGURATION]
    return made


def _overrides(rules: Rules) -> list[dict[str, Any]]:
    found = []
    for rule, info in sorted(rules.known.items()):
        configuration: dict[str, Any] = {}
        if info.severity is not info.default_severity:
            configuration["level"] = info.severity.value
        usual = defaults(info)
        if changed := {name: value for name, value in info.values.items() if usual.get(name) != value}:
            configuration["parameters"] = changed
        if configuration:
            found.append({"descriptor": rules.reference(rule), "configuration": configuration})
    return found


def _note(note: Notification, rules: Rules) -> dict[str, Any]:
    written: dict[str, Any] = {
        "descriptor": notice_reference(note.notice),
        "level": note.severity.value,
        "message": {"text": template(f"{literal(note.message)}.")},
    }
    if note.rule:
        written["associatedRule"] = rules.reference(note.rule)
    if note.path:
        address = uri(note.path)
        base = {} if "://" in address else {"uriBaseId": BASE}
        written["locations"] = [{"physicalLocation": {"artifactLocation": {"uri": address, **base}}}]
    return written
