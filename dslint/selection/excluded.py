"""Which records findings speak of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dslint.api import Finding, Severity

Key = tuple[str, int]
"""Path and number of a record."""


@dataclass(slots=True)
class Excluded:
    """What is left out, and why.

    Attributes:
        records: The records.
        by_rule: How many records each rule speaks of.
        general: Findings about a file or a dataset, which leave out at most the one record that they point at.
    """

    records: set[Key] = field(default_factory=set)
    by_rule: Counter[str] = field(default_factory=Counter)
    general: int = 0


def excluded(findings: Iterable[Finding]) -> Excluded:
    """Return the records with an error or a warning; what is found in many records of a file counts for all of them."""
    made = Excluded()
    known: set[tuple[str, Key]] = set()
    for finding in findings:
        if finding.severity is Severity.NOTE:
            continue
        keys = list(_keys(finding))
        # Of what is so in very many records, some rules show the first ones only.
        made.general += not keys or (len(keys) == 1 and finding.properties.get("count", 1) != 1)
        for key in keys:
            made.records.add(key)
            made.by_rule[finding.rule] += (finding.rule, key) not in known
            known.add((finding.rule, key))
    return made


def _keys(finding: Finding) -> Iterator[Key]:
    place = finding.place
    listed = finding.properties.get("records")
    if isinstance(listed, str):
        for part in listed.split(", "):
            first, _, last = part.partition("-")
            yield from ((place.path, number) for number in range(int(first), int(last or first) + 1))
    elif place.record is not None:
        yield place.path, place.record
