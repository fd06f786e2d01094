"""What the rules about personal data and secrets share: which texts they read, and how they report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from dslint.api import Finding, Message, Record, RecordRule, Severity


class Found(NamedTuple):
    """A stretch of text that must not be shown.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        shown: How it may be shown: its kind, its length, its masked form.
        value: What makes it the same as another one.
        severity: Its level where it differs from the rule's.
    """

    start: int
    end: int
    shown: str
    value: str
    severity: Severity | None = None


def report(rule: RecordRule, record: Record, search: Callable[[str], Sequence[Found]]) -> Iterator[Finding]:
    """Report what ``search`` finds in a record's turns in one finding, at the first of the worst.

    Args:
        rule: The rule that reports.
        record: The record.
        search: Returns what stands in one text.
    """
    found: list[tuple[Message, Found]] = []
    values: set[str] = set()
    for turn in (*record.messages, *record.rejected):
        for each in search(turn.text):
            if each.value not in values:
                values.add(each.value)
                found.append((turn, each))
    if not found:
        return
    worst = [pair for pair in found if pair[1].severity is None] or found
    turn, first = worst[0]
    more = f", and {len(found) - 1} more like it" if len(found) > 1 else ""
    yield rule.finding(
        turn.span(first.start, first.end), f"{first.shown}{more}", severity=first.severity, count=len(found)
    )
