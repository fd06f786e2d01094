"""What dslint has to say: findings about the data, notifications about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from operator import attrgetter
from typing import Any, Final

from dslint.model.ref import Ref
from dslint.model.severity import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect of the data.

    Attributes:
        rule: Id of the rule.
        severity: How bad it is.
        message: What was found, with the number; lower case, no full stop.
        ref: Where; ``None`` from a rule means the dataset, and the engine fills in its first file.
        score: 0 to 1; ranks findings of one severity.
        related: Other places that belong to it, each with what it is.
        key: What tells this finding from others of the rule in one dataset, where no record does.
        dataset: Name of the dataset; filled in by the engine.
        properties: Measured values, for machines.
        excerpt: At most 80 characters of the text in question, not yet escaped for output; filled in by the engine,
            empty for rules whose matches must not be shown.
        fingerprint: Identity that survives moving, reformatting and renaming; filled in by the engine.
        suppressed: Why the finding is silenced; empty when it is not.
        mark: Half-open range of ``excerpt`` that is the place itself; ``None`` where nothing stands out.
    """

    rule: str
    severity: Severity
    message: str
    ref: Ref | None = None
    score: float = 0.5
    related: tuple[Related, ...] = ()
    key: str = ""
    dataset: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)
    excerpt: str = ""
    fingerprint: str = ""
    suppressed: str = ""
    mark: tuple[int, int] | None = None

    @property
    def is_record(self) -> bool:
        """Whether the finding is about one record, rather than about a file or a dataset."""
        return self.ref is not None and self.ref.record is not None

    @property
    def place(self) -> Ref:
        """The place, once the engine has filled it in."""
        if self.ref is None:
            raise ValueError("a finding has no place before the engine has resolved it")
        return self.ref

    def with_(self, **changes: Any) -> Finding:
        """Return a copy with ``changes``; every finding is copied some times, and this takes two thirds of the time."""
        values = list(_values(self))
        for name, value in changes.items():
            values[_POSITIONS[name]] = value
        return Finding(*values)


_FIELDS: Final = tuple(each.name for each in fields(Finding))
_POSITIONS: Final = {name: position for position, name in enumerate(_FIELDS)}
_values: Final = attrgetter(*_FIELDS)


@dataclass(frozen=True, slots=True)
class Related:
    """A second place of a finding.

    Attributes:
        ref: Where.
        message: What it is, such as ``the record it repeats``.
    """

    ref: Ref
    message: str


class DamageKind(StrEnum):
    """Ways in which a file or a record can be unreadable or ambiguous; what readers report."""

    INVALID_JSON = "invalid-json"
    TRAILING_COMMA = "trailing-comma"
    TRUNCATED = "truncated"
    NOT_AN_OBJECT = "not-an-object"
    NAN_LITERAL = "nan-literal"
    DUPLICATE_KEY = "duplicate-key"
    PRETTY_PRINTED = "pretty-printed"
    ARRAY_IN_JSONL = "array-in-jsonl"
    BLANK_LINE = "blank-line"
    TOO_DEEP = "too-deep"
    TOO_LONG = "too-long"
    TOO_LARGE = "too-large"
    ROW_WIDTH = "row-width"
    CORRUPT = "corrupt"
    BYTE_ORDER_MARK = "byte-order-mark"
    INVALID_UTF8 = "invalid-utf8"
    WRONG_ENCODING = "wrong-encoding"
    LONE_SURROGATE = "lone-surrogate"
    MIXED_NEWLINES = "mixed-newlines"
    LFS_POINTER = "lfs-pointer"
    EMPTY_FILE = "empty-file"
    NO_RECORDS = "no-records"


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that a reader met and could not take as it is.

    Attributes:
        kind: What it is.
        ref: Where: a record or a line, with the column where it is known.
        message: What was found, in the words of a finding.
        recovered: Whether a record could still be made of it.
    """

    kind: DamageKind
    ref: Ref
    message: str
    recovered: bool = False


class Notice(StrEnum):
    """What a notification is about."""

    RULE_SKIPPED = "rule-skipped"
    RULE_UNCONFIGURED = "rule-unconfigured"
    RULE_CRASHED = "rule-crashed"
    RULE_CAPPED = "rule-capped"
    FILE_SKIPPED = "file-skipped"
    FILE_UNREADABLE = "file-unreadable"
    PLUGIN_FAILED = "plugin-failed"
    CONFIG = "config"
    CUT = "cut"
    WORKER_LOST = "worker-lost"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Notification:
    """Something that dslint has to say about its own run.

    Attributes:
        notice: The kind.
        severity: ``error`` means that dslint or a rule could not do its job (exit code 3).
        message: In the words of a finding.
        rule: Id of the rule that it is about, if any.
        path: File that it is about, if any.
    """

    notice: Notice
    severity: Severity
    message: str
    rule: str = ""
    path: str = ""
