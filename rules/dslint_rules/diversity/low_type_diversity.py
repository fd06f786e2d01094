"""A dataset has few types of task, or answers that repeat one another's phrases."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import ClassVar, Final

from dslint.api import DatasetRule, Field, Finding, Record, Severity, shared
from dslint.features.embedding.settings import EmbeddingSettings
from dslint.features.frequent import Sample, stable_hashes
from dslint.features.patterns import expression
from dslint.features.splits import TrainedOn
from dslint.features.task import Kinds
from dslint.features.topics.types import TYPE_SIMILARITY, TopicsIfSet
from dslint.features.views import Responses

SAMPLE = 400
WORDS = 120
_WORD: Final = expression(r"\w+")
_HEAD: Final = expression(rf"(?:\W*+\w++){{1,{WORDS}}}")
MIN_ANSWERS = 200


@dataclass(slots=True)
class Seen:
    """What was seen: how often each type of task, and the beginning of some distinct answers."""

    types: Counter[str] = field(default_factory=Counter)
    answers: Sample = field(default_factory=lambda: Sample(SAMPLE))


class LowTypeDiversity(DatasetRule[Seen]):
    """A dataset has few types of task or few ways of phrasing an answer, so the model generalises badly.

    Two measures, each over at least 500 records. *Effective types*: the exponential of the entropy of the types of
    task, which is the number of types that an even mix of the same diversity would have; where fewer than six in ten
    questions have a type that the rule knows, types are told by a model of meaning, if one is configured, as in
    `dominant-type`. *Distinct trigrams*: of all sequences of three words in the first 120
    words of 400 different answers, the share that is different from every other; languages that put no space between
    words are not judged by it. Splits that are not trained on are left out.

    **When to ignore.** The model is meant for a handful of tasks.

    **References.** [Liu et al.: What Makes Good Data for Alignment?](https://arxiv.org/abs/2312.15685), [Li et al.: A
    Diversity-Promoting Objective Function](https://arxiv.org/abs/1510.03055), for distinct n-grams.
    """

    severity: ClassVar[Severity] = Severity.NOTE
    precision: ClassVar[str] = (
        "no finding on 27 public files (fewest effective types 15.8, lowest share of distinct trigrams .66), so it "
        "was read on made data only. Known: data that is meant for few tasks"
    )

    min_types: float = Field(8, ge=1, description="Effective number of types below which it is reported.")
    min_distinct: float = Field(0.5, ge=0, le=1, description="Share of distinct trigrams below which it is reported.")
    min_records: int = Field(500, ge=1, description="Smaller datasets are not judged.")
    min_known: float = Field(0.6, ge=0, le=1, description="Share of questions whose type must be known.")
    type_similarity: float = Field(
        TYPE_SIMILARITY, ge=-1, le=1, description="Mean cosine of the questions of two topics that are one type."
    )
    embeddings: EmbeddingSettings = shared(
        EmbeddingSettings(), description="Tells types by meaning where words do not.", reads="model"
    )

    def zero(self) -> Seen:
        """Return nothing seen."""
        return Seen()

    def add_batch(
        self, state: Seen, _records: Sequence[Record], kinds: Kinds, responses: Responses, trained: TrainedOn, /
    ) -> Seen:
        """Count the records' types, and keep the beginnings of the answers that the sample wants."""
        state.types.update(compress(kinds, trained.tolist()))
        keys, counted = stable_hashes(responses), trained.copy()
        # Nearly all answers have a word, so only what would be kept is looked at, and then what comes in its place.
        while wordless := [at for at in state.answers.smallest(keys, counted) if not _WORD.search(responses[at])]:
            counted[wordless] = False
        heads = [(int(keys[at]), _HEAD.match(responses[at])) for at in state.answers.smallest(keys, counted)]
        state.answers.add_all((key, head.group()) for key, head in heads if head is not None)
        return state

    def merge(self, left: Seen, right: Seen) -> Seen:
        """Add the counts and join the samples."""
        left.types.update(right.types)
        left.answers.merge(right.answers)
        return left

    def unjudged(self, state: Seen) -> str:
        """Say that too few questions have a type that is known."""
        total = state.types.total()
        known = total - state.types[""]
        if total < self.min_records or known >= self.min_known * total or self.embeddings.model:
            return ""
        needed = f"{self.min_known:.0%} are needed; set embeddings.model to tell types by meaning"
        return f"{known:,} of {total:,} questions have a known type, {needed}"

    def finish(self, state: Seen, topics: TopicsIfSet) -> Iterator[Finding]:
        """Yield a finding for each measure that is too low."""
        total = state.types.total()
        if total < self.min_records:
            return
        known = [count for kind, count in state.types.items() if kind]
        if sum(known) >= self.min_known * total:
            yield from self._types(known, total, "")
        elif topics is not None:
            yield from self._types([count for _, count in topics.types(self.type_similarity)], total, " by meaning")
        yield from self._answers(state.answers.values)

    def _types(self, known: list[int], total: int, by: str) -> Iterator[Finding]:
        effective = _effective(known)
        if effective >= self.min_types:
            return
        yield self.finding(
            None,
            f"{effective:.1f} effective types of task{by} in {total:,} records, below {self.min_types:g}",
            score=1 - effective / self.min_types,
            key="types",
            effective=round(effective, 2),
            types=len(known),
            records=total,
        )

    def _answers(self, answers: list[str]) -> Iterator[Finding]:
        trigrams = [each for answer in answers for each in _trigrams(answer)]
        if len(answers) < MIN_ANSWERS or len(trigrams) < len(answers):
            return
        distinct = len(set(trigrams)) / len(trigrams)
        if distinct >= self.min_distinct:
            return
        yield self.finding(
            None,
            f"{distinct:.0%} of the word trigrams in {len(answers)} different answers are distinct, "
            f"below {self.min_distinct:.0%}",
            score=1 - distinct,
            key="answers",
            distinct=round(distinct, 4),
            answers=len(answers),
        )


def _effective(counts: Iterable[int]) -> float:
    shares = sorted(counts)
    total = sum(shares)
    return math.exp(-math.fsum(count / total * math.log(count / total) for count in shares)) if total else 0.0


def _trigrams(text: str) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return zip(words, words[1:], words[2:], strict=False)
