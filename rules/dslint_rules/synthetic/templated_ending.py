"""The rule ``templated-ending``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from dslint.api import Field, Finding, Severity
from dslint.features.frequent import Frequent
from dslint.features.prose import endings
from dslint_rules.synthetic._templated import TemplatedPart


class TemplatedEnding(TemplatedPart):
    """Many answers end with the same words, and the model learns to end all of its answers so.

    Counted are the last four words (eight characters in scripts that put no space between words) of each record's last
    answer. Answers of fewer than eight words and those that end with code, JSON or mark-up are left out, as are splits
    that are not trained on.

    **When to ignore.** The ending is wanted, such as the disclaimer of a medical assistant.

    **References.** [LIMA](https://arxiv.org/abs/2305.11206) (one style, but varied answers);
    [Self-Instruct](https://arxiv.org/abs/2212.10560) (diversity of generated data).
    """

    severity: ClassVar[Severity] = Severity.NOTE
    precision: ClassVar[str] = (
        "1 finding on 12 of the public files taken one by one, and true (Glaive, 19.1 % end with an offer to ask); "
        "next is "
        "its Chinese version with 4.6 %."
    )

    max_share: float = Field(0.05, gt=0, le=1, description="Share of one ending from which on it is reported.")
    words: int = Field(4, ge=1, le=8, description="How many words make an ending.")

    def parts(self, texts: Sequence[str]) -> Sequence[str]:
        """Return the last words of each answer."""
        return endings(texts, self.words)

    def finish(self, state: Frequent) -> Iterator[Finding]:
        """Yield a finding where one ending has too large a share."""
        yield from self.judge(state, self.max_share, "end with")
