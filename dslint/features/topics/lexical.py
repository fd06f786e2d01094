"""Vectors of the words of texts, for where no model is there.

A word's weight is its frequency times its rarity. Its hash chooses a few of the columns and the signs with which the
weight goes in, so that vectors of different words stand nearly at right angles. There is no vocabulary to keep.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from dslint.features.topics.terms import TermWeights, count_texts, terms, weigh

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WIDTH: Final = 512
_COLUMNS: Final = 4
_BITS: Final = 9


def lexical_vectors(texts: Sequence[str], weights: TermWeights | None = None) -> NDArray[np.float32]:
    """Return ``float32[n, 512]``: rows of length one, zero for a text without words.

    Args:
        texts: The texts.
        weights: How much each word tells; by default as rare as it is in ``texts``.
    """
    import numpy as np

    known = weights or weigh(count_texts(texts), len(texts))
    blocks = [np.zeros((0, WIDTH), dtype=np.float32)]
    for block in terms(texts):
        weight = (1 + np.log(block.counts)) * known.of(block.hashes)
        rows = np.zeros(block.texts * WIDTH, dtype=np.float64)
        for number in range(_COLUMNS):
            bits = (block.hashes >> np.uint64(number * (_BITS + 1))).astype(np.int64)
            signed = np.where(bits >> _BITS & 1, weight, -weight)
            rows += np.bincount(block.owners * WIDTH + (bits & (WIDTH - 1)), signed, minlength=len(rows))
        matrix = rows.reshape(block.texts, WIDTH)
        lengths = np.sqrt((matrix * matrix).sum(axis=1, keepdims=True))
        blocks.append((matrix / np.where(lengths > 0, lengths, 1)).astype(np.float32))
    return np.concatenate(blocks)
