"""Texts of many records at once, for what looks at all of them: a list is made once, and lengths are compared in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from dslint.api import Feature, Record
from dslint.model.record import ASSISTANT


class LastAnswer(Feature[str]):
    """The text of the last answer; empty where there is none."""

    def compute(self, records: Sequence[Record], /) -> list[str]:
        """Return each record's last answer."""
        return [
            turns[-1].text if (turns := record.messages) and turns[-1].role == ASSISTANT else _earlier(record)
            for record in records
        ]


LastAnswers = Annotated[Sequence[str], LastAnswer]
"""Ask, for a batch of records, for the texts of their last answers."""


class LastAnswerSize(Feature[int]):
    """How many characters the last answer has."""

    def compute(self, records: Sequence[Record], answers: LastAnswers, /) -> Any:  # noqa: ARG002 - the answers tell
        """Return ``int64[n]``."""
        return sizes(answers)


LastAnswerSizes = Annotated[Any, LastAnswerSize]
"""Ask, for a batch of records, for the lengths of their last answers: ``int64[n]``."""


class Response(Feature[str]):
    """All that the record teaches to say, ``record.response``."""

    def compute(self, records: Sequence[Record], /) -> list[str]:
        """Return each record's response."""
        return [record.response for record in records]


Responses = Annotated[Sequence[str], Response]
"""Ask, for a batch of records, for the texts of all their answers that are trained on."""


class Question(Feature[str]):
    """What is asked, ``record.question``."""

    def compute(self, records: Sequence[Record], /) -> list[str]:
        """Return each record's question."""
        return [record.question for record in records]


Questions = Annotated[Sequence[str], Question]
"""Ask, for a batch of records, for their questions."""


def sizes(texts: Sequence[str]) -> Any:
    """Return how many characters each text has, as ``int64[n]``."""
    import numpy as np

    return np.fromiter(map(len, texts), np.int64, len(texts))


def positions(found: Iterable[int]) -> Any:
    """Return positions of records as ``int64[n]``."""
    import numpy as np

    return np.fromiter(found, np.int64)


def flags(found: Iterable[bool]) -> Any:
    """Return what holds of records as ``bool[n]``."""
    import numpy as np

    return np.fromiter(found, np.bool_)


def _earlier(record: Record) -> str:
    answer = record.answer
    return "" if answer is None else answer.text
