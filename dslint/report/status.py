"""What dslint says of its own run, for the formats for people: nothing is skipped in silence, nothing floods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from dslint.model.finding import Notice, Notification
from dslint.model.report import Report
from dslint.model.severity import Severity
from dslint.report import phrases

FLOOD: Final = 5
_ALWAYS: Final = frozenset({Notice.RULE_CRASHED, Notice.FILE_UNREADABLE, Notice.PLUGIN_FAILED})


def notices(report: Report, *, quiet: bool = False, verbose: bool = False) -> list[tuple[Severity, str]]:
    """Return what is to be said, worst first: severity and sentence, not escaped.

    Crashes, failed plugins and unreadable files are always named one by one, as is everything that is an error. Rules
    that wait for a setting which nobody has made are only counted, in the verdict.

    Args:
        report: The report.
        quiet: Leave out what is only worth a note.
        verbose: Name every notification one by one.
    """
    skipped = [] if verbose else phrases.skipped(report.notifications)
    unasked = [] if verbose else phrases.unconfigured(report.notifications)
    rest = [note for note in report.notifications if verbose or note not in (*skipped, *unasked)]
    said = [(note.severity, sentence(note)) for note in rest if _always(note)]
    said += _collapsed([note for note in rest if not _always(note)], verbose=verbose)
    if skipped:
        said.append((Severity.NOTE, phrases.skipped_rules(skipped, report.rules)))
    said.sort(key=lambda item: item[0].rank)
    return [item for item in said if not (quiet and item[0] is Severity.NOTE)]


def sentence(note: Notification) -> str:
    """Return the notification with what it is about."""
    subject = " ".join(part for part in (note.notice.value, note.rule, note.path) if part)
    return f"{subject}: {note.message}"


def _always(note: Notification) -> bool:
    return note.severity is Severity.ERROR or note.notice in _ALWAYS


def _collapsed(notes: Sequence[Notification], *, verbose: bool) -> list[tuple[Severity, str]]:
    said: list[tuple[Severity, str]] = []
    seen: Counter[tuple[Severity, Notice]] = Counter()
    for note in notes:
        kind = (note.severity, note.notice)
        seen[kind] += 1
        if verbose or seen[kind] <= FLOOD:
            said.append((note.severity, sentence(note)))
    if not verbose:
        said += [(s, f"{n.value}: and {number - FLOOD:,} more") for (s, n), number in seen.items() if number > FLOOD]
    return said
