"""What training data asks: how rare its words are, and a sample of its questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Annotated, Any, Final

from dslint.api import DatasetFeature, Record
from dslint.features.coverage.prompts import CHARACTERS
from dslint.features.embedding.vectors import Encoded, QuestionEncoding
from dslint.features.frequent import Sample, stable_hashes
from dslint.features.question import question_of
from dslint.features.splits import is_held_out
from dslint.features.topics.terms import TermWeights, count_texts, weigh
from dslint.features.views import flags

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EncodedOrNot = Annotated[Encoded | None, QuestionEncoding]
SAMPLED: Final = 5000
"""Different questions that are kept: a share of two in a hundred is known to a fifth of one in a hundred."""


@dataclass(frozen=True, eq=False)
class Training:
    """What is known of the questions of a dataset.

    Attributes:
        weights: How much each word tells.
        questions: A sample of the different questions, in the order of their hashes.
        records: How many records are trained on.
        digest: Stands for weights and questions.
        encoded: Where their vectors are; ``None`` without a model, where vectors are made of words.
        keys: ``uint64[n, 2]``: what the vectors of the sample are found by.
    """

    weights: TermWeights
    questions: Sequence[str]
    records: int
    digest: bytes
    encoded: Encoded | None = None
    keys: Any = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Training) and self.digest == other.digest and self.records == other.records

    def __hash__(self) -> int:
        return hash(self.digest)

    def rows_of(self, records: Sequence[Record], texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a unit vector for what each record asks; ``texts`` is that."""
        return self.by_words(texts) if self.encoded is None else self.encoded.of(records)

    def sampled(self, limit: int = SAMPLED) -> NDArray[np.float32]:
        """Return a unit vector for each of the first questions of the sample."""
        if self.encoded is None:
            return self.by_words(self.questions[:limit])
        return self.encoded.rows(self.keys[:limit])

    def by_words(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a unit vector of the words of each text."""
        from dslint.features.topics.lexical import lexical_vectors

        return lexical_vectors(texts, self.weights)


@dataclass(slots=True)
class TrainingState:
    """What was seen of a dataset: in how many questions words of each bucket stand, and some of the questions."""

    counts: Any = None
    records: int = 0
    encoded: Encoded | None = None
    sample: Sample = field(default_factory=lambda: Sample(SAMPLED))


class TrainingQuestions(DatasetFeature[TrainingState, Training]):
    """The questions of a dataset; splits that are not trained on have none."""

    def zero(self) -> TrainingState:
        """Return nothing seen."""
        return TrainingState()

    def add_batch(self, state: TrainingState, records: Sequence[Record], encoded: EncodedOrNot, /) -> TrainingState:
        """Count the words of the questions, and keep those that the sample wants."""
        texts = questions(records)
        if not texts:
            return state
        names = [b""] * len(texts) if encoded is None else [row.tobytes() for row in encoded.keys(records)]
        state.encoded = encoded
        counts = count_texts(texts)
        state.counts = counts if state.counts is None else state.counts + counts
        state.records += len(texts)
        keys = stable_hashes(texts)
        kept = state.sample.smallest(keys, flags(text != "" and not text.isspace() for text in texts))
        state.sample.add_all((int(keys[position]), (texts[position], names[position])) for position in kept)
        return state

    def merge(self, left: TrainingState, right: TrainingState) -> TrainingState:
        """Add the counts and join the samples."""
        if right.counts is not None:
            left.counts = right.counts if left.counts is None else left.counts + right.counts
        left.records += right.records
        left.encoded = left.encoded or right.encoded
        left.sample.merge(right.sample)
        return left

    def finish(self, state: TrainingState) -> Training:
        """Weigh the words."""
        import numpy as np

        from dslint.features.topics.terms import BUCKETS

        counts = np.zeros(BUCKETS, dtype=np.int64) if state.counts is None else state.counts
        weights = weigh(counts, state.records)
        sampled = tuple(text for text, _ in state.sample.values)
        keys = np.frombuffer(b"".join(name for _, name in state.sample.values), dtype=np.uint64).reshape(-1, 2)
        digest = blake2b(weights.digest + "\0".join(sampled).encode("utf-8", "surrogatepass"), digest_size=16)
        return Training(weights, sampled, state.records, digest.digest(), state.encoded, keys)


Asked = Annotated[Training, TrainingQuestions]
"""Ask for what a dataset asks."""


def questions(records: Sequence[Record]) -> list[str]:
    """Return what each record asks that is trained on; records of one batch are of one split."""
    if not records or is_held_out(records[0]):
        return []
    return [question_of(record)[:CHARACTERS] for record in records]
