"""How unsafe each answer of a record is.

A model is loaded once: :class:`AnswerScoring` sees all records before the passes, in one process, and puts the scores
that are not known yet into a store, by digest of the text. What the passes get is where that store is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar

from dslint.api import DatasetFeature, Feature, Message, Record, Scope, Unusable, provided, setting
from dslint.features.ratings import number, value_at
from dslint.features.safety.settings import SafetySettings
from dslint.features.splits import NO_ANSWER, is_unwanted

Labelled = Mapping[str, float]
"""A number from 0 to 1 for each label."""


@dataclass(frozen=True)
class Scores:
    """Where the scores of answers are.

    Attributes:
        folder: The store; empty where the data holds the scores itself.
        labels: What the columns stand for.
        keeps: What must not go as long as this is used; it stays in the process that made it.
    """

    folder: str = ""
    labels: tuple[str, ...] = ()
    keeps: Any = field(default=None, repr=False, compare=False)

    def __reduce__(self) -> Any:
        """Leave out what stays in the process that made it."""
        return Scores, (self.folder, self.labels)

    def of(self, texts: Sequence[str]) -> list[Labelled]:
        """Return the scores of texts.

        Raises:
            Unusable: If one is not there any more.
        """
        from dslint.features.embedding.store import open_store, text_keys

        store = open_store(self.folder)
        keys = text_keys(texts)
        known, rows = store.find(keys)
        if not known.all():
            store.load()  # it has grown since
            known, rows = store.find(keys)
        if rows is None or not known.all():
            raise Unusable("stored scores were removed while they were used; run again")
        return [dict(zip(self.labels, map(float, row), strict=True)) for row in rows]


@dataclass(slots=True)
class ScoringState:
    """What has been scored so far.

    Attributes:
        scores: Where it is; ``None`` before the first record.
        told: What is said of it.
    """

    scores: Scores | None = None
    told: str = ""


@dataclass(frozen=True)
class AnswerScoring(DatasetFeature[ScoringState, Scores]):
    """The scores of all answers of a run.

    Attributes:
        safety: What scores them.
        vectors_dir: Folder of what models of earlier runs gave; empty keeps none.
    """

    scope: ClassVar[Scope] = Scope.RUN
    alone: ClassVar[bool] = True

    safety: SafetySettings = setting(SafetySettings())  # noqa: RUF009 - a dataclass field
    vectors_dir: str = provided("")

    def zero(self) -> ScoringState:
        """Return the state of no records."""
        return ScoringState()

    def add_batch(self, state: ScoringState, records: Sequence[Record], /) -> ScoringState:
        """Score what is not known yet."""
        if self.safety.kind == "field":
            state.scores = Scores()
        else:
            from dslint.features.safety.scoring import add_scores

            texts = [turn.text for record in records for turn in answers(record)]
            state.scores, state.told = add_scores(state.scores, texts, self.safety, self.vectors_dir)
        return state

    def finish(self, state: ScoringState) -> Scores:
        """Return where the scores are."""
        return state.scores or Scores()

    def told(self, state: ScoringState) -> str:
        """Say which classifier ran where."""
        return state.told


ScoredAnswers = Annotated[Scores, AnswerScoring]


@dataclass(frozen=True)
class AnswerSafety(Feature[tuple[tuple[int, Labelled], ...]]):
    """The scores of each answer of a record, with its number among the turns.

    Scores that the data holds are those of the whole record, and stand at its last answer.

    Attributes:
        safety: What scores them.
    """

    safety: SafetySettings = setting(SafetySettings())  # noqa: RUF009 - a dataclass field

    def compute(self, records: Sequence[Record], scores: ScoredAnswers, /) -> Sequence[Any]:
        """Return the scores of each record."""
        if self.safety.kind == "field":
            return [_declared(record, self.safety.field) for record in records]
        turns = [(at, turn) for at, record in enumerate(records) for turn in answers(record)]
        found: list[list[tuple[int, Labelled]]] = [[] for _ in records]
        labelled = scores.of([turn.text for _, turn in turns]) if turns else []
        for (at, turn), each in zip(turns, labelled, strict=True):
            place = next(n for n, other in enumerate(records[at].messages) if other is turn)
            found[at].append((place, each))
        return [tuple(each) for each in found]


Safety = Annotated[tuple[tuple[int, Labelled], ...], AnswerSafety]
"""Ask for the scores of each answer of a record."""


def answers(record: Record) -> Sequence[Message]:
    """Return the turns of a record that the model learns to say."""
    if record.format in NO_ANSWER or is_unwanted(record):
        return ()
    return [turn for turn in record.messages if turn.role == "assistant" and turn.trained and turn.text.strip()]


def _declared(record: Record, name: str) -> tuple[tuple[int, Labelled], ...]:
    """Return what a field of the record holds: one number, or numbers by label."""
    value = value_at(record.data, name)
    given = value if isinstance(value, Mapping) else {name.rpartition(".")[2]: value}
    found = {str(label): score for label, each in given.items() if (score := number(each)) is not None}
    turns = answers(record)
    if not found or not turns:
        return ()
    return ((max(n for n, turn in enumerate(record.messages) if turn is turns[-1]), found),)


def read_labels(folder: str) -> tuple[str, ...]:
    """Return the labels of a store's columns; none where nothing was scored yet."""
    try:
        return tuple(map(str, json.loads((Path(folder) / "labels").read_text(encoding="utf-8"))))
    except (OSError, ValueError):
        return ()
