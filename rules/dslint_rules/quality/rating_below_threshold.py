"""The rule ``rating-below-threshold``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from dslint.api import Field, Finding, Record, RecordRule, Severity, shared
from dslint.features.ratings import rating


class RatingBelowThreshold(RecordRule):
    """A record carries a score that is too low for the set to keep it.

    Sets that a model or people have rated keep the score in a field. Filters that work cut well above the middle:
    AlpaGasus kept what was rated 4.5 of 5 and better, a sixth of Alpaca, and trained a better model on it. Nothing is
    assumed of the field's name or of the scale, so both have to be set.

    Records without a number in that field are the business of `rating-missing`.

    **When to ignore.** The score measures something else than quality.

    **References.** Chen et al., [AlpaGasus](https://arxiv.org/abs/2307.08701); Liu et al.,
    [Deita](https://arxiv.org/abs/2312.15685).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = "exact"

    score_field: str = shared("", description="Field of the score, or a path with dots: metadata.score.")
    min_score: float | None = Field(None, description="Lowest score that is good enough.")

    def unmet(self) -> str:
        """Ask for the field and the limit."""
        missing = [
            name
            for name, value in (("score-field", self.score_field), ("min-score", self.min_score))
            if value in ("", None)
        ]
        return f"set {' and '.join(missing)}" if missing else ""

    # Where a rating stands is an option, and a path into the record: there is no text to screen.
    def check(self, record: Record) -> Iterator[Finding]:
        """Compare the score with the limit."""
        score = rating(record, self.score_field)
        if self.min_score is None or score is None or score >= self.min_score:
            return
        yield self.finding(
            record,
            f"record is rated {score:g}, below {self.min_score:g}",
            score=min(1.0, 0.5 + (self.min_score - score) / (2 * max(1.0, abs(self.min_score)))),
            rating=score,
        )
