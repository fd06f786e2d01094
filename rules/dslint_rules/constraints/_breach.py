"""Answers that are longer or shorter than they were asked to be."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, NamedTuple

from dslint.api import Message, Record
from dslint.features.patterns import compile_pattern, search
from dslint_rules.constraints._asked import asked
from dslint_rules.constraints._counts import Counts
from dslint_rules.constraints._limits import Limit, limit_of, mention

_EXACT_UP_TO: Final = 10
"""Up to here a target is counted by anybody who reads it."""


class Breach(NamedTuple):
    """A limit that an answer breaks.

    Attributes:
        answer: The answer.
        limit: What was asked.
        counts: What the answer has.
    """

    answer: Message
    limit: Limit
    counts: Counts

    def message(self, noun: str) -> str:
        """Say what was asked and what there is."""
        low, high = self.counts
        number = f"{low:,}" if low == high else f"{low:,} to {high:,}"
        return f'prompt says "{self.limit.words[:60]}", the answer has {number} {noun}{"" if high == 1 else "s"}'

    @property
    def score(self) -> float:
        """How far off it is, 0 to 1."""
        bound = self.limit.high if self.limit.high is not None and self.counts[0] > self.limit.high else self.limit.low
        count = self.counts[0] if self.counts[0] > bound else self.counts[1]
        return round(1 - min(bound, count) / max(bound, count, 1), 3)


def breach(record: Record, unit: str, count: Callable[[str], Counts], slack: float = 0.0) -> Breach | None:
    """Return how a record's answer breaks the request's limit on ``unit``.

    Args:
        record: The record.
        unit: One of the names in ``UNITS``.
        count: Counts it in a text.
        slack: How far off a target may be that is not called exact, from eleven on.
    """
    request = asked(record)
    if request is None or not search(_mentioned(unit), record.question):
        return None
    limit = limit_of(unit, request.bare)
    if limit is None:
        return None
    counts = count(request.answer.text)
    allowed = limit
    if limit.loose and limit.low > _EXACT_UP_TO and limit.high is not None:
        allowed = limit._replace(low=int(limit.low * (1 - slack)), high=round(limit.high * (1 + slack)))
    # Most answers keep the limit; whether there was one at all is asked of the others.
    if allowed.allows(*counts) or not request.is_plain:
        return None
    return Breach(request.answer, limit, counts)


@lru_cache(maxsize=8)
def _mentioned(unit: str) -> Any:
    return compile_pattern(mention(unit))
