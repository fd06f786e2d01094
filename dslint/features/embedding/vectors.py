"""Vectors of what records ask and answer, made in one process and looked up in all.

A model takes hundreds of megabytes, so it is loaded once: :class:`QuestionEncoding` and those of its kind see all
records before the passes, and put the vectors that are not stored yet into a store. What the passes get is where that
store is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar

from dslint.api import DatasetFeature, Record, Scope, Unusable, provided, setting
from dslint.features.embedding.settings import EmbeddingSettings
from dslint.features.question import question_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dslint.features.embedding.given import By

S = TypeVar("S")
V = TypeVar("V")


@dataclass(frozen=True)
class Encoded:
    """Where the vectors of one text of each record are.

    Attributes:
        folder: The store.
        answers: Whether they are of what records answer, rather than of what they ask.
        by: What a vector is found by.
        bases: Number of the first record of each file, by path; where vectors are found by a record's number.
        keeps: What must not go as long as this is used; it stays in the process that made it.
    """

    folder: str
    answers: bool = False
    by: By = "text"
    bases: Mapping[str, int] = field(default_factory=dict)
    keeps: Any = field(default=None, repr=False, compare=False)

    def __reduce__(self) -> Any:
        """Leave out what stays in the process that made it."""
        return Encoded, (self.folder, self.answers, self.by, self.bases)

    def keys(self, records: Sequence[Record]) -> NDArray[np.uint64]:
        """Return ``uint64[n, 2]``: what the vectors of records are found by; zero for none."""
        import numpy as np

        from dslint.features.embedding.given import record_keys
        from dslint.features.embedding.store import text_keys

        if self.by == "text":
            return text_keys([text_of(record, answers=self.answers) for record in records])
        if self.answers:  # there is one vector for the whole record
            return np.zeros((len(records), 2), dtype=np.uint64)
        if self.by == "id":
            return text_keys([str(record.field("id")) for record in records])
        return record_keys([self.bases[record.ref.path] + (record.ref.record or 0) for record in records])

    def rows(self, keys: NDArray[np.uint64]) -> NDArray[np.float32]:
        """Return ``float32[n, d]``: unit vectors, rounded to half precision; zero for the key zero.

        Raises:
            Unusable: If one is not there any more.
        """
        import numpy as np

        from dslint.features.embedding.store import open_store

        wanted = keys.any(axis=1)
        store = open_store(self.folder)
        known, rows = store.find(keys)
        if rows is None or not known[wanted].all():
            store.load()  # it has grown since
            known, rows = store.find(keys)
        if not self.answers and not known[wanted].all():
            raise Unusable("stored vectors were removed while they were used; run again")
        return np.zeros((len(keys), 0), dtype=np.float32) if rows is None else rows.astype(np.float32)

    def of(self, records: Sequence[Record]) -> NDArray[np.float32]:
        """Return ``float32[n, d]``: one unit vector for each record; see :meth:`rows`."""
        return self.rows(self.keys(records))


def text_of(record: Record, *, answers: bool = False) -> str:
    """Return the text that a vector of ``record`` is of."""
    return record.response if answers else question_of(record)


@dataclass(slots=True)
class EncodingState:
    """What has been encoded so far.

    Attributes:
        encoded: Where it is; ``None`` before the first record.
        told: What is said of it.
        bases: Number of the first record of each file, by path.
        records: How many records were seen, where vectors are found by a record's number.
    """

    encoded: Encoded | None = None
    told: str = ""
    bases: dict[str, int] = field(default_factory=dict)
    records: int = 0


@dataclass(frozen=True)
class AskingModel(DatasetFeature[S, V]):
    """What asks a model of sentences, in one process of a run.

    Attributes:
        embeddings: Which model, or which file of vectors.
        vectors_dir: Folder of the vectors of earlier runs; empty keeps none.
    """

    scope: ClassVar[Scope] = Scope.RUN
    alone: ClassVar[bool] = True

    embeddings: EmbeddingSettings = setting(EmbeddingSettings())  # noqa: RUF009 - a dataclass field
    vectors_dir: str = provided("")

    @property
    def idle(self) -> bool:
        """Whether no model is configured."""
        return not self.embeddings.model


class Encoding(AskingModel[EncodingState, Encoded]):
    """Vectors of what records say; subclasses tell of which."""

    def zero(self) -> EncodingState:
        """Return the state of no records."""
        return EncodingState()

    def finish(self, state: EncodingState) -> Encoded:
        """Return where the vectors are."""
        from dslint.features.embedding.encoding import complete

        return complete(state, self.embeddings, self.vectors_dir)

    def told(self, state: EncodingState) -> str:
        """Say which model ran where."""
        return state.told


class QuestionEncoding(Encoding):
    """The vectors of all that the records of a run ask."""

    def add_batch(self, state: EncodingState, records: Sequence[Record], /) -> EncodingState:
        """Encode what is not stored yet."""
        from dslint.features.embedding.encoding import add_records

        add_records(state, records, self.embeddings, self.vectors_dir)
        return state


EncodedIfSet = Annotated[Encoded | None, QuestionEncoding]
"""Ask for the vectors of what records ask: ``questions.of(records)``; ``None`` where no model is configured."""
