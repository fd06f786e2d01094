"""``concise``: one line a finding, for editors, ``grep`` and diffs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from dslint.model.finding import Finding
from dslint.model.report import Report
from dslint.report import phrases
from dslint.report.ansi import Palette
from dslint.report.escape import line, plain
from dslint.report.reporter import RenderOptions
from dslint.report.status import notices


class ConciseReporter:
    """``path:line:column: severity rule message``, then notices and a verdict."""

    def render(self, report: Report, options: RenderOptions) -> Iterator[str]:
        """Yield the lines."""
        palette = Palette(options.color)
        for found in islice(report.findings, options.max_findings):
            place = palette.paint("strong", line(f"{plain(_place(found, report))}:")[:-1])
            message = f"{plain(found.rule)} {plain(found.message)}"
            yield f"{place}: {palette.severity(found.severity)} {message}\n"
        if hidden := phrases.hidden(report, options.max_findings):
            yield f"dslint: and {phrases.count(hidden, 'more finding')} (--max-findings {options.max_findings})\n"
        for severity, note in notices(report, quiet=options.quiet, verbose=options.verbose):
            yield f"dslint: {palette.severity(severity)} {plain(note)}\n"
        if not options.quiet:
            yield f"dslint: {plain(phrases.verdict(report))}\n"


def _place(found: Finding, report: Report) -> str:
    if phrases.is_whole(found, report.rules):
        return f"dataset {found.dataset}".rstrip()
    return phrases.label(found.place)
