"""The shape of the JSON report: what stands in it, and how it is made of the model.

The published schema is generated from these types, and its descriptions from the model's own docstrings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, Literal, NotRequired

from typing_extensions import TypedDict

from dslint.model.finding import Finding, Notification
from dslint.model.record import Dataset
from dslint.model.ref import Ref
from dslint.model.report import FileInfo, Report, RuleInfo
from dslint.model.severity import Severity
from dslint.model.timings import Timings
from dslint.model.topics import TopicMap
from dslint.version import __version__

SCHEMA_VERSION: Final = 1
SCHEMA_ID: Final = "urn:dslint:schema:report:1"

Level = Literal["error", "warning", "note"]


class LocationJson(TypedDict):
    """A place; numbers that are not known are null."""

    path: str
    record: int | None
    line: int | None
    end_line: int | None
    column: int | None
    end_column: int | None
    pointer: str
    span: tuple[int, int] | None
    byte_offset: int | None
    byte_length: int | None


class RelatedJson(TypedDict):
    """A second place of a finding."""

    message: str
    location: LocationJson


class FindingJson(TypedDict):
    """One defect of the data."""

    rule: str
    severity: Level
    message: str
    location: LocationJson
    dataset: str
    score: float
    excerpt: str
    mark: tuple[int, int] | None
    related: list[RelatedJson]
    properties: dict[str, Any]
    key: str
    fingerprint: str
    suppressed: str


class NotificationJson(TypedDict):
    """Something that dslint says of its own run."""

    notice: str
    severity: Level
    message: str
    rule: str
    path: str


class RuleJson(TypedDict):
    """A rule that was selected."""

    id: str
    family: str
    kind: str
    summary: str
    description: str
    severity: Level
    default_severity: Level
    status: Literal["preview", "stable", "deprecated"]
    scope: Literal["file", "dataset", "run"]
    since: str
    precision: str
    options: dict[str, Any]
    values: dict[str, Any]
    unmet: str
    origin: str
    url: str
    sensitive: bool


class FileJson(TypedDict):
    """A file that was read."""

    path: str
    dataset: str
    split: str
    container: str
    format: str
    compression: str
    records: int
    bytes: int
    line_count: int | None


class TopicPointJson(TypedDict):
    """A record on the map of a dataset's topics; near ones are near in meaning.

    Attributes:
        path: Its file.
        record: Its number.
        line: Its first line; null in binary formats.
        x: From -1 to 1.
        y: From -1 to 1.
        topic: Position of its topic among the names.
    """

    path: str
    record: int | None
    line: int | None
    x: float
    y: float
    topic: int


class TopicsJson(TypedDict):
    """What the questions of a dataset are about, where a model of meaning is configured.

    Attributes:
        names: The topics, by their most typical words.
        points: A sample of the records.
    """

    names: list[str]
    points: list[TopicPointJson]


class DatasetJson(TypedDict):
    """A dataset.

    Attributes:
        name: The name shown to the user.
        split: ``train``, ``validation``, ``test`` or empty.
        files: Its files.
        records: How many records were read.
        topics: What its questions are about, where a model tells.
    """

    name: str
    split: str
    files: list[str]
    records: int
    topics: NotRequired[TopicsJson]


class SummaryJson(TypedDict):
    """Counts.

    Attributes:
        findings: Number of findings that count.
        by_severity: Findings by severity.
        by_rule: Findings by rule.
        suppressed: Number of silenced findings.
        notifications: Number of notifications.
        records: Number of records that were read.
        files: Number of files that were read.
        datasets: Number of datasets.
        fail_on: The severity from which on the run fails; null for never.
        failed: Whether a finding is at or above ``fail_on``.
        incomplete: Whether dslint or a rule could not do its job.
        exit_code: 0 clean, 1 findings at or above ``fail_on``, 3 incomplete.
    """

    findings: int
    by_severity: dict[Level, int]
    by_rule: dict[str, int]
    suppressed: int
    notifications: int
    records: int
    files: int
    datasets: int
    fail_on: Level | None
    failed: bool
    incomplete: bool
    exit_code: int


class ToolJson(TypedDict):
    """The program that wrote the report.

    Attributes:
        name: Always ``dslint``.
        version: Its version.
    """

    name: Literal["dslint"]
    version: str


class StageJson(TypedDict):
    """What one stage of a run took, in all processes together."""

    stage: str
    name: str
    cpu_seconds: float
    calls: int


class TimingsJson(TypedDict):
    """Where the time of a run went, up to the writing of the report."""

    cpu_seconds: float
    wall_seconds: float
    peak_memory: int | None
    temporary: int
    stages: list[StageJson]


ReportJson = TypedDict(
    "ReportJson",
    {
        "$schema": str,
        "schema_version": int,
        "tool": ToolJson,
        "summary": SummaryJson,
        "findings": list[FindingJson],
        "suppressed": list[FindingJson],
        "notifications": list[NotificationJson],
        "rules": list[RuleJson],
        "files": list[FileJson],
        "datasets": list[DatasetJson],
        "timings": NotRequired[TimingsJson],
    },
)
ReportJson.__doc__ = """The result of a run of dslint.

Attributes:
    $schema: Identifier of this schema.
    schema_version: Raised when a field changes its meaning or goes away; new fields do not raise it.
    tool: The program that wrote the report.
    summary: Counts.
    findings: What counts, ranked by severity, then score, then place.
    suppressed: What was found and silenced, in the same order.
    notifications: What dslint says of its own run: rules that were skipped or crashed, files that could not be read.
    rules: Every rule that was selected, by id.
    files: Every file that was read, by path.
    datasets: The datasets, by name.
    timings: Where the time went; only with ``--timings``.
"""


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
