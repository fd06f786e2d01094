"""The rule ``preference-length-bias``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

from dslint.api import DatasetRule, Field, Finding, HasRejected, Record, Severity
from dslint.features.splits import is_held_out
from dslint_rules.preference._pairs import preferred, text_of


class PreferenceLengthBias(DatasetRule[Counter[str]]):
    """Preferred answers are mostly longer, or mostly shorter, so the model learns length instead of quality.

    Counted are the characters of both answers of each pair; pairs of one length count as half. Datasets of fewer than a
    hundred pairs, and splits that are not trained on, are left out.

    **Why.** Length is the easiest feature to tell two answers apart. Annotators and judging models prefer longer
    answers, and models trained on their choices write ever longer ones.

    **When to ignore.** Where length is what you train, or where the loss is normalised by length, as SimPO's is.

    **References.** [A Long Way to Go: length correlations in RLHF](https://arxiv.org/abs/2310.03716),
    [Disentangling length from quality in DPO](https://arxiv.org/abs/2403.19159).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = (
        "No finding in 2 public files of 300 pairs (the longer answer is preferred in 44 % and 62 %), so findings "
        "were read on made data only."
    )

    max_share: float = Field(0.7, gt=0.5, le=1, description="Largest share of pairs whose longer answer is preferred.")
    min_pairs: int = Field(100, ge=1, description="Smaller datasets are not judged.")

    candidates = HasRejected()

    def zero(self) -> Counter[str]:
        """Return no counts."""
        return Counter()

    def add(self, state: Counter[str], record: Record) -> Counter[str]:
        """Count which answer of a pair is longer."""
        if record.preferred_from is None or is_held_out(record):
            return state
        chosen, rejected = preferred(record), record.rejected
        if not chosen or not rejected:
            return state
        left, right = len(text_of(chosen).strip()), len(text_of(rejected).strip())
        if left and right:
            state["longer" if left > right else "shorter" if left < right else "equal"] += 1
            state["preferred characters"] += left
            state["rejected characters"] += right
        return state

    def merge(self, left: Counter[str], right: Counter[str]) -> Counter[str]:
        """Add the counts."""
        left.update(right)
        return left

    def finish(self, state: Counter[str]) -> Iterator[Finding]:
        """Yield a finding where one kind of answer is preferred too often."""
        total = state["longer"] + state["shorter"] + state["equal"]
        if total < self.min_pairs:
            return
        share = (state["longer"] + state["equal"] / 2) / total
        if 1 - self.max_share <= share <= self.max_share:
            return
        longer = share > 0.5
        part = share if longer else 1 - share
        means = [state[f"{side} characters"] // total for side in ("preferred", "rejected")]
        which = "longer" if longer else "shorter"
        yield self.finding(
            None,
            f"the {which} answer is preferred in {part:.0%} of {total:,} pairs, expected at "
            f"most {self.max_share:.0%}; mean length {means[0]:,} against {means[1]:,} characters",
            score=part,
            share=round(share, 4),
            pairs=total,
        )
