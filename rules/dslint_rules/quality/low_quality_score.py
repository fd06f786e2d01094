"""The rule ``low-quality-score``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from dslint.api import Field, Finding, Record, RecordRule, Status, shared
from dslint.features.quality.verdict import JudgedQuality
from dslint.features.splits import is_unwanted


class LowQualityScore(RecordRule):
    """A model that learnt from people's ratings expects that they would rate the answer as poor.

    Train the model on your own ratings (``dslint quality train ratings.jsonl --output quality.json``) and name it under
    `quality-model`. It is a logistic regression on words, pairs of words and a few numbers about the form of the
    record, and its probabilities are calibrated on ratings that it had not seen. A finding names what speaks most for
    it, in words. A model that tells poor answers from good ones hardly better than their length does is never written.

    **When to ignore.** It knows the kinds of poor answers that were rated, and no others; it does not know what is
    true. Read what it flags before you drop it.

    **References.** Chen et al., [AlpaGasus](https://arxiv.org/abs/2307.08701); Zhou et al.,
    [LIMA](https://arxiv.org/abs/2305.11206), for what a small rated sample is worth.
    """

    status: ClassVar[Status] = Status.PREVIEW

    precision: ClassVar[str] = (
        "That of the model, which dslint quality train tells. Measured on answers of public sets made poor on "
        "purpose: 0.89 to 0.98 where the ways of being poor had been rated, down to none where they had not"
    )

    quality_model: str = shared("", description="Model that dslint quality train has written.", reads="quality-model")
    min_probability: float = Field(0.8, gt=0, lt=1, description="Probability above which it is reported.")

    def unmet(self) -> str:
        """Ask for a model."""
        return "" if self.quality_model else "set quality-model"

    def check(self, record: Record, verdict: JudgedQuality, /) -> Iterator[Finding]:
        """Compare the probability with the limit."""
        if verdict is None or verdict.poor <= self.min_probability or is_unwanted(record):
            return
        why = f": {', '.join(verdict.reasons)}" if verdict.reasons else ""
        yield self.finding(
            record.answer or record,
            f"answer is rated below {verdict.good_from:g} with probability {verdict.poor:.2f}{why}",
            score=verdict.poor,
            probability=round(verdict.poor, 4),
            reasons=list(verdict.reasons),
        )
