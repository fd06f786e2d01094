"""Counting how answers begin and end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from dslint.api import DatasetRule, Field, Finding, Record
from dslint.features.frequent import Frequent, RecordHashes
from dslint.features.prose import ProseAnswers, has_words

EXAMPLES: Final = 3


class TemplatedPart(DatasetRule[Frequent]):
    """What the rules about openings and endings share."""

    min_records: int = Field(200, ge=1, description="Datasets with fewer answers in prose are not judged.")
    min_words: int = Field(8, ge=1, description="Answers with fewer words are not counted.")

    def zero(self) -> Frequent:
        """Return no counts."""
        return Frequent()

    def merge(self, left: Frequent, right: Frequent) -> Frequent:
        """Add the counts."""
        return left.merge(right)

    def add_batch(
        self, state: Frequent, records: Sequence[Record], answers: ProseAnswers, hashes: RecordHashes, /
    ) -> Frequent:
        """Count the openings or endings of the records' answers."""
        texts = [text if has_words(text, self.min_words) else "" for text in answers]
        state.add_all(self.parts(texts), hashes, records)
        return state

    def parts(self, texts: Sequence[str]) -> Sequence[str]:
        """Return the openings or endings of answers; empty where one has none that counts."""
        raise NotImplementedError

    def judge(self, state: Frequent, max_share: float, verb: str) -> Iterator[Finding]:
        """Yield a finding where one opening or ending has too large a share."""
        words, count = state.most_common()
        if state.total < self.min_records or count < max_share * state.total:
            return
        share = count / state.total
        yield self.finding(
            None,
            f'{share:.1%} of {state.total:,} answers in prose {verb} "{words}", at most {max_share:.0%} should',
            score=share,
            related=[(ref, f"an answer that {verb.replace(' ', 's ', 1)} it") for ref in state.places(words, EXAMPLES)],
            share=round(share, 4),
            words=words,
            count=count,
            records=state.total,
        )
