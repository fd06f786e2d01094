"""The rule ``misaligned-pairs``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from dslint.api import DatasetRule, Field, Finding, Record, Scope, Severity
from dslint.features.frequent import RecordHashes, Sample
from dslint.features.views import LastAnswers, flags
from dslint_rules.correctness._pairing import (
    MIN_CHANCE,
    PROMPT_WORDS,
    RESPONSE_WORDS,
    SECTION,
    Overlap,
    Pair,
    broken,
    overlap,
    rare,
    words,
)

SAMPLE: Final = 400
TEXT: Final = 1_200


@dataclass(slots=True)
class Pairs:
    """How many pairs there are, and a sample of them that does not depend on the order of counting."""

    total: int = 0
    sample: Sample = field(default_factory=lambda: Sample(SAMPLE))


class MisalignedPairs(DatasetRule[Pairs]):
    """Responses belong to other prompts: a column was shifted or shuffled, and nothing that is learned is true.

    **Why.** One join on the wrong key, one row dropped from one of two files, one column sorted by itself; every record
    looks well formed. A response shares rare words with its prompt far more often than with the prompt of another
    record. On a sample of a file's records this is compared with the same responses dealt out anew: below a lift of
    `min-lift` responses do not belong to their prompts. Words of four letters and more count that few prompts and few
    responses have, in Chinese, Japanese and Korean characters. Stretches of the file, a hundred sampled records long,
    are compared in the same way, so that a shift that begins in the middle is found too.

    The rule is silent where it cannot see: below `min-records`, where answers are labels or all alike, and where
    prompts and answers have no words in common, as in translations.

    **When to ignore.** Answers are not about what is asked, as in data for refusals in many words.

    **References.** Permutation tests; [Data validation for machine learning](https://mlsys.org/Conferences/2019/doc/2019/167.pdf)
    on errors that leave every record valid.
    """

    severity: ClassVar[Severity] = Severity.ERROR
    scope: ClassVar[Scope] = Scope.FILE
    precision: ClassVar[str] = (
        "silent on 27 public files and dialogues in 28 languages, whose lifts are 4.6 to 41; with the answers of 17 "
        "of them shifted by one row it finds 16, with those of the second half shifted 16"
    )

    min_lift: float = Field(1.5, ge=1, description="How much more often pairs share a word than by chance, at least.")
    min_records: int = Field(100, ge=SECTION, description="Smaller files are not judged.")

    def zero(self) -> Pairs:
        """Return no pairs."""
        return Pairs()

    def add_batch(
        self, state: Pairs, records: Sequence[Record], answers: LastAnswers, hashes: RecordHashes, /
    ) -> Pairs:
        """Keep the words of the records that fall into the sample."""
        # Whether a record has an answer is asked of each; all else of the few that are sampled.
        are_pairs = flags(map(_is_pair, records))
        state.total += int(are_pairs.sum())
        sampled = state.sample.smallest(hashes, are_pairs)
        state.sample.add_all((int(hashes[at]), _pair(records[at], answers[at])) for at in sampled)
        return state

    def merge(self, left: Pairs, right: Pairs) -> Pairs:
        """Put two samples together."""
        left.total += right.total
        left.sample.merge(right.sample)
        return left

    def unjudged(self, state: Pairs) -> str:
        """Say that prompts and responses share too few words."""
        if state.total < self.min_records:
            return ""
        whole = overlap(rare(state.sample.values))
        if whole.is_telling or (whole.own > 2 * MIN_CHANCE and whole.lift >= self.min_lift):
            return ""
        return "prompts and responses have too few rare words in common to be compared"

    def finish(self, state: Pairs) -> Iterator[Finding]:
        """Compare the file with chance, then its stretches."""
        if state.total < self.min_records:
            return
        pairs = rare(state.sample.values)
        whole = overlap(pairs)
        if whole.is_telling and whole.lift < self.min_lift:
            yield self._found(whole, f"the responses of {state.total:,} records", "file")
            return
        for part in broken(pairs):
            first, last = min(pair[0] for pair in part), max(pair[0] for pair in part)
            what = f"the responses of records {first + 1:,} to {last + 1:,}"
            yield self._found(overlap(part), what, f"from {first}")

    def _found(self, shared: Overlap, what: str, key: str) -> Finding:
        own, other = shared.own / shared.pairs, shared.other / shared.pairs
        return self.finding(
            None,
            f"{what} do not belong to their prompts: {own:.1%} share a rare word with their own, {other:.1%} with "
            f"another's; a lift of {shared.lift:.2f} where {self.min_lift:g} is the least",
            score=1.0,
            key=key,
            lift=round(shared.lift, 3),
            own=round(own, 4),
            other=round(other, 4),
            sample=shared.pairs,
        )


def _pair(record: Record, answer: str) -> Pair:
    asked = " ".join(turn.text[-TEXT:] for turn in record.context if turn.role == "user")
    return Pair(record.ref, words(asked[-TEXT:], PROMPT_WORDS), words(answer[:TEXT], RESPONSE_WORDS))


def _is_pair(record: Record) -> bool:
    return record.answer is not None and record.format not in ("text", "evaluation")
