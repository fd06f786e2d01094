"""The rule ``empty-file``."""

from __future__ import annotations

from typing import ClassVar

from dslint.api import DamageKind, DamageRule, Severity


class EmptyFile(DamageRule):
    """A dataset file holds no record, so nothing is trained on it and loaders may fail.

    **Why.** An empty file is nearly always an export that failed or a filter that removed everything. `datasets` stops
    at a JSON Lines file without a record; a trainer that reads several files goes on with less data than was meant.

    **When to ignore.** Where a split is deliberately empty, exclude the file or ignore the rule for it.

    **References.** [datasets: loading JSON](https://huggingface.co/docs/datasets/loading#json).
    """

    severity: ClassVar[Severity] = Severity.ERROR
    precision: ClassVar[str] = "no finding on 27 public files; the test is exact"
    kinds: ClassVar[frozenset[DamageKind]] = frozenset({DamageKind.EMPTY_FILE, DamageKind.NO_RECORDS})
