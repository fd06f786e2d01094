"""The rule ``sentence-limit-broken``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dslint.api import Finding, Record, RecordRule, turns
from dslint_rules.constraints._breach import breach
from dslint_rules.constraints._counts import items, sentences
from dslint_rules.constraints._limits import mention

_CODE: Final = ("```", "</", "{\n")


class SentenceLimitBroken(RecordRule):
    """An answer has more or fewer sentences than the prompt asks for, so the model learns not to count.

    **What.** `in one sentence`, `in 3 to 5 sentences`, `no more than two sentences`, `a five-sentence story`, and the
    same in German, Spanish, French and Chinese. Abbreviations, initials, decimals and quoted speech end no sentence;
    where there are several ways to count, the limit must be broken in all of them. Answers with lists or code are left
    alone, and so are prompts with several limits.

    **When to ignore.** Where the system prompt asks for something else.

    **References.** [IFEval](https://arxiv.org/abs/2311.07911) (`length_constraints:number_sentences`).
    """

    precision = (
        "11 of 11 findings in 48,367 records of 27 public files, all read, are right (148 requests were recognised)."
    )
    candidates = turns("user").matches(mention("sentence"))

    def check(self, record: Record) -> Iterator[Finding]:
        """Compare the answer with the limit of the request."""
        found = breach(record, "sentence", sentences)
        if found is None or items(found.answer.text) or any(mark in found.answer.text for mark in _CODE):
            return
        yield self.finding(found.answer, found.message("sentence"), score=found.score, count=found.counts[0])
