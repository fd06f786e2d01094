"""Clusters of unit vectors that depend on nothing but the vectors: on no order, seed, machine or number of threads.

Rows are rounded to whole numbers of which the sums of products stay below 2^24, so that products of matrices are exact
in single precision in whatever order they are summed up; sums for centres are exact in double precision.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

UNIT: Final = 2048
"""Length of a row of whole numbers; that of a product is at most its square, 2^22."""
SAMPLE: Final = 50_000
_CANDIDATES: Final = 1024
_SHOWN: Final = 4096
_ROUNDS: Final = 20
_BLOCK: Final = 4096
MOST: Final = 64
_FEW: Final = 4


@dataclass(frozen=True, eq=False)
class Clusters:
    """What was found.

    Attributes:
        centres: ``float32[k, d]``, whole numbers; see :func:`whole`.
    """

    centres: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.centres)

    def assign(self, rows: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return for each unit vector the number of its cluster, and the cosine with the cluster's centre.

        A vector of zeros belongs to none: -1.
        """
        import numpy as np

        labels = np.full(len(rows), -1, dtype=np.int64)
        cosines = np.zeros(len(rows), dtype=np.float64)
        for start in range(0, len(rows), _BLOCK):
            block = whole(rows[start : start + _BLOCK])
            if not len(self.centres) or not len(block):
                continue
            products = block @ self.centres.T
            # Of equally near centres argmax takes the first.
            nearest = products.argmax(axis=1)
            labels[start : start + _BLOCK] = np.where(block.any(axis=1), nearest, -1)
            cosines[start : start + _BLOCK] = products.max(axis=1).astype(np.float64) / UNIT**2
        return labels, cosines


def merged(found: Clusters, cosine: float) -> list[int]:
    """Return for each cluster the number of the first one that it belongs together with: centres are that near.

    Questions of one form are cut into several clusters where clusters are many; this makes one of them again.
    """
    import numpy as np

    first = list(range(len(found)))
    products = found.centres @ found.centres.T
    for left, right in zip(*np.nonzero(np.triu(products >= cosine * UNIT**2, 1)), strict=True):
        one, other = sorted((first[left], first[right]))
        first = [one if number == other else number for number in first]
    return first


def whole(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return unit vectors as vectors of whole numbers of length about 2048."""
    import numpy as np

    made: NDArray[np.float32] = np.rint(np.asarray(rows, dtype=np.float32) * np.float32(UNIT))
    return made


def number_of_clusters(texts: int) -> int:
    """Return into how many clusters so many texts are cut: the root of half their number, 4 at least and 64 at most."""
    return max(1, min(MOST, texts, max(_FEW, round(math.sqrt(texts / 2)))))


def cluster(rows: NDArray[np.float32], count: int | None = None) -> Clusters:
    """Cut unit vectors into clusters: spherical k-means from a start that leaves no part of the vectors far away.

    Args:
        rows: ``float32[n, d]`` of length one; zero rows and repeated ones do not count. Of more than 50,000 different
            ones a sample is used.
        count: How many clusters at most; by default as :func:`number_of_clusters` says.
    """
    import numpy as np

    different = sample(rows)
    if not len(different):
        return Clusters(np.zeros((0, rows.shape[1]), dtype=np.float32))
    wanted = number_of_clusters(len(different)) if count is None else count
    centres = _start(different, max(1, min(wanted, len(different))))
    before: NDArray[np.int64] | None = None
    for _ in range(_ROUNDS):
        labels = (different @ centres.T).argmax(axis=1)
        if before is not None and np.array_equal(labels, before):
            break
        before, centres = labels, _centres(different, labels, centres)
    filled = np.unique(before) if before is not None else np.arange(len(centres))
    return Clusters(centres[filled])


def sample(rows: NDArray[np.float32], size: int = SAMPLE) -> NDArray[np.float32]:
    """Return the different rows as whole numbers, in the order of their hashes, and no more than ``size``."""
    import numpy as np

    made = whole(rows)
    made = made[made.any(axis=1)]
    keys = _hashes(made)
    _, first = np.unique(keys, return_index=True)
    return made[first[:size]]


def _hashes(rows: NDArray[np.float32]) -> NDArray[np.uint64]:
    """Return 64 bits for each row: equal rows have equal ones."""
    import numpy as np
    import xxhash

    # Minus zero is zero.
    packed = np.ascontiguousarray(rows.astype(np.int16))
    return np.fromiter((xxhash.xxh3_64_intdigest(row.tobytes()) for row in packed), np.uint64, len(packed))


def _start(rows: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Choose rows one by one such that the others come as near to a chosen one as one more row can bring them.

    The farthest row would be an odd one; the one that brings most rows nearer is the middle of something.
    """
    import numpy as np

    candidates, shown = rows[:_CANDIDATES], rows[:_SHOWN]
    if len(candidates) <= count:
        return candidates
    near = (candidates @ shown.T).astype(np.int64)
    best = np.zeros(len(shown), dtype=np.int64)
    chosen: list[int] = []
    for _ in range(count):
        gains = np.maximum(near - best, 0).sum(axis=1)
        gains[chosen] = -1
        chosen.append(int(gains.argmax()))
        np.maximum(best, near[chosen[-1]], out=best)
    return candidates[chosen]


def _centres(rows: NDArray[np.float32], labels: NDArray[np.int64], before: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean direction of each cluster; that of an empty one stays."""
    import numpy as np

    order = np.argsort(labels, kind="stable")
    bounds = np.searchsorted(labels[order], np.arange(len(before) + 1))
    centres = before.copy()
    for number in range(len(before)):
        members = rows[order[bounds[number] : bounds[number + 1]]]
        total = members.sum(axis=0, dtype=np.float64)
        length = float(np.sqrt((total.astype(np.int64) ** 2).sum()))
        if length:
            centres[number] = np.rint(total * (UNIT / length)).astype(np.float32)
    return centres
