"""What a reporter is, and what it can be told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from dslint.model.report import Report


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """How to show a report. Nothing here is looked up: equal options and reports give equal output.

    Attributes:
        color: Whether the formats for people may use ANSI colours.
        width: Columns of the terminal.
        max_findings: Show no more than this many, best ranked first, in the formats for people; the machine formats
            list all.
        statistics: Show counts by rule instead of findings, in ``text``.
        quiet: Leave out the summary and what is only worth a note.
        verbose: Show every finding of a rule that floods a file, and each skipped rule on its own line.
        include_suppressed: Write silenced findings to SARIF too, with ``suppressions``. GitHub shows them as open
            alerts, so they are left out by default.
        category: First part of SARIF's ``automationDetails.id``; tells several runs over one commit apart.
        argv: The command's arguments, for SARIF's ``invocations``; left out when empty.
        start: Start of the run in UTC, RFC 3339; left out when empty.
        end: End of the run, likewise.
    """

    color: bool = False
    width: int = 100
    max_findings: int | None = None
    statistics: bool = False
    quiet: bool = False
    verbose: bool = False
    include_suppressed: bool = False
    category: str = "dslint"
    argv: tuple[str, ...] = ()
    start: str = ""
    end: str = ""


class Reporter(Protocol):
    """Turns a report into text."""

    def render(self, report: Report, options: RenderOptions) -> Iterator[str]:
        """Yield the output in pieces that each end in a newline."""
        ...
