"""Which records are compared by meaning: all, or those that cheap vectors propose where a model would take too long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, ClassVar

from dslint.api import Record
from dslint.features.embedding.neighbours import distinct_keys, near_rows, place
from dslint.features.embedding.settings import EmbeddingSettings
from dslint.features.embedding.vectors import AskingModel, Encoded, Encoding, EncodingState

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Proposed:
    """The questions that cheap vectors propose.

    Attributes:
        encoded: What questions are found by.
        names: ``uint64[n, 2]``, ascending: those that have a similar one, or stand in several records.
    """

    encoded: Encoded
    names: NDArray[np.uint64]


@dataclass(slots=True)
class ProposingState:
    """The questions seen so far.

    Attributes:
        encoding: Where their cheap vectors are.
        keys: What they are found by, shard by shard.
    """

    encoding: EncodingState = field(default_factory=EncodingState)
    keys: list[NDArray[np.uint64]] = field(default_factory=list)


class ProposedFeature(AskingModel[ProposingState, Proposed]):
    """Which questions of the run have similar ones by cheap vectors, where a model for these is configured."""

    @property
    def idle(self) -> bool:
        """Whether all records are compared."""
        return not self.embeddings.propose

    def zero(self) -> ProposingState:
        """Return the state of no records."""
        return ProposingState()

    def add_batch(self, state: ProposingState, records: Sequence[Record], /) -> ProposingState:
        """Make cheap vectors of what is not stored yet."""
        from dslint.features.embedding.encoding import add_records

        encoded = add_records(state.encoding, records, self._proposer, self.vectors_dir)
        state.keys.append(encoded.keys(records))
        return state

    def finish(self, state: ProposingState) -> Proposed:
        """Find those that are similar."""
        import numpy as np

        from dslint.features.embedding.encoding import complete

        encoded = complete(state.encoding, self._proposer, self.vectors_dir)
        keys = np.concatenate(state.keys)
        keys = keys[np.lexsort((keys[:, 1], keys[:, 0]))]
        repeated = keys[1:][(keys[1:] == keys[:-1]).all(axis=1)]
        distinct = distinct_keys(keys)
        near = distinct[near_rows(encoded.rows(distinct), self.embeddings.propose_from)]
        return Proposed(encoded, distinct_keys(np.concatenate((near, repeated))))

    def told(self, _state: ProposingState) -> str:
        """Say which model proposes."""
        return f"{self._proposer.name} proposes what is compared, from a cosine of {self.embeddings.propose_from:g} on"

    @property
    def _proposer(self) -> EmbeddingSettings:
        assert self.embeddings.proposer is not None
        return self.embeddings.proposer


ProposedIfSet = Annotated[Proposed | None, ProposedFeature]


def chosen(records: Sequence[Record], proposed: Proposed | None) -> Sequence[Record]:
    """Return the records that are compared: those whose questions are proposed, or all where nothing proposes."""
    if proposed is None:
        return records
    keys = proposed.encoded.keys(records)
    return [record for record, key in zip(records, keys, strict=True) if place(proposed.names, key) is not None]


class ComparedQuestionEncoding(Encoding):
    """The vectors of what those records ask that are compared."""

    answers: ClassVar[bool] = False

    def add_batch(self, state: EncodingState, records: Sequence[Record], proposed: ProposedIfSet, /) -> EncodingState:
        """Encode what is not stored yet."""
        from dslint.features.embedding.encoding import add_records

        given = self.embeddings.resolved_backend == "file"  # its rows are counted by records
        compared = records if given else chosen(records, proposed)
        add_records(state, compared, self.embeddings, self.vectors_dir, answers=self.answers)
        return state


class ComparedAnswerEncoding(ComparedQuestionEncoding):
    """The vectors of what those records answer that are compared."""

    answers: ClassVar[bool] = True


ComparedQuestions = Annotated[Encoded, ComparedQuestionEncoding]
"""Ask for the vectors of questions, of records that are compared: ``questions.of(records)``. A model has to be set."""
ComparedAnswers = Annotated[Encoded, ComparedAnswerEncoding]
"""Ask for the vectors of their answers; a record without an answer has the vector zero."""
