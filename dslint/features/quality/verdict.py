"""What a quality model says of a record, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Final, NamedTuple

from dslint.api import Feature, Record, setting
from dslint.features.quality.model import QualityModel
from dslint.features.quality.traits import TRAITS, Gram, answered, grams, traits

_TOLD: Final = 3
_MOST_LETTERS: Final = 40


class Verdict(NamedTuple):
    """A model's judgement of a record.

    Attributes:
        poor: How likely it is to be rated as poor.
        reasons: What speaks most for that, in words, strongest first.
        good_from: Score below which the people whose ratings it learnt from called an answer poor, as it were.
    """

    poor: float
    reasons: tuple[str, ...]
    good_from: float


@dataclass(frozen=True)
class Judge:
    """A model, ready to judge.

    Attributes:
        model: The model.
    """

    model: QualityModel

    @cached_property
    def _weights(self) -> dict[int, float]:
        return {int(key, 16): weight for key, weight in self.model.grams.items()}

    def verdict(self, record: Record) -> Verdict:
        """Judge a record."""
        parts = list(self._parts(record))
        poor = self.model.probability(self.model.intercept + sum(value for value, _ in parts))
        strongest = sorted((part for part in parts if part[0] > 0 and part[1]), key=lambda part: (-part[0], part[1]))
        return Verdict(poor, tuple(told for _, told in strongest[:_TOLD]), self.model.trained.good_from)

    def _parts(self, record: Record) -> Iterator[tuple[float, str]]:
        """Yield what each thing adds, with what it is; nothing where it must not be told."""
        weights = self._weights
        for (name, words), value in zip(TRAITS.items(), traits(record), strict=True):
            trait = self.model.traits[name]
            yield trait.contribution(value), words[value > trait.mean]
        for gram, value in grams(record).items():
            weight = weights.get(gram.key)
            if weight is not None:
                yield weight * value, _told(gram)


def _told(gram: Gram) -> str:
    # What is no word may be a key or a number of somebody.
    if len(gram.text) > _MOST_LETTERS or not gram.text.replace(" ", "").isalpha():
        return ""
    return f'"{gram.text}" in the {gram.side}'


@dataclass(frozen=True)
class Quality(Feature[Verdict | None]):
    """What the model of the setting ``quality-model`` says of a record; nothing of one without an answer.

    Attributes:
        quality_model: The model; whoever runs the feature reads its file.
    """

    quality_model: Any = setting(None)  # noqa: RUF009 - a dataclass field

    def compute(self, records: Sequence[Record], /) -> Sequence[Verdict | None]:
        """Return one verdict for each record."""
        if not isinstance(self.quality_model, QualityModel):
            return [None] * len(records)
        judge = Judge(self.quality_model)
        return [judge.verdict(record) if answered(record).strip() else None for record in records]


JudgedQuality = Annotated[Verdict | None, Quality]
"""Ask for what the quality model says of a record."""
