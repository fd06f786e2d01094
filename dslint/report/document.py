"""How the JSON report is made of the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from dslint.model.finding import Finding, Notification
from dslint.model.record import Dataset
from dslint.model.ref import Ref
from dslint.model.report import FileInfo, Report, RuleInfo
from dslint.model.severity import Severity
from dslint.model.timings import Timings
from dslint.model.topics import TopicMap
from dslint.report.shape import (
    DatasetJson,
    FileJson,
    FindingJson,
    LocationJson,
    NotificationJson,
    RuleJson,
    SummaryJson,
    TimingsJson,
    ToolJson,
)
from dslint.version import __version__


def location(ref: Ref) -> LocationJson:
    """Return a place as it stands in the report."""
    return {
        "path": ref.path,
        "record": ref.record,
        "line": ref.line,
        "end_line": ref.end_line,
        "column": ref.column,
        "end_column": ref.end_column,
        "pointer": ref.pointer,
        "span": ref.span,
        "byte_offset": ref.byte_offset,
        "byte_length": ref.byte_length,
    }


def finding(found: Finding, rules: Mapping[str, RuleInfo]) -> FindingJson:
    """Return a finding as it stands in the report; the matches of sensitive rules stay out of it."""
    shown = is_shown(found, rules)
    return {
        "rule": found.rule,
        "severity": found.severity.value,
        "message": found.message,
        "location": location(found.place),
        "dataset": found.dataset,
        "score": found.score,
        "excerpt": found.excerpt if shown else "",
        "mark": found.mark if shown and found.excerpt else None,
        "related": [{"message": r.message, "location": location(r.ref)} for r in found.related],
        "properties": dict(found.properties),
        "key": found.key,
        "fingerprint": found.fingerprint,
        "suppressed": found.suppressed,
    }


def is_shown(found: Finding, rules: Mapping[str, RuleInfo]) -> bool:
    """Return whether the finding's excerpt may be shown."""
    rule = rules.get(found.rule)
    return rule is None or not rule.sensitive


def notification(note: Notification) -> NotificationJson:
    """Return a notification as it stands in the report."""
    return {
        "notice": note.notice.value,
        "severity": note.severity.value,
        "message": note.message,
        "rule": note.rule,
        "path": note.path,
    }


def rule(info: RuleInfo) -> RuleJson:
    """Return a rule as it stands in the report."""
    return {
        "id": info.id,
        "family": info.family,
        "kind": info.kind,
        "summary": info.summary,
        "description": info.description,
        "severity": info.severity.value,
        "default_severity": info.default_severity.value,
        "status": info.status.value,
        "scope": info.scope.value,
        "since": info.since,
        "precision": info.precision,
        "options": dict(info.options),
        "values": dict(info.values),
        "unmet": info.unmet,
        "origin": info.origin,
        "url": info.url,
        "sensitive": info.sensitive,
    }


def file(info: FileInfo) -> FileJson:
    """Return a file as it stands in the report."""
    return {
        "path": info.path,
        "dataset": info.dataset,
        "split": info.split,
        "container": info.container,
        "format": info.format,
        "compression": info.compression,
        "records": info.records,
        "bytes": info.bytes,
        "line_count": info.line_count,
    }


def dataset(info: Dataset, topics: TopicMap | None = None) -> DatasetJson:
    """Return a dataset as it stands in the report."""
    made: DatasetJson = {
        "name": info.name,
        "split": info.split,
        "files": [source.path for source in info.files],
        "records": info.records,
    }
    if topics is not None:
        made["topics"] = {
            "names": list(topics.topics),
            "points": [
                {"path": ref.path, "record": ref.record, "line": ref.line, "x": x, "y": y, "topic": topic}
                for ref, x, y, topic in topics.points
            ],
        }
    return made


def timings(measured: Timings) -> TimingsJson:
    """Return where the time went, as it stands in the report."""
    return {
        "cpu_seconds": round(measured.cpu_seconds, 6),
        "wall_seconds": round(measured.wall_seconds, 6),
        "peak_memory": measured.peak_memory,
        "temporary": measured.temporary,
        "stages": [
            {"stage": s.stage, "name": s.name, "cpu_seconds": round(s.cpu_seconds, 6), "calls": s.calls}
            for s in measured.stages
        ],
    }


def summary(report: Report) -> SummaryJson:
    """Return the report's counts."""
    counts = report.counts
    rules: Counter[str] = Counter()
    for (_, name), number in report.by_rule.items():
        rules[name] += number
    return {
        "findings": len(report.findings),
        "by_severity": {level.value: counts[level] for level in Severity},
        "by_rule": dict(sorted(rules.items())),
        "suppressed": len(report.suppressed),
        "notifications": len(report.notifications),
        "records": report.records,
        "files": len(report.files),
        "datasets": len(report.datasets),
        "fail_on": report.fail_on.value if report.fail_on else None,
        "failed": report.failed,
        "incomplete": report.incomplete,
        "exit_code": report.exit_code,
    }


def tool(report: Report) -> ToolJson:
    """Return the program as it stands in the report."""
    return {"name": "dslint", "version": report.version or __version__}
