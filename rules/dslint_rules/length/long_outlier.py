"""Answers far longer than nearly all others of their kind."""

from __future__ import annotations

from collections.abc import Iterator

from dslint.api import Field, Finding, Record, RecordRule, Severity
from dslint.features.length import Length, Lengths, word_count


class LongOutlier(RecordRule):
    """An answer is far longer than nearly all others of its kind: often a template, a merged record or a broken stop.

    Compared is the logarithm of the last answer's length with the median of records with the same kind of task, with or
    without an input, or of all records where the kind is rare; the distance is counted in robust standard deviations.
    An answer with fewer words than its prompt is taken for the list or the rewriting that was asked for.
    """

    severity = Severity.NOTE

    z: float = Field(4.0, gt=0, description="Robust standard deviations from the median that make an outlier.")
    min_length: int = Field(400, ge=0, description="Characters below which no answer is called long.")

    def check(self, record: Record, length: Length, lengths: Lengths, /) -> Iterator[Finding]:
        """Compare the answer's length with what is usual."""
        if length is None or length.characters < self.min_length:
            return
        usual = lengths.typical(length)
        if usual is None or (distance := usual.z(length)) <= self.z:
            return
        answer = record.answer
        if answer is None or word_count(record.prompt) > word_count(answer.text):
            return
        yield self.finding(
            answer,
            f"answer has {length.characters:,} characters, the median of its kind is {usual.characters:,} "
            f"({distance:.1f} standard deviations)",
            score=min(1.0, distance / 10),
            characters=length.characters,
            median=usual.characters,
            z=round(distance, 2),
        )
