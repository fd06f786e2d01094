"""The shape of the JSON report; the published schema is generated from these types."""

from __future__ import annotations

from typing import Any, Final, Literal, NotRequired

from typing_extensions import TypedDict

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
