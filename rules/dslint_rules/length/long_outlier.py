"""Answers far longer than nearly all others of their kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dslint.api import Field, Finding, Record, RecordRule, Scope, Severity
from dslint.features.length import AnswerLength, LengthProfile, Lengths, lengths_of, word_count
from dslint.features.views import LastAnswerSizes


class LongOutlier(RecordRule):
    """An answer is far longer than nearly all others to such tasks: often a template, a merged record or a broken stop.

    Compared is the logarithm of the last answer's length with the median of the file's records with the same kind of
    task, with or without an input, or of all its records where the kind is rare. The distance is counted in the usual
    distance from that median (half of the answers are nearer, half are farther, times 1.4826, which makes it the
    standard deviation of a normal distribution). Where more than 2 % of a kind are that far out, its lengths are simply
    mixed, and none is reported. An answer with fewer words than its prompt, or less than twice its input's, is taken
    for the list or the rewriting that was asked for.

    **When to ignore.** Long answers are rare but wanted.

    **References.** Leys et al.: Detecting outliers: do not use standard deviation around the mean, use absolute
    deviation around the median. Journal of Experimental Social Psychology 49 (2013).
    """

    severity = Severity.NOTE
    scope = Scope.FILE
    precision = (
        "5 of 10 on 27 public files are defects (a merged record, encyclopedia text before a tool call), the others "
        "long rewritings and explanations among short answers; hence a note"
    )

    z: float = Field(4.0, gt=0, description="How many times the usual distance from the median is too far.")
    min_length: int = Field(400, ge=0, description="Characters below which no answer is called long.")

    def candidate_rows(self, records: Sequence[Record], sizes: LastAnswerSizes, lengths: Lengths, /) -> Any:
        """Return the records whose answers are far longer than is usual."""
        rows = (sizes >= max(self.min_length, lengths.least_outlier(self.z))).nonzero()[0]
        measured = lengths_of([records[row] for row in rows.tolist()])
        return rows[[length is not None and lengths.is_long(length, self.z) for length in measured]]

    def check(self, record: Record, lengths: Lengths, /) -> Iterator[Finding]:
        """Compare the answer's length with what is usual."""
        answer, [length] = record.answer, lengths_of([record])
        if answer is None or length is None or length.characters < self.min_length:
            return
        usual = lengths.typical(length)
        if (
            usual is None
            or not lengths.is_long(length, self.z)
            or _follows_from_prompt(record, word_count(answer.text))
        ):
            return
        distance = usual.z(length.step)
        yield self.finding(
            answer,
            f"answer has {length.characters:,} characters, {length.characters / max(usual.characters, 1):.1f} times "
            f"the {usual.characters:,} that are usual {_where(length, lengths)}",
            score=min(1.0, distance / 10),
            characters=length.characters,
            median=usual.characters,
            z=round(distance, 2),
        )


def _where(length: AnswerLength, lengths: LengthProfile) -> str:
    return "for such a task in this file" if length.bucket in lengths.kinds else "in this file"


def _follows_from_prompt(record: Record, words: int) -> bool:
    given = 0 if record.input is None else word_count(record.input.text)
    return words < max(2 * given, word_count(record.prompt))
