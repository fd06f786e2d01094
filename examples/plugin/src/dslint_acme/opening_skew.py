"""Answers that all begin alike."""

from collections import Counter
from collections.abc import Iterator

from dslint.api import DatasetRule, Field, Finding, Record


class OpeningSkew(DatasetRule[Counter[str]]):
    """Too many answers begin with the same word, so the model begins every answer with it."""

    max_share: float = Field(0.4, gt=0, le=1, description="Largest share that one first word may have.")
    min_records: int = Field(20, ge=1, description="Smaller datasets are not judged.")

    def zero(self) -> Counter[str]:
        """Return no counts."""
        return Counter()

    def add(self, state: Counter[str], record: Record) -> Counter[str]:
        """Count the first word of the answer."""
        first, *_ = record.response.split(maxsplit=1) or [""]
        # The number of different first words grows with the data, that of short ones does not.
        state[first.strip(".,!?:;").lower()[:3]] += 1
        return state

    def merge(self, left: Counter[str], right: Counter[str]) -> Counter[str]:
        """Add the counts."""
        left.update(right)
        return left

    def finish(self, state: Counter[str]) -> Iterator[Finding]:
        """Report the most frequent opening."""
        total = state.total()
        if total < self.min_records:
            return
        opening, count = min(state.items(), key=lambda item: (-item[1], item[0]))
        if opening and count > self.max_share * total:
            yield self.finding(
                None, f"{count} of {total} answers begin with {opening!r}", key=opening, share=round(count / total, 4)
            )
