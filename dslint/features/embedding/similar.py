"""Which questions of a run mean almost the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, ClassVar

from dslint.api import DatasetFeature, Record, Scope
from dslint.features.embedding.neighbours import FLOOR, ROUNDING, distinct_keys, place, similar_pairs
from dslint.features.embedding.proposed import ComparedQuestions, ProposedIfSet, chosen
from dslint.features.embedding.vectors import Encoded

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class SimilarQuestions:
    """The pairs of questions with a cosine of at least ``FLOOR``, question by question.

    Attributes:
        encoded: What questions are found by.
        names: ``uint64[n, 2]``, ascending: the questions that have similar ones.
        offsets: Where the pairs of each question begin; one more entry than there are questions.
        pairs: A number for each pair, the same for both of its questions.
        cosines: How similar they are.
        texts: How many different questions there are.
    """

    encoded: Encoded
    names: NDArray[np.uint64]
    offsets: NDArray[np.int64]
    pairs: NDArray[np.uint64]
    cosines: NDArray[np.float16]
    texts: int = 0

    def keys(self, record: Record, least: float) -> Iterator[bytes]:
        """Yield keys that the record's question shares with those that are at least so similar, and with its equals."""
        name = self.encoded.keys([record])[0]
        if not name.any():
            return
        yield name.tobytes()
        at = place(self.names, name)
        if at is not None:
            here = slice(self.offsets[at], self.offsets[at + 1])
            for pair in self.pairs[here][self.cosines[here] >= least - ROUNDING]:
                yield pair.tobytes()


@dataclass(slots=True)
class QuestionKeys:
    """The questions seen so far.

    Attributes:
        encoded: Where their vectors are.
        keys: What they are found by, shard by shard.
    """

    encoded: Encoded | None = None
    keys: list[NDArray[np.uint64]] = field(default_factory=list)


class SimilarQuestionsFeature(DatasetFeature[QuestionKeys, SimilarQuestions]):
    """Which questions of the run are similar; blank ones are left out, and those that are not proposed."""

    scope: ClassVar[Scope] = Scope.RUN

    def zero(self) -> QuestionKeys:
        """Return no questions."""
        return QuestionKeys()

    def add_batch(
        self, state: QuestionKeys, records: Sequence[Record], encoded: ComparedQuestions, proposed: ProposedIfSet, /
    ) -> QuestionKeys:
        """Take note of the records' questions."""
        state.encoded = encoded
        state.keys.append(distinct_keys(encoded.keys(chosen(records, proposed))))
        return state

    def merge(self, left: QuestionKeys, right: QuestionKeys) -> QuestionKeys:
        """Take note of the questions of both."""
        left.encoded = left.encoded or right.encoded
        left.keys += right.keys
        return left

    def finish(self, state: QuestionKeys) -> SimilarQuestions:
        """Find the pairs."""
        import numpy as np

        assert state.encoded is not None
        keys = distinct_keys(np.concatenate(state.keys))
        pairs, cosines = similar_pairs(state.encoded.rows(keys), FLOOR)
        numbers = np.arange(len(pairs), dtype=np.uint64)
        both, twice = np.concatenate((pairs[:, 0], pairs[:, 1])), np.concatenate((numbers, numbers))
        order = np.lexsort((twice, both))
        members, starts = np.unique(both[order], return_index=True)
        return SimilarQuestions(
            state.encoded,
            keys[members],
            np.append(starts, len(both)).astype(np.int64),
            twice[order],
            np.concatenate((cosines, cosines))[order].astype(np.float16),
            len(keys),
        )


Similar = Annotated[SimilarQuestions, SimilarQuestionsFeature]
