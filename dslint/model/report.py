"""The result of a run: all that a reporter needs, and nothing of the engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from dslint.model.finding import Finding, Notification
from dslint.model.record import Dataset
from dslint.model.severity import Scope, Severity, Status
from dslint.model.timings import Timings
from dslint.model.topics import TopicMap


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """What is known of a rule without running it; generated from its class.

    Attributes:
        id: ``near-duplicate``, ``plugin/rule`` or ``local/rule``.
        family: ``duplicates``; of a plugin's rule the plugin's name.
        kind: ``record``, ``dataset``, ``group``, ``pair`` or ``damage``.
        summary: One line: what is wrong and why it hurts.
        description: The rest of the docstring, Markdown.
        severity: Its level in this run, for the run's target and configuration.
        default_severity: Its level where nothing is configured.
        levels: Levels in this run of kinds of findings that have their own, by what they are about.
        status: Where it stands in its life.
        scope: Which records it judges together.
        since: First version that has it.
        precision: Measured precision in words, empty where none is known.
        options: JSON Schema of its options, keys as in the configuration.
        values: The options' values in this run.
        unmet: What is missing for it to run; empty when it runs.
        origin: Distribution and version that it comes from, or the local file.
        url: Its documentation page, empty where there is none.
        sensitive: Whether its matches must never be shown.
    """

    id: str
    family: str
    kind: str
    summary: str
    description: str
    severity: Severity
    default_severity: Severity
    status: Status
    scope: Scope
    since: str
    precision: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    unmet: str = ""
    origin: str = ""
    url: str = ""
    sensitive: bool = False
    levels: Mapping[str, Severity] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileInfo:
    """What was read of one file.

    Attributes:
        path: As in findings.
        dataset: The dataset that it belongs to.
        split: Its split, if known.
        container: How records are stored.
        format: The record format that most records have.
        compression: ``gz``, ``bz2``, ``xz``, ``zst`` or empty.
        records: How many records were read.
        bytes: Size on disk.
        line_count: Lines of the (decompressed) text; ``None`` in binary formats.
    """

    path: str
    dataset: str
    split: str
    container: str
    format: str
    compression: str = ""
    records: int = 0
    bytes: int = 0
    line_count: int | None = None


Tally = Counter[tuple[Severity, str, str]]
"""How often findings of a severity and a rule, silenced for a reason, occur."""


def tally_key(finding: Finding) -> tuple[Severity, str, str]:
    """Return what a finding is counted by."""
    return finding.severity, finding.rule, finding.suppressed


@runtime_checkable
class Tallied(Protocol):
    """Findings that were counted when they were made: there are too many to go through them for each number.

    Attributes:
        tally: How often each severity, rule and reason occurs.
    """

    tally: Tally


def tally(findings: Sequence[Finding]) -> Tally:
    """Return how often each severity, rule and reason for silence occurs."""
    return findings.tally if isinstance(findings, Tallied) else Counter(map(tally_key, findings))


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a run.

    Attributes:
        findings: What counts, ranked: severity, then score, then place; where there are very many, a sequence that
            reads them from a temporary file.
        suppressed: What was found and silenced, in the same order.
        notifications: What dslint says of its own run.
        rules: Every rule that was selected, by id.
        files: Every file that was read, by path.
        datasets: The datasets, by name.
        version: dslint's version.
        fail_on: The severity from which on the run fails; ``None`` never.
        timings: Where the time went, when it was measured.
        topics: What the questions of datasets are about, by dataset, where a model told.
    """

    findings: Sequence[Finding]
    suppressed: Sequence[Finding] = ()
    notifications: Sequence[Notification] = ()
    rules: Mapping[str, RuleInfo] = field(default_factory=dict)
    files: Sequence[FileInfo] = ()
    datasets: Sequence[Dataset] = ()
    version: str = ""
    fail_on: Severity | None = Severity.ERROR
    timings: Timings | None = None
    topics: Mapping[str, TopicMap] = field(default_factory=dict)

    @property
    def records(self) -> int:
        """How many records were read."""
        return sum(file.records for file in self.files)

    @property
    def counts(self) -> Counter[Severity]:
        """Findings by severity."""
        counts: Counter[Severity] = Counter()
        for (severity, _), number in self.by_rule.items():
            counts[severity] += number
        return counts

    @property
    def by_rule(self) -> Counter[tuple[Severity, str]]:
        """Findings by severity and rule."""
        counts: Counter[tuple[Severity, str]] = Counter()
        for (severity, rule, _), number in tally(self.findings).items():
            counts[severity, rule] += number
        return counts

    @property
    def silenced(self) -> Counter[str]:
        """Silenced findings by why they are silenced."""
        counts: Counter[str] = Counter()
        for (_, _, reason), number in tally(self.suppressed).items():
            counts[reason] += number
        return counts

    @property
    def failed(self) -> bool:
        """Whether a finding is at or above ``fail_on``."""
        limit = self.fail_on
        return limit is not None and any(severity.at_least(limit) for severity in self.counts)

    @property
    def incomplete(self) -> bool:
        """Whether dslint or a rule could not do its job."""
        return any(note.severity is Severity.ERROR for note in self.notifications)

    @property
    def exit_code(self) -> int:
        """0 clean, 1 findings at or above ``fail_on``, 3 incomplete run."""
        return 3 if self.incomplete else int(self.failed)
