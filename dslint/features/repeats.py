"""How to speak of records that repeat others: naming one, and saying once what is true of a whole file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from dslint.api import Finding, Ref, Rule
from dslint.model.naming import name, name_in_file, related_name

__all__ = ["FEW", "file_by_file", "name", "name_in_file", "related_name", "spans", "unread"]

FEW = 20
"""Records of one file that repeat records of another before it is the file that does."""


def file_by_file(rule: Rule, findings: Iterable[Finding], repeats: str) -> Iterator[Finding]:
    """Say once that a file repeats another one, where more than a few of its records do.

    Args:
        rule: The rule that found them.
        findings: About one record each, with the record that it repeats as the first related place.
        repeats: What the records do, such as ``repeat records``.
    """
    first: dict[tuple[str, str], list[Finding]] = {}
    more: dict[tuple[str, str], list[int]] = {}
    for finding in findings:
        pair = (finding.place.path, finding.related[0].ref.path)
        known = first.setdefault(pair, [])
        if pair[0] == pair[1] or len(known) < FEW:
            known.append(finding)
        else:
            more.setdefault(pair, []).append(finding.place.record or 0)
    for pair, known in first.items():
        if pair not in more:
            yield from known
            continue
        numbers = sorted([*more[pair], *(finding.place.record or 0 for finding in known)])
        here, there = known[0].place, known[0].related[0].ref
        yield rule.finding(
            here,
            f"{len(numbers):,} records of this file {repeats} of {pair[1]}, the first is {name(there, here)}",
            score=1.0,
            related=[(related.ref, related.message) for finding in known for related in finding.related[:1]],
            records=spans(numbers),
            count=len(numbers),
        )


def unread(rule: Rule, refs: Sequence[Ref], read: int, words: str) -> Iterator[Finding]:
    """Say that records belong together which were not read, where a group has more than are.

    Args:
        rule: The rule that says so.
        refs: All members of the group.
        read: How many of them were read.
        words: What the others are to the first, such as ``may repeat``.
    """
    if len(refs) > read:
        told = f"{len(refs) - read:,} more records from here on {words} {related_name()}"
        yield rule.finding(refs[read], told, related=[(refs[0], "the first of these records")])


def spans(numbers: Iterable[int]) -> str:
    """Return ``0-4, 7`` for ascending numbers 0, 1, 2, 3, 4, 7."""
    runs = [[n for _, n in run] for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
