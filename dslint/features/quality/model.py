"""The file of a quality model: JSON that is checked on reading, and no code."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dslint.features.quality.traits import TRAITS, VERSION

FORMAT: Final = "dslint-quality-model"
CLIP: Final = 4.0
"""Standard deviations beyond which a number counts as this far away, so that one freak decides nothing."""

Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Trained(_Table):
    """Where a model comes from.

    Attributes:
        dslint: Version that trained it.
        ratings: Digest of the rated texts and their scores.
        records: How many were used.
        poor: How many of them are rated below ``good_from``.
        good_from: Score from which on an answer is good.
        folds: In how many parts they were cut to judge the model.
        auc: How often a poor answer of a part that the model had not seen got the higher probability than a good one.
        length_auc: The same for a model that sees the length of answers only.
        flagged: How many of them got a probability above .8.
        flagged_poor: How many of these are poor.
    """

    dslint: str = Field(max_length=80)
    ratings: str = Field(pattern="^[0-9a-f]{32}$")
    records: int = Field(ge=1)
    poor: int = Field(ge=1)
    good_from: Number
    folds: int = Field(ge=2)
    auc: Share
    length_auc: Share
    flagged: int = Field(ge=0)
    flagged_poor: int = Field(ge=0)


class Trait(_Table):
    """How a number about a record counts.

    Attributes:
        mean: What is taken from it.
        deviation: What it is then divided by.
        weight: What it is then counted with.
    """

    mean: Number
    deviation: float = Field(gt=0, allow_inf_nan=False)
    weight: Number

    def contribution(self, value: float) -> float:
        """Return what a value adds to the sum."""
        return self.weight * max(-CLIP, min(CLIP, (value - self.mean) / self.deviation))


class QualityModel(_Table):
    """A logistic regression.

    Attributes:
        format: Tells the file from others.
        version: Of what the model sees of a record.
        trained: Where it comes from.
        intercept: Where the sum starts.
        slope: What the sum is multiplied with, so that probabilities are as often right as they say.
        shift: What is then added.
        traits: Numbers about the form of a record.
        grams: Weight of each word and pair of words, by its digest.
    """

    format: Literal["dslint-quality-model"]
    version: int
    trained: Trained
    intercept: Number
    slope: float = Field(gt=0, allow_inf_nan=False)
    shift: Number
    traits: dict[str, Trait]
    grams: dict[Annotated[str, Field(pattern="^[0-9a-f]{16}$")], Number]

    @model_validator(mode="after")
    def _sees_what_we_see(self) -> QualityModel:
        if self.version != VERSION or list(self.traits) != list(TRAITS):
            raise ValueError(f"is of version {self.version}, and this dslint needs {VERSION}: train it again")
        return self

    def probability(self, total: float) -> float:
        """Return how likely a poor rating is, from the sum of contributions."""
        return logistic(self.slope * total + self.shift)


def logistic(value: float) -> float:
    """Return the logistic function of ``value``."""
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))


def read_model(data: bytes) -> QualityModel:
    """Read a model.

    Raises:
        ValueError: It is none, is damaged, or sees something else than this version of dslint; in one line.
    """
    try:
        return QualityModel.model_validate_json(data)
    except ValidationError as error:
        raise ValueError(_in_words(error)) from error


def write_model(model: QualityModel) -> str:
    """Return the text of a model's file."""
    return model.model_dump_json(indent=1) + "\n"


def _in_words(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = _place(first["loc"])
    if first["type"] == "value_error":
        return first["msg"].removeprefix("Value error, ")
    if first["type"] in ("json_invalid", "model_type") or place == "format":
        return f"is no quality model of dslint's{_first(first['msg']) if first['type'] == 'json_invalid' else ''}"
    return f"is a damaged quality model: {place} {first['msg'][:1].lower()}{first['msg'][1:]}"


def _place(keys: Sequence[int | str]) -> str:
    return ".".join(str(key) for key in keys)[:60]


def _first(message: str) -> str:
    return f" ({message[:80]})"
