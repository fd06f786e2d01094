"""Names of places in messages, some of which are spelled only when a finding is reported."""

from __future__ import annotations

import re
from typing import Final

from dslint.model.finding import Finding
from dslint.model.ref import Ref

_OPEN: Final = "\ue000"
_CLOSE: Final = "\ue001"
_MARK: Final = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")


def name(other: Ref, seen_from: Ref) -> str:
    """Return ``line 3``, or ``record 3`` where lines do not tell; with the file where it is another one.

    Records count from 0, as they do wherever a report names them.
    """
    here = other.path == seen_from.path
    by_line = other.line is not None and not (here and other.line == seen_from.line)
    where = f"line {other.line}" if by_line else f"record {other.record or 0}"
    return where if here else full_name(other)


def full_name(ref: Ref) -> str:
    """Return ``line 3 of data.jsonl``, or ``record 3 of data.parquet`` in files without lines."""
    return f"{name_in_file(ref)} of {ref.path}"


def name_in_file(ref: Ref) -> str:
    """Return ``line 3``, or ``record 3`` in files without lines."""
    return f"line {ref.line}" if ref.line is not None else f"record {ref.record or 0}"


def related_name(number: int = 0) -> str:
    """Return what stands in a message for the name of its finding's related place of that number.

    So the finding says nothing of where records stand, and is the same when they have moved.
    """
    return f"{_OPEN}{number}{_CLOSE}"


def spelled(finding: Finding) -> Finding:
    """Return the finding with the names of related places in its message."""
    if _OPEN not in finding.message:
        return finding

    def named(mark: re.Match[str]) -> str:
        number = int(mark[1])
        return name(finding.related[number].ref, finding.place) if number < len(finding.related) else mark[0]

    return finding.with_(message=_MARK.sub(named, finding.message))
