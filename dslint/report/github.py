"""``github``: workflow commands that GitHub shows as annotations.

GitHub keeps ten annotations of each level a step, those that come first, and says nothing of the rest; so the best
ranked ones are written and the last line says how many there are in all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from dslint.model.finding import Finding
from dslint.model.report import Report
from dslint.model.severity import Severity
from dslint.report import phrases
from dslint.report.escape import workflow_data, workflow_property
from dslint.report.reporter import RenderOptions
from dslint.report.status import notices

LIMIT: Final = 10
MESSAGE_LENGTH: Final = 1000
_COMMAND: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


class GithubReporter:
    """Nothing but workflow commands, at most ten of each level."""

    def render(self, report: Report, options: RenderOptions) -> Iterator[str]:
        """Yield the commands: what went wrong with the run, the findings by rank, and the verdict as a notice."""
        room = {Severity.ERROR: LIMIT, Severity.WARNING: LIMIT, Severity.NOTE: LIMIT - 1}
        cut: Counter[Severity] = Counter()
        for severity, note in notices(report, quiet=options.quiet, verbose=options.verbose):
            if room[severity] > 0:
                room[severity] -= 1
                yield _command(severity, {"title": "dslint"}, note)
            else:
                cut[severity] += 1
        for found in report.findings:
            if room[found.severity] > 0:
                room[found.severity] -= 1
                yield _annotation(found, report)
            else:
                cut[found.severity] += 1
        yield _command(Severity.NOTE, {"title": "dslint"}, _last(report, cut))


def _last(report: Report, cut: Counter[Severity]) -> str:
    verdict = phrases.verdict(report)
    if not cut:
        return verdict
    left = ", ".join(phrases.count(cut[level], level.value) for level in Severity if cut[level])
    return f"{verdict}; not annotated: {left} (GitHub shows {LIMIT} of each level; the other formats list all)"


def _annotation(found: Finding, report: Report) -> str:
    ref = found.place
    properties: dict[str, str | int] = {"title": f"dslint: {found.rule}", "file": ref.path}
    if ref.line is not None:
        end = ref.line if ref.end_line is None else max(ref.line, ref.end_line)
        properties |= {"line": ref.line, "endLine": end}
        if end == ref.line and ref.column is not None:
            properties["col"] = ref.column
            if ref.end_column is not None:
                properties["endColumn"] = ref.end_column
    about = f"dataset {found.dataset}" if phrases.is_whole(found, report.rules) else phrases.field(ref)
    related = [f"see {phrases.label(other.ref)}: {other.message}" for other in found.related[:1]]
    return _command(found.severity, properties, "; ".join(part for part in (found.message, about, *related) if part))


def _command(severity: Severity, properties: dict[str, str | int], message: str) -> str:
    listed = ",".join(f"{key}={workflow_property(str(value))}" for key, value in properties.items())
    return f"::{_COMMAND[severity]} {listed}::{workflow_data(message[:MESSAGE_LENGTH])}\n"
