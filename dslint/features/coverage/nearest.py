"""The training records that are nearest to each of some queries, in bounded memory and whatever the order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dslint.api import Record, Ref
from dslint.features.question import asking_turn
from dslint.features.topics.clusters import UNIT, whole

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KEPT: Final = 5
_QUERIES: Final = 512


@dataclass(slots=True)
class Nearest:
    """For each query the nearest records, the nearest first; of equally near ones the first in the data.

    Attributes:
        products: ``int64[m, 5]``: products of vectors of whole numbers; 0 where there is no record.
        places: ``int64[m, 5]``: which of ``refs`` it is.
        refs: Where the records are.
    """

    products: NDArray[np.int64]
    places: NDArray[np.int64]
    refs: list[Ref]

    def merge(self, other: Nearest) -> Nearest:
        """Return the nearest of both."""
        import numpy as np

        refs = [*self.refs, *other.refs]
        rank = np.zeros(len(refs) + 1, dtype=np.int64)
        rank[sorted(range(len(refs)), key=lambda at: refs[at].order)] = np.arange(len(refs))
        products = np.concatenate((self.products, other.products), axis=1)
        places = np.concatenate((self.places, other.places + len(self.refs)), axis=1)
        order = np.lexsort((rank[places], -products), axis=1)[:, :KEPT]
        products, places = np.take_along_axis(products, order, 1), np.take_along_axis(places, order, 1)
        return _trimmed(products, places, refs)

    def related(self, query: int, count: int) -> list[tuple[Ref, float]]:
        """Return the ``count`` nearest records of a query, each with its cosine."""
        pairs = zip(self.places[query, :count].tolist(), self.products[query, :count].tolist(), strict=True)
        return [(self.refs[place], product / UNIT**2) for place, product in pairs if product > 0]


def nearest(
    rows: NDArray[np.float32],
    records: Sequence[Record],
    queries: NDArray[np.float32],
    same: tuple[NDArray[np.uint64], NDArray[np.uint64]] | None = None,
) -> Nearest:
    """Return the records that are nearest to each query.

    Args:
        rows: Unit vectors of the records.
        records: The records.
        queries: Unit vectors of the queries, as whole numbers.
        same: Keys of records and of queries; a record does not count for a query with its own key.
    """
    import numpy as np

    made = whole(rows)
    products = np.zeros((len(queries), KEPT), dtype=np.int64)
    places = np.zeros((len(queries), KEPT), dtype=np.int64)
    for start in range(0, len(queries), _QUERIES):
        block = queries[start : start + _QUERIES] @ made.T
        if same is not None:
            block[same[1][start : start + _QUERIES, None] == same[0][None, :]] = 0
        best, where = _best(block)
        products[start : start + len(block), : best.shape[1]] = best
        places[start : start + len(block), : best.shape[1]] = where
    used = np.unique(places[products > 0])
    found = {place: asking_turn(records[place]).ref for place in used.tolist()}
    index = np.zeros(len(records) + 1, dtype=np.int64)
    index[used] = np.arange(len(used))
    return Nearest(products, index[places], [found[place] for place in used.tolist()])


def _best(products: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the largest products of each row and their columns; of equal ones the first columns."""
    import numpy as np

    width = products.shape[1]
    count = min(KEPT, width)
    # Whole numbers below 2^22 leave room for the column, so that no two are equal.
    keys = np.maximum(products, 0).astype(np.int64) * (1 << 32) + (width - np.arange(width))
    top = np.sort(np.partition(keys, width - count, axis=1)[:, width - count :], axis=1)[:, ::-1]
    return top >> 32, width - (top & 0xFFFFFFFF)


def _trimmed(products: NDArray[np.int64], places: NDArray[np.int64], refs: list[Ref]) -> Nearest:
    import numpy as np

    used = np.unique(places[products > 0])
    index = np.zeros(len(refs) + 1, dtype=np.int64)
    index[used] = np.arange(len(used))
    return Nearest(products, np.where(products > 0, index[places], 0), [refs[at] for at in used.tolist()])
