"""Many prompts are made from one template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from dslint.api import DatasetRule, Field, Finding, Record, Severity
from dslint.features.frequent import Frequent, RecordHashes
from dslint.features.splits import TrainedOn
from dslint.features.task import opening
from dslint.features.views import Questions

EXAMPLES = 3


class PromptTemplateShare(DatasetRule[Frequent]):
    """Many prompts open with the same words, so the model learns one way of being asked.

    What counts is the first three words of the question (six characters in scripts that put no space between words),
    behind headers, list marks and labels such as ``Question:``.

    Splits that are not trained on are left out.

    **When to ignore.** In use, the model will only ever be called with this template.

    **References.** [Wang et al.: Self-Instruct](https://arxiv.org/abs/2212.10560), [Zhou et al.:
    LIMA](https://arxiv.org/abs/2305.11206).
    """

    severity: ClassVar[Severity] = Severity.NOTE
    precision: ClassVar[str] = (
        "no finding on 27 public files (largest share of one opening .11), so it was read on made data only. Known: "
        "data that is meant for one template"
    )

    max_share: float = Field(0.25, gt=0, le=1, description="Share of one opening from which on it is reported.")
    min_records: int = Field(100, ge=1, description="Smaller datasets are not judged.")
    words: int = Field(3, ge=1, le=8, description="How many words make an opening.")

    def zero(self) -> Frequent:
        """Return no counts."""
        return Frequent()

    def add_batch(
        self,
        state: Frequent,
        records: Sequence[Record],
        questions: Questions,
        hashes: RecordHashes,
        trained: TrainedOn,
        /,
    ) -> Frequent:
        """Count the openings of the records' questions."""
        pairs = zip(questions, trained.tolist(), strict=True)
        told = [opening(question, self.words) if counts else "" for question, counts in pairs]
        state.add_all(told, hashes, records)
        return state

    def merge(self, left: Frequent, right: Frequent) -> Frequent:
        """Add the counts."""
        return left.merge(right)

    def finish(self, state: Frequent) -> Iterator[Finding]:
        """Yield a finding where one opening has too large a share."""
        words, count = state.most_common()
        if state.total < self.min_records or count < self.max_share * state.total:
            return
        share = count / state.total
        yield self.finding(
            None,
            f'{share:.1%} of {state.total:,} questions open with "{words}"',
            score=share,
            related=[(ref, "a question that opens so") for ref in state.places(words, EXAMPLES)],
            share=round(share, 4),
            opening=words,
            count=count,
            records=state.total,
        )
