"""Answers that ask back."""

from collections import Counter
from collections.abc import Iterator

from dslint.api import DatasetRule, Field, Finding, Record


class ClosingQuestion(DatasetRule[Counter[bool]]):
    """Too many answers end in a question, so the model asks back where it should answer."""

    max_share: float = Field(0.4, gt=0, le=1, description="Largest share of answers that may end in a question.")
    min_records: int = Field(20, ge=1, description="Smaller datasets are not judged.")

    def zero(self) -> Counter[bool]:
        """Return no counts."""
        return Counter()

    def add(self, state: Counter[bool], record: Record) -> Counter[bool]:
        """Count how the answer ends."""
        state[record.response.rstrip().endswith("?")] += 1
        return state

    def merge(self, left: Counter[bool], right: Counter[bool]) -> Counter[bool]:
        """Add the counts."""
        left.update(right)
        return left

    def finish(self, state: Counter[bool]) -> Iterator[Finding]:
        """Report the share of answers that end in a question."""
        total, asking = state.total(), state[True]
        if total >= self.min_records and asking > self.max_share * total:
            share = asking / total
            yield self.finding(
                None, f"{asking} of {total} answers end in a question", score=share, share=round(share, 4)
            )
