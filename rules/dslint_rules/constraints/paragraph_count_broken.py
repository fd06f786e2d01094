"""The rule ``paragraph-count-broken``."""

from __future__ import annotations

from collections.abc import Iterator

from dslint.api import Finding, Record, RecordRule, Status, turns
from dslint_rules.constraints._breach import breach
from dslint_rules.constraints._counts import paragraphs


class ParagraphCountBroken(RecordRule):
    """An answer has more or fewer paragraphs than the prompt asks for.

    **What.** `in two paragraphs`, `a three-paragraph essay`, `at most 4 paragraphs`, and the same in German, Spanish,
    French and Chinese. Lines may count as paragraphs, and headings, greetings and lists may or may not; the number must
    be wrong in each way of counting.

    **When to ignore.** Where paragraphs were lost on purpose, such as text for speech.

    **References.** [IFEval](https://arxiv.org/abs/2311.07911) (`length_constraints:number_paragraphs`).
    """

    status = Status.PREVIEW
    precision = (
        "1 of 1 finding in 48,367 records of 27 public files is right; with 7 requests recognised too few to tell."
    )
    candidates = turns("user").matches(r"(?i)paragraph|abs\xe4tze|absatz|p\xe1rrafo|\x{6bb5}")

    def check(self, record: Record) -> Iterator[Finding]:
        """Compare the answer with the number in the request."""
        found = breach(record, "paragraph", paragraphs)
        if found is not None and "```" not in found.answer.text:
            yield self.finding(found.answer, found.message("paragraph"), score=found.score, count=found.counts[0])
