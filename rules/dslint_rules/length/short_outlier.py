"""Answers far shorter than others of a kind whose answers are long and alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from dslint.api import DatasetRule, Field, Finding, Record, Scope, Severity
from dslint.features.length import Lengths, lengths_of
from dslint.features.tally import Tally

EXAMPLES = 10


@dataclass(slots=True)
class Short:
    """Answers, and those that are far shorter than usual."""

    answers: int = 0
    found: Tally = field(default_factory=lambda: Tally(EXAMPLES))


class ShortOutlier(DatasetRule[Short]):
    """Some answers are far shorter than others of their kind; said once for the file, with the shortest ones.

    A short answer is mostly right (`42`, `yes`, a name), so only kinds of task count whose answers are long and much
    alike, and single records are not reported. To report each answer below an absolute length see `short-response`.

    **When to ignore.** Short answers are right for some prompts of the kind.

    **References.** Leys et al.: Detecting outliers: do not use standard deviation around the mean, use absolute
    deviation around the median. Journal of Experimental Social Psychology 49 (2013).
    """

    severity = Severity.NOTE
    scope = Scope.FILE
    on = False
    precision = "4 of 62 short answers read on Alpaca and its translations are defects, hence off by default"

    z: float = Field(4.0, gt=0, description="How many times the usual distance from the median is too far.")
    min_median: int = Field(200, ge=0, description="Median length in characters from which on a kind is judged.")
    max_spread: float = Field(0.6, gt=0, description="Spread of log length up to which a kind is judged.")

    def zero(self) -> Short:
        """Return no counts."""
        return Short()

    def add(self, state: Short, record: Record, lengths: Lengths, /) -> Short:
        """Count one answer."""
        answer = record.answer
        if answer is None or not (text := answer.text):
            return state
        state.answers += 1
        if len(text) > lengths.longest or (length := lengths_of([record])[0]) is None:
            return state
        usual = lengths.typical(length)
        if usual is None or usual.characters < self.min_median or usual.log_spread > self.max_spread:
            return state
        if usual.z(length.step) < -self.z:
            note = f"{length.characters:,} characters, {usual.characters:,} are usual for such a task"
            state.found.add(answer.ref, note, rank=length.characters)
        return state

    def merge(self, left: Short, right: Short) -> Short:
        """Add counts up."""
        left.answers += right.answers
        left.found.merge(right.found)
        return left

    def finish(self, state: Short) -> Iterator[Finding]:
        """Report them together."""
        count = state.found.count
        if not count:
            return
        shortest = state.found.examples[0]
        yield self.finding(
            None,
            f"answers far shorter than others of their kind: {count:,} of {state.answers:,}, "
            f"the shortest has {shortest.note}",
            score=min(1.0, 0.2 + count / state.answers),
            related=[(example.ref, example.note) for example in state.found.examples],
            key="short",
            count=count,
            answers=state.answers,
        )
