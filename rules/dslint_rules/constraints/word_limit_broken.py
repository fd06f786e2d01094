"""The rule ``word-limit-broken``."""

from __future__ import annotations

from collections.abc import Iterator

from dslint.api import Field, Finding, Record, RecordRule, turns
from dslint.features.text import is_unspaced
from dslint_rules.constraints._breach import breach
from dslint_rules.constraints._counts import characters, words
from dslint_rules.constraints._limits import mention


class WordLimitBroken(RecordRule):
    """An answer has more or fewer words than the prompt allows, so the model learns not to count.

    **What.** Limits (`in 50 words or less`, `at least 500 words`, `between 5 and 10 words`, `exactly 100 words`) and
    targets (`a 200-word essay`, `in 30 words`), in English, German, Spanish and French, and limits on characters,
    also Chinese ones (`不超过150字`). A target may be missed by `slack`, one of up to ten words may not. Words are
    counted in all the ways that people count, compounds as one or two, with the heading or without it, and a limit is
    broken only if it is for each of them. A prompt with several limits, or with one for each part, is left alone.

    **When to ignore.** Where length follows another wish in the system prompt; where targets are meant roughly, raise
    `slack`.

    **References.** [IFEval](https://arxiv.org/abs/2311.07911) (`length_constraints:number_words`).
    """

    precision = (
        "37 of 37 findings in 48,367 records of 27 public files, all read, break the limit (128 limits were "
        "recognised); about half of them by more than 50 %. None in the word problems of GSM8K."
    )
    candidates = turns("user").matches(mention("word")) | turns("user").matches(mention("character"))

    slack: float = Field(0.3, ge=0, lt=1, description="How far off a target without `exactly` or `at most` may be.")

    def check(self, record: Record) -> Iterator[Finding]:
        """Compare the answer with the limit of the request."""
        found = breach(record, "word", words, self.slack)
        unit = "word"
        if found is None:
            found, unit = breach(record, "character", characters, self.slack), "character"
        elif is_unspaced(found.answer.text):
            return
        if found is not None:
            yield self.finding(found.answer, found.message(unit), score=found.score, count=found.counts[0])
