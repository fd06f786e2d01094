"""``json``: everything, one finding a line; ``jsonl``: findings and notifications, one a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dslint.model.report import Report
from dslint.report import document
from dslint.report.encode import dumps
from dslint.report.reporter import RenderOptions
from dslint.report.shape import SCHEMA_ID, SCHEMA_VERSION


class JsonReporter:
    """The whole report as one JSON document, as docs/schema/report.schema.json describes it."""

    def render(self, report: Report, options: RenderOptions) -> Iterator[str]:  # noqa: ARG002
        """Yield the document."""
        rules = report.rules
        head = {
            "$schema": SCHEMA_ID,
            "schema_version": SCHEMA_VERSION,
            "tool": document.tool(report),
            "summary": document.summary(report),
        }
        yield "{\n"
        for key, value in head.items():
            yield f'  "{key}": {dumps(value)},\n'
        yield from _array("findings", (document.finding(found, rules) for found in report.findings))
        yield from _array("suppressed", (document.finding(found, rules) for found in report.suppressed))
        yield from _array("notifications", map(document.notification, report.notifications))
        yield from _array("rules", (document.rule(rules[rule]) for rule in sorted(rules)))
        yield from _array("files", map(document.file, report.files))
        yield from _array(
            "datasets",
            (document.dataset(each, report.topics.get(each.name)) for each in report.datasets),
            last=report.timings is None,
        )
        if report.timings is not None:
            yield f'  "timings": {dumps(document.timings(report.timings))}\n'
        yield "}\n"


class JsonLinesReporter:
    """One JSON object a line, told apart by ``type``: findings first, then notifications, then the summary."""

    def render(self, report: Report, options: RenderOptions) -> Iterator[str]:  # noqa: ARG002
        """Yield the lines."""
        for found in report.findings:
            yield dumps({"type": "finding", **document.finding(found, report.rules)}) + "\n"
        for note in report.notifications:
            yield dumps({"type": "notification", **document.notification(note)}) + "\n"
        yield dumps({"type": "summary", **document.summary(report)}) + "\n"


def _array(key: str, items: Iterable[Mapping[str, object]], *, last: bool = False) -> Iterator[str]:
    end = "]\n" if last else "],\n"
    iterator = iter(items)
    item = next(iterator, None)
    if item is None:
        yield f'  "{key}": [{end}'
        return
    yield f'  "{key}": [\n'
    while item is not None:
        following = next(iterator, None)
        yield f"    {dumps(item)}{',' if following is not None else ''}\n"
        item = following
    yield f"  {end}"
