"""Which texts of a run have vectors that point almost the same way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final

from dslint.api import DatasetFeature, Record, Scope
from dslint.features.embedding.vectors import Encoded, EncodedQuestions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FLOOR: Final = 0.8
"""Least cosine of pairs that are kept: below it a model's neighbours are of one topic, not of one meaning."""
EXACT_UP_TO: Final = 100_000
"""Texts up to which all pairs are compared; above, an inverted file index of faiss proposes."""
_BLOCK: Final = 1024
_MOST: Final = 64
_ROUNDING: Final = 2e-3
"""What half precision may do to a cosine."""
_PROBES: Final = 16


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
        at = _place(self.names, name)
        if at is not None:
            here = slice(self.offsets[at], self.offsets[at + 1])
            for pair in self.pairs[here][self.cosines[here] >= least - _ROUNDING]:
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


@dataclass(frozen=True)
class SimilarQuestionsFeature(DatasetFeature[QuestionKeys, SimilarQuestions]):
    """Which questions of the run are similar; blank ones are left out."""

    scope: ClassVar[Scope] = Scope.RUN

    def zero(self) -> QuestionKeys:
        """Return no questions."""
        return QuestionKeys()

    def add_batch(self, state: QuestionKeys, records: Sequence[Record], encoded: EncodedQuestions, /) -> QuestionKeys:
        """Take note of the records' questions."""
        state.encoded = encoded
        state.keys.append(distinct_keys(encoded.keys(records)))
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


def distinct_keys(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the distinct keys, ascending, without the key of a blank text."""
    import numpy as np

    kept = keys[keys.any(axis=1)]
    kept = kept[np.lexsort((kept[:, 1], kept[:, 0]))]
    return kept[np.concatenate(([True], (kept[1:] != kept[:-1]).any(axis=1)))] if len(kept) else kept


def similar_pairs(
    rows: NDArray[np.float32], threshold: float, *, exact_up_to: int = EXACT_UP_TO
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return ``int64[m, 2]``: pairs of rows with a cosine of at least ``threshold``, ascending; and their cosines.

    Of the partners of one row the 64 most similar are kept, so that a cluster of thousands of texts does not give
    millions of pairs; it stays connected.

    Args:
        rows: ``float32[n, d]`` of length one.
        threshold: Least cosine; rounding is allowed for, so that some pairs a hair below are among them.
        exact_up_to: Rows up to which every pair is compared; above, where faiss is installed, it proposes pairs.
    """
    import numpy as np

    search = _proposed if len(rows) > exact_up_to and find_spec("faiss") is not None else _all_pairs
    found = list(search(rows, threshold - _ROUNDING))
    if not sum(len(pairs) for pairs, _ in found):
        return np.empty((0, 2), dtype=np.int64), np.empty(0, dtype=np.float32)
    pairs = np.sort(np.concatenate([pairs for pairs, _ in found]), axis=1)
    cosines = np.concatenate([cosines for _, cosines in found])
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    pairs, cosines = pairs[order], cosines[order]
    first = np.concatenate(([True], (pairs[1:] != pairs[:-1]).any(axis=1)))
    return pairs[first], cosines[first]


Found = tuple[Any, Any]


def _all_pairs(rows: NDArray[np.float32], threshold: float) -> Iterator[Found]:
    import numpy as np

    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        cosines = block @ rows[start:].T
        cosines[np.tril_indices(len(block), 0, cosines.shape[1])] = -1
        at, partner = np.nonzero(cosines >= threshold)
        yield _best(at, partner, cosines[at, partner], start, start)


def _proposed(rows: NDArray[np.float32], threshold: float) -> Iterator[Found]:
    import faiss
    import numpy as np

    count, width = rows.shape
    lists = int(4 * count**0.5)
    quantizer: Any = faiss.IndexFlatIP(width)
    index: Any = faiss.IndexIVFFlat(quantizer, width, lists, faiss.METRIC_INNER_PRODUCT)
    index.train(rows[:: max(1, count // (lists * 40))])
    index.add(rows)
    index.nprobe = _PROBES
    for start in range(0, count, _BLOCK):
        limits, scores, partner = index.range_search(rows[start : start + _BLOCK], threshold)
        at = np.repeat(np.arange(len(limits) - 1), np.diff(limits.astype(np.int64)))
        other = at + start != partner
        yield _best(at[other], partner[other], scores[other], start, 0)


def _best(at: Any, partner: Any, cosines: Any, base: int, partner_base: int) -> Found:
    """Keep the most similar partners of each row; numbers count from the bases."""
    import numpy as np

    order = np.lexsort((partner, -np.round(cosines, 3), at))
    at, partner, cosines = at[order], partner[order], cosines[order]
    starts = np.flatnonzero(np.concatenate(([True], at[1:] != at[:-1]))) if len(at) else np.empty(0, np.int64)
    rank = np.arange(len(at)) - np.repeat(starts, np.diff(np.append(starts, len(at))))
    kept = rank < _MOST
    return np.column_stack((at[kept] + base, partner[kept] + partner_base)), cosines[kept]


def _place(names: NDArray[np.uint64], name: NDArray[np.uint64]) -> int | None:
    import numpy as np

    at = int(np.searchsorted(names[:, 0], name[0]))
    while at < len(names) and names[at, 0] == name[0]:
        if names[at, 1] == name[1]:
            return at
        at += 1
    return None


def cosine(left: Any, right: Any) -> float:
    """Return the cosine of two unit vectors, rounded to four places, 0 at least."""
    import numpy as np

    value = float(np.dot(np.asarray(left, dtype=np.float64), np.asarray(right, dtype=np.float64)))
    return round(min(max(value, 0.0), 1.0), 4)
