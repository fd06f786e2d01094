"""The rule ``required-opening-missing``."""

from __future__ import annotations

from collections.abc import Iterator

from dslint.api import Finding, Record, RecordRule, Status, turns
from dslint_rules.constraints._edge import missing_edge


class RequiredOpeningMissing(RecordRule):
    """An answer does not begin with the words that the prompt asks for.

    **What.** `a story that begins with "…"`, `start your answer with "…"`, and the same in German, Spanish and French;
    the quoted words are not within the first eighty characters, so a title or a greeting may come before them.

    **When to ignore.** Where the words are already part of the prompt and the answer goes on from them.

    **References.** [IFEval](https://arxiv.org/abs/2311.07911) (`startend`).
    """

    status = Status.PREVIEW
    precision = "no finding among 10 requests recognised in 48,367 records of 27 public files: too few to tell."
    candidates = turns("user").matches(r"(?i)start|begin|anf\xe4ngt|empie|comien|commen")

    def check(self, record: Record) -> Iterator[Finding]:
        """Compare the beginning of the answer."""
        missing = missing_edge(record, "opening")
        if missing is not None:
            answer, wanted = missing
            yield self.finding(answer, f'asked to begin with "{wanted[:70]}", the answer begins otherwise')
