"""Answers below an absolute length."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from dslint.api import Field, Finding, Record, RecordRule
from dslint.features.length import word_count


class ShortResponse(RecordRule):
    """An answer is shorter than the least length that you set.

    There is no limit that fits all data, so the rule runs only when `min-chars` or `min-words` is set. Answers that
    call a tool, and empty ones, which `empty-response` reports, are left out. In Chinese, Japanese and Thai two letters
    count as a word.

    **When to ignore.** Never by itself: it reports nothing until you set a limit.

    **References.** [Wang et al.: Self-Instruct](https://arxiv.org/abs/2212.10560), which filters by length.
    """

    precision: ClassVar[str] = "exact: what is too short is what you set"

    min_chars: int | None = Field(None, gt=0, description="Least number of characters of an answer.")
    min_words: int | None = Field(None, gt=0, description="Least number of words of an answer.")

    def unmet(self) -> str:
        """Ask for a limit."""
        return "set min-chars or min-words" if self.min_chars is None and self.min_words is None else ""

    # No condition on texts says it: an answer is measured without the white space around it, or in words.
    def check(self, record: Record, /) -> Iterator[Finding]:
        """Measure each answer that is trained on."""
        for turn in record.turns("assistant"):
            text = turn.text.strip()
            if not text or turn.tool_calls or not turn.trained:
                continue
            if self.min_chars is not None and len(text) < self.min_chars:
                yield self.finding(
                    turn,
                    f"answer has {len(text):,} character{'' if len(text) == 1 else 's'} of at least {self.min_chars:,}",
                    characters=len(text),
                )
            elif self.min_words is not None and (words := word_count(text)) < self.min_words:
                yield self.finding(
                    turn,
                    f"answer has {words:,} word{'' if words == 1 else 's'} of at least {self.min_words:,}",
                    words=words,
                )
