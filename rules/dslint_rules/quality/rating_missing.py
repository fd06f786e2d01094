"""The rule ``rating-missing``."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from dslint.api import Dataset, DatasetRule, Finding, Record, Ref, Scope, Severity, shared
from dslint.features.ratings import rating, value_at

_SHOWN = 3


@dataclass(slots=True)
class Unrated:
    """Records without a score.

    Attributes:
        absent: How many have nothing in the field.
        unreadable: How many have something that is no number.
        first: The places of the first of them.
    """

    absent: int = 0
    unreadable: int = 0
    first: list[Ref] = field(default_factory=list)

    def keep(self, places: Sequence[Ref]) -> None:
        """Keep places that are among the first."""
        for place in places:
            insort(self.first, place, key=lambda ref: ref.order)
        del self.first[_SHOWN:]


class RatingMissing(DatasetRule[Unrated]):
    """Records of a rated set have no score, or one that is no number, so that no filter by score can judge them.

    A number that is written as text counts as a number, as CSV has no other; `"4/5"`, `"good"` and lists do not. It is
    said once for a file.

    **When to ignore.** Part of the file was never meant to be rated.

    **References.** [Deita](https://arxiv.org/abs/2312.15685), whose sets keep scores beside the conversations.
    """

    severity: ClassVar[Severity] = Severity.WARNING
    scope: ClassVar[Scope] = Scope.FILE
    precision: ClassVar[str] = "exact"

    score_field: str = shared("", description="Field of the score, or a path with dots: metadata.score.")

    def unmet(self) -> str:
        """Ask for the field."""
        return "" if self.score_field else "set score-field"

    def zero(self) -> Unrated:
        """Return none."""
        return Unrated()

    # Where a rating stands is an option, and a path into the record: there is no text to screen.
    def add(self, state: Unrated, record: Record) -> Unrated:
        """Count a record without a score."""
        if rating(record, self.score_field) is None:
            if value_at(record.data, self.score_field) is None:
                state.absent += 1
            else:
                state.unreadable += 1
            state.keep([record.ref])
        return state

    def merge(self, left: Unrated, right: Unrated) -> Unrated:
        """Add the counts."""
        left.absent += right.absent
        left.unreadable += right.unreadable
        left.keep(right.first)
        return left

    def finish(self, state: Unrated, dataset: Dataset) -> Iterator[Finding]:
        """Report the file."""
        count = state.absent + state.unreadable
        if not count:
            return
        also = f"; {state.unreadable:,} of them have something else there" if state.unreadable else ""
        yield self.finding(
            state.first[0],
            f"{count:,} of {dataset.records:,} records have no number under {self.score_field!r}{also}",
            score=count / dataset.records,
            related=[(ref, "another one") for ref in state.first[1:]],
            key=self.score_field,
            absent=state.absent,
            unreadable=state.unreadable,
        )
