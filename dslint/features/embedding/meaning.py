"""What two records are compared by for meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

from dslint.api import Feature, Record
from dslint.features.digest import media
from dslint.features.embedding.neighbours import cosine
from dslint.features.embedding.proposed import ComparedAnswers, ComparedQuestions


class Meaning(NamedTuple):
    """The vectors of one record.

    Attributes:
        question: Unit vector of what it asks.
        answer: Unit vector of what it answers; zero where it answers nothing, or has no vector of its own for that.
        media: Images, videos and sounds.
    """

    question: Any
    answer: Any
    media: str = ""

    def similarity(self, other: Meaning) -> float:
        """Return the smaller of both cosines, of the questions and of the answers; 0 where the media differ."""
        if self.media != other.media:
            return 0.0
        asked = cosine(self.question, other.question)
        if not self.answer.any() and not other.answer.any():
            return asked
        return min(asked, cosine(self.answer, other.answer))


class MeaningFeature(Feature[Meaning]):
    """What each record asks and answers, as vectors."""

    def compute(
        self, records: Sequence[Record], questions: ComparedQuestions, answers: ComparedAnswers, /
    ) -> list[Meaning]:
        """Return one value for each record."""
        sides = (questions.of(records), answers.of(records), map(media, records))
        return [Meaning(*each) for each in zip(*sides, strict=True)]


RecordMeaning = Annotated[Meaning, MeaningFeature]
