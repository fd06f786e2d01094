"""Which records are judged by their keys, and which strange keys another rule names."""

from __future__ import annotations

from dslint.api import Record
from dslint_rules.schema._layout import Layout, names_of
from dslint_rules.schema._spelling import similar


def is_judged(record: Record) -> bool:
    """Whether the keys of the record say anything."""
    # Tables have the same columns in every row.
    known = record.format != "unknown" and record.data.__class__ is dict
    return known and record.source.container not in ("parquet", "arrow")


def stands_for_missing(record: Record, layout: Layout, key: str) -> bool:
    """Whether the key is named in the finding about the required field that is missing."""
    return any(similar(key, names_of(record.source.columns, spec), lenient=True) for spec in layout.missing)
