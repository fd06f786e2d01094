"""Words for counts and places, the same in every format for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dslint.model.finding import Finding, Notice, Notification
from dslint.model.ref import Ref
from dslint.model.report import Report, RuleInfo
from dslint.model.severity import Scope, Severity


def count(number: int, noun: str) -> str:
    """Return ``1 file`` or ``1,204 files``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def levels(counts: Mapping[Severity, int]) -> str:
    """Return how many findings there are of each severity: ``2 errors, 1 note``."""
    return ", ".join(count(counts[level], level.value) for level in Severity if counts.get(level))


def hidden(report: Report, limit: int | None) -> int:
    """Return how many findings rank behind the ``limit`` that are shown."""
    return 0 if limit is None else max(0, len(report.findings) - limit)


def label(ref: Ref) -> str:
    """Return where ``ref`` is: ``path:line:column``, ``path[record]`` without lines, or the path alone.

    Lines and columns count from 1, records from 0.
    """
    if ref.line is not None:
        return f"{ref.path}:{ref.line}" + (f":{ref.column}" if ref.column is not None else "")
    return ref.path if ref.record is None else f"{ref.path}[{ref.record}]"


def field(ref: Ref) -> str:
    """Return the record and the field: ``record 12 /messages/0/content``; empty where there is no record."""
    return "" if ref.record is None else f"record {ref.record} {ref.pointer}".rstrip()


def is_whole(found: Finding, rules: Mapping[str, RuleInfo]) -> bool:
    """Return whether the finding is about a dataset, rather than about a record, a line or a file."""
    if found.ref is not None and found.ref.record is not None:
        return False
    rule = rules.get(found.rule)
    if rule is None:
        return found.ref is None
    return rule.kind != "damage" and rule.scope is not Scope.FILE


def skipped(notifications: Iterable[Notification]) -> list[Notification]:
    """Return the notifications of rules that were skipped without that being an error."""
    return [n for n in notifications if n.notice is Notice.RULE_SKIPPED and n.severity is not Severity.ERROR]


def unconfigured(notifications: Iterable[Notification]) -> list[Notification]:
    """Return the notifications of rules that wait for a setting which nobody has made."""
    return [n for n in notifications if n.notice is Notice.RULE_UNCONFIGURED and n.severity is Severity.NOTE]


def skipped_rules(notes: Sequence[Notification], rules: Mapping[str, RuleInfo], limit: int = 4) -> str:
    """Return one line for all skipped rules, with what each needs."""
    shown = []
    for note in notes[:limit]:
        info = rules.get(note.rule)
        shown.append(f"{note.rule} ({info.unmet if info and info.unmet else note.message})")
    more = [f"{len(notes) - limit:,} more"] if len(notes) > limit else []
    return f"{count(len(notes), 'rule')} skipped: {', '.join(shown + more)}"


def silenced(report: Report) -> str:
    """Return how many findings are silenced and why; empty where none is."""
    if not report.suppressed:
        return ""
    ranked = sorted(report.silenced.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"{reason} {number:,}" for reason, number in ranked[:3]]
    return f"{len(report.suppressed):,} silenced ({', '.join(shown)}{', …' if len(ranked) > 3 else ''})"


def verdict(report: Report) -> str:
    """Return the one line that says how it went."""
    read = f"{count(report.records, 'record')} of {count(len(report.files), 'file')}"
    if not report.files:
        read = "no files"
    total = len(report.findings)
    found = f"{count(total, 'finding')} ({levels(report.counts)})" if total else "no findings"
    ran = sum(not rule.unmet for rule in report.rules.values())
    rules = f"{count(ran, 'rule')} ran" if report.rules else ""
    if waiting := len(unconfigured(report.notifications)):
        # What was not looked for must not read like what was not found.
        rules = ", ".join(
            part for part in (rules, f"{waiting:,} wait{'s' if waiting == 1 else ''} for a setting") if part
        )
    return "; ".join(part for part in (f"{found} in {read}", rules, silenced(report)) if part)
