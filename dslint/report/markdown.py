"""``markdown``: a page for ``$GITHUB_STEP_SUMMARY`` or a pull request comment, far below GitHub's limit of 1 MiB."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from dslint.model.finding import Finding
from dslint.model.report import Report
from dslint.report import phrases
from dslint.report.document import is_shown
from dslint.report.escape import ELLIPSIS, excerpt, markdown, markdown_code
from dslint.report.reporter import RenderOptions
from dslint.report.status import notices

# No character takes more than 15 bytes escaped: a page stays below 300 rows of 4 cells of 3 kB.
FINDINGS: Final = 50
RULES: Final = 200
NOTICES: Final = 50
CELL: Final = 200


class MarkdownReporter:
    """Verdict, counts by rule, the findings that rank first, and notices."""

    def render(self, report: Report, options: RenderOptions) -> Iterator[str]:
        """Yield the page."""
        yield f"# dslint: {_title(report)}\n\n{_cell(phrases.verdict(report), 1000)}\n"
        if report.findings:
            yield from _rules(report)
            yield from _findings(report, options)
        said = notices(report, quiet=options.quiet, verbose=options.verbose)
        if said:
            yield "\n## Notices\n\n"
            for severity, note in said[:NOTICES]:
                yield f"- **{severity.value}** {_cell(note, 500)}\n"
            if len(said) > NOTICES:
                yield f"- and {len(said) - NOTICES:,} more\n"


def _title(report: Report) -> str:
    if report.incomplete:
        return "the run is incomplete"
    if report.failed:
        return "failed"
    return "passed" if report.records else "nothing was read"


def _rules(report: Report) -> Iterator[str]:
    counts = Counter((found.severity, found.rule) for found in report.findings)
    ranked = sorted(counts.items(), key=lambda item: (item[0][0].rank, -item[1], item[0][1]))
    yield "\n| Severity | Rule | Findings | What it means |\n| --- | --- | ---: | --- |\n"
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
    text = _cell(found.message, 400)
    if found.excerpt and is_shown(found, report.rules):
        text += f"<br>{_code(excerpt(found.excerpt, found.mark).text)}"
    return text


def _cell(text: str, limit: int = CELL) -> str:
    return markdown(_cut(text, limit))


def _code(text: str) -> str:
    return markdown_code(_cut(text, CELL))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + ELLIPSIS
