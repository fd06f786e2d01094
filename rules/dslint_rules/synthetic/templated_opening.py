"""The rule ``templated-opening``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from dslint.api import Field, Finding, Severity
from dslint.features.frequent import Frequent
from dslint.features.prose import openings
from dslint_rules.synthetic._templated import TemplatedPart


class TemplatedOpening(TemplatedPart):
    """Many answers begin with the same words, and the model learns to begin all of its answers so.

    Counted are the first three words (six characters in scripts that put no space between words) of each record's last
    answer. Answers of fewer than eight words and those that begin with code, JSON or mark-up are left out, as are
    splits that are not trained on.

    **When to ignore.** The opening is wanted, such as a greeting of a support line.

    **References.** [LIMA](https://arxiv.org/abs/2305.11206) (one style, but varied answers);
    [Self-Instruct](https://arxiv.org/abs/2212.10560) (diversity of generated data).
    """

    severity: ClassVar[Severity] = Severity.NOTE
    precision: ClassVar[str] = (
        "1 finding on 12 of the public files taken one by one, and true (Glaive, 15.9 % begin with an apology); next "
        "are "
        "its Chinese version 8.8 % and GSM8K 8.6 %. One template of many words may also stand in a set of many tasks."
    )

    max_share: float = Field(0.1, gt=0, le=1, description="Share of one opening from which on it is reported.")
    words: int = Field(3, ge=1, le=8, description="How many words make an opening.")

    def parts(self, texts: Sequence[str]) -> Sequence[str]:
        """Return the first words of each answer."""
        return openings(texts, self.words)

    def finish(self, state: Frequent) -> Iterator[Finding]:
        """Yield a finding where one opening has too large a share."""
        yield from self.judge(state, self.max_share, "begin with")
