"""The rule ``required-ending-missing``."""

from __future__ import annotations

from collections.abc import Iterator

from dslint.api import Finding, Record, RecordRule, Status, turns
from dslint_rules.constraints._edge import missing_edge


class RequiredEndingMissing(RecordRule):
    """An answer does not end with the words that the prompt asks for.

    **What.** `a story that ends with "…"`, `end your answer with the phrase "…"`, and the same in German, Spanish and
    French; the quoted words are not within the last eighty characters.

    **When to ignore.** Where something is always added behind the answer, such as a signature.

    **References.** [IFEval](https://arxiv.org/abs/2311.07911) (`startend:end_checker`).
    """

    status = Status.PREVIEW
    precision = (
        "1 of 1 finding among 2 requests recognised in 48,367 records of 27 public files is right: too few to tell."
    )
    candidates = turns("user").matches(r"(?i)\bend|finish|termin|acab|finit")

    def check(self, record: Record) -> Iterator[Finding]:
        """Compare the end of the answer."""
        missing = missing_edge(record, "ending")
        if missing is not None:
            answer, wanted = missing
            yield self.finding(answer, f'asked to end with "{wanted[:70]}", the answer ends otherwise')
