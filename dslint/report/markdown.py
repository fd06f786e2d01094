"""``markdown``: a page for ``$GITHUB_STEP_SUMMARY`` or a pull request comment, far below GitHub's limit of 1 MiB."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dslint.model.finding import Finding
from dslint.model.report import Report
from dslint.report import phrases
from dslint.report.document import is_shown
from dslint.report.escape import excerpt, markdown, markdown_code
from dslint.report.reporter import RenderOptions
from dslint.report.status import notices

# Escaped, a character takes 6 bytes at most on average: 100 rules, 50 findings and 50 notices stay below 800 kB,
# and GitHub rejects a summary above 1 MiB.
FINDINGS: Final = 50
RULES: Final = 100
NOTICES: Final = 50
CELL: Final = 200
MESSAGE: Final = 400


class MarkdownReporter:
    """Verdict, notices, counts by rule, and the findings that rank first."""

    def render(self, report: Report, options: RenderOptions) -> Iterator[str]:
        """Yield the page."""
        yield f"# dslint: {_title(report)}\n\n{_cell(phrases.verdict(report), MESSAGE)}\n"
        yield from _notices(report, options)
        if report.findings:
            yield from _rules(report)
            yield from _findings(report, options)


def _notices(report: Report, options: RenderOptions) -> Iterator[str]:
    said = notices(report, quiet=options.quiet, verbose=options.verbose)
    if said:
        yield "\n## Notices\n\n"
    for severity, note in said[:NOTICES]:
        yield f"- **{severity.value}** {_cell(note, MESSAGE)}\n"
    if len(said) > NOTICES:
        yield f"- and {len(said) - NOTICES:,} more\n"


def _title(report: Report) -> str:
    if report.incomplete:
        return "the run is incomplete"
    if report.failed:
        return "failed"
    return "passed" if report.records else "nothing was read"


def _rules(report: Report) -> Iterator[str]:
    ranked = sorted(report.by_rule.items(), key=lambda item: (item[0][0].rank, -item[1], item[0][1]))
    yield "\n## Rules\n\n| Severity | Rule | Findings | What it means |\n| --- | --- | ---: | --- |\n"
    for (severity, rule), number in ranked[:RULES]:
        info = report.rules.get(rule)
        yield f"| {severity.value} | {_cell(rule)} | {number:,} | {_cell(info.summary) if info else ''} |\n"
    if len(ranked) > RULES:
        yield f"\nand {len(ranked) - RULES:,} more rules\n"


def _findings(report: Report, options: RenderOptions) -> Iterator[str]:
    limit = FINDINGS if options.max_findings is None else min(options.max_findings, FINDINGS)
    shown = report.findings[:limit]
    if not shown:
        return
    many = len(shown) < len(report.findings)
    yield f"\n## {f'First {len(shown):,} of {len(report.findings):,} findings' if many else 'Findings'}\n\n"
    yield "| Severity | Rule | Place | Finding |\n| --- | --- | --- | --- |\n"
    for found in shown:
        cells = (found.severity.value, _cell(found.rule), _place(found, report), _message(found, report))
        yield f"| {' | '.join(cells)} |\n"


def _place(found: Finding, report: Report) -> str:
    if phrases.is_whole(found, report.rules):
        return _cell(f"dataset {found.dataset}")
    field = phrases.field(found.place)
    return _code(phrases.label(found.place)) + (f"<br>{_code(field)}" if field else "")


def _message(found: Finding, report: Report) -> str:
    text = _cell(found.message, MESSAGE)
    if found.excerpt and is_shown(found, report.rules):
        text += f"<br>{_code(excerpt(found.excerpt, found.mark).text)}"
    return text


def _cell(text: str, limit: int = CELL) -> str:
    return markdown(excerpt(text, limit=limit).text)


def _code(text: str) -> str:
    return markdown_code(excerpt(text, limit=CELL).text)
