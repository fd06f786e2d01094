"""Which vectors point almost the same way."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FLOOR: Final = 0.8
"""Least cosine of pairs that are kept: below it a model's neighbours are of one topic, not of one meaning."""
EXACT_UP_TO: Final = 100_000
"""Texts up to which all pairs are compared; above, an inverted file index of faiss proposes."""
_BLOCK: Final = 1024
_MOST: Final = 64
ROUNDING: Final = 2e-3
"""What half precision may do to a cosine."""
_PROBES: Final = 16


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

    found = list(_found(rows, threshold, exact_up_to))
    if not sum(len(pairs) for pairs, _ in found):
        return np.empty((0, 2), dtype=np.int64), np.empty(0, dtype=np.float32)
    pairs = np.sort(np.concatenate([pairs for pairs, _ in found]), axis=1)
    cosines = np.concatenate([cosines for _, cosines in found])
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    pairs, cosines = pairs[order], cosines[order]
    first = np.concatenate(([True], (pairs[1:] != pairs[:-1]).any(axis=1)))
    return pairs[first], cosines[first]


def near_rows(rows: NDArray[np.float32], threshold: float) -> NDArray[np.int64]:
    """Return the numbers of the rows that are in a pair of :func:`similar_pairs`, ascending."""
    import numpy as np

    numbers = [np.unique(pairs) for pairs, _ in _found(rows, threshold, EXACT_UP_TO)]
    return np.unique(np.concatenate([np.empty(0, dtype=np.int64), *numbers]))


Found = tuple[Any, Any]


def _found(rows: NDArray[np.float32], threshold: float, exact_up_to: int) -> Iterator[Found]:
    search = _proposed if len(rows) > exact_up_to and find_spec("faiss") is not None else _all_pairs
    return search(rows, threshold - ROUNDING)


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


def place(names: NDArray[np.uint64], name: NDArray[np.uint64]) -> int | None:
    """Return where a key stands among distinct ones, which ascend."""
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
