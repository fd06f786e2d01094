"""Words of texts as hashes, and how much each tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BUCKETS: Final = 1 << 16
"""Words share a bucket by 16 bits of their hash; what matters is whether a word is rare, not which word it is."""
_STEPS: Final = 16
_CHARACTERS: Final = 2
_NUMBER: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Terms:
    """The different words of several texts, one text behind the other.

    Attributes:
        hashes: Hash of each word; in scripts without spaces of each pair of characters.
        counts: How often the word stands in its text.
        owners: Which text it is of.
        texts: How many texts there are.
    """

    hashes: NDArray[np.uint64]
    counts: NDArray[np.int64]
    owners: NDArray[np.int64]
    texts: int


def terms(texts: Sequence[str]) -> Iterator[Terms]:
    """Yield the words of ``texts``, in blocks of texts, in order; numbers say nothing of what a text is about."""
    import numpy as np

    from dslint.features.shingles import shingles

    for block in shingles([_NUMBER.sub(" ", text) for text in texts], 1, 1, _CHARACTERS):
        owners = np.repeat(np.arange(len(block), dtype=np.int64), np.diff(block.offsets))
        order = np.lexsort((block.hashes, owners))
        hashes, owners = block.hashes[order], owners[order]
        new = np.ones(len(hashes), dtype=np.bool_)
        new[1:] = (hashes[1:] != hashes[:-1]) | (owners[1:] != owners[:-1])
        starts = np.flatnonzero(new)
        counts = np.diff(np.append(starts, len(hashes)))
        yield Terms(hashes[starts], counts.astype(np.int64), owners[starts], len(block))


@dataclass(frozen=True, eq=False)
class TermWeights:
    """How much each word tells: the logarithm of how rare it is among some texts, in sixteenths.

    Attributes:
        codes: ``uint8``, one for each bucket.
        digest: Stands for the codes.
    """

    codes: NDArray[np.uint8]
    digest: bytes

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TermWeights) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def of(self, hashes: NDArray[np.uint64]) -> NDArray[np.float64]:
        """Return the weight of each word."""
        import numpy as np

        return self.codes[buckets(hashes)].astype(np.float64) / _STEPS


def buckets(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the bucket of each word."""
    import numpy as np

    return (hashes >> np.uint64(48)).astype(np.int64)


def count_texts(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return in how many of ``texts`` a word of each bucket stands."""
    import numpy as np

    found = np.zeros(BUCKETS, dtype=np.int64)
    for block in terms(texts):
        found += np.bincount(buckets(block.hashes), minlength=BUCKETS)
    return found


def weigh(counts: NDArray[np.int64], texts: int) -> TermWeights:
    """Return the weights of words that stand in so many of ``texts`` texts."""
    import numpy as np

    rarity = np.log((1 + texts) / (1 + np.minimum(counts, texts)))
    codes = np.minimum(np.rint(rarity * _STEPS), 255).astype(np.uint8)
    return TermWeights(codes, blake2b(codes.tobytes(), digest_size=16).digest())
