"""MinHash signatures for many texts at once, equal to those of datasketch.

The values are those of ``datasketch.MinHash(num_perm=..., seed=..., scheme="affine32")`` that was given the upper 32
bits of each shingle's hash. The 32-bit scheme takes half the memory and time of the 64-bit one, and sets of fewer than
some million shingles lose nothing by it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dslint.features.shingles import ShingleSets

U32 = np.uint32
U64 = np.uint64
PERMUTATIONS: Final = 128
SEED: Final = 1

_MEET: Final = 0.9
_CHUNK: Final = 1 << 15
_ROWS: Final = 512
"""Signatures whose bands are hashed together: they stay in the processor's cache."""
_MIX: Final = U64(0x9FB21C651E98DF25)


def signatures(sets: ShingleSets, permutations: int = PERMUTATIONS, seed: int = SEED) -> NDArray[np.uint32]:
    """Return one row of ``permutations`` hash values for each text; a text without shingles has the largest value."""
    scale, shift = _permutations(permutations, seed)
    rows = np.full((len(sets), permutations), U32(0xFFFFFFFF), dtype=U32)
    hashes = _scramble((sets.hashes >> U64(32)).astype(U32))
    filled = np.flatnonzero(np.diff(sets.offsets))
    starts, ends = sets.offsets[filled], sets.offsets[filled + 1]
    first = 0
    while first < len(filled):
        # A chunk stays in the processor's cache over all permutations.
        last = max(int(np.searchsorted(ends, starts[first] + _CHUNK, side="right")), first + 1)
        chunk = hashes[starts[first] : ends[last - 1]]
        begins = starts[first:last] - starts[first]
        smallest = np.empty((permutations, last - first), dtype=U32)
        permuted = np.empty_like(chunk)
        for index in range(permutations):
            np.multiply(chunk, scale[index], out=permuted)
            np.add(permuted, shift[index], out=permuted)
            np.minimum.reduceat(permuted, begins, out=smallest[index])
        rows[filled[first:last]] = smallest.T
        first = last
    return rows


def sketches(rows: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Return the lowest four bits of all values, two in a byte: enough to estimate how similar two texts are."""
    low = (rows & U32(15)).astype(np.uint8)
    return (low[:, ::2] << np.uint8(4)) | low[:, 1::2]


def alike(left: NDArray[np.uint8], right: NDArray[np.uint8], similarity: float) -> NDArray[np.bool_]:
    """Say which pairs of sketches may be of texts with this Jaccard ``similarity``, or more.

    The estimate may be too low by three standard errors; of the pairs at the limit one in a thousand is lost.
    """
    differing = left ^ right
    same = np.count_nonzero(differing < 16, axis=1) + np.count_nonzero((differing & np.uint8(15)) == 0, axis=1)
    count = 2 * left.shape[1]
    # Values that differ still agree in four bits once in sixteen.
    chance = similarity + (1 - similarity) / 16
    least = count * chance - 3 * (count * chance * (1 - chance)) ** 0.5
    return np.asarray(same >= least)


def band_keys(rows: NDArray[np.uint32], bands: int) -> NDArray[np.uint64]:
    """Return ``uint64[n, bands]``: a hash of each band's values; bands of different positions never share one."""
    count, permutations = rows.shape
    keys = np.broadcast_to(np.arange(1, bands + 1, dtype=U64) * _MIX, (count, bands)).copy()
    # Two values at a time, where a band has an even number of them.
    wide = U64 if permutations // bands % 2 == 0 else U32
    each = rows.dtype.itemsize * permutations // np.dtype(wide).itemsize // bands
    values = np.ascontiguousarray(rows).view(wide).reshape(count, bands, each)
    for first in range(0, count, _ROWS):
        block, part = keys[first : first + _ROWS], values[first : first + _ROWS]
        for index in range(values.shape[2]):
            block ^= part[:, :, index]
            block *= _MIX
            block ^= block >> U64(29)
    return keys


def bands_for(similarity: float, permutations: int = PERMUTATIONS) -> int:
    """Return the fewest bands in which two texts of this Jaccard ``similarity`` meet nine times in ten.

    Fewer bands have more rows each, so that far fewer dissimilar texts meet.
    """
    bands = 8
    while bands < permutations // 2 and 1 - (1 - similarity ** (permutations // bands)) ** bands < _MEET:
        bands *= 2
    return bands


@lru_cache(maxsize=4)
def _permutations(count: int, seed: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    generator = np.random.RandomState(seed)  # datasketch's own generator: the values must be the same
    scale = generator.randint(0, 1 << 31, count, dtype=U32) * U32(2) + U32(1)
    return scale, generator.randint(0, 1 << 32, count, dtype=U32)


def _scramble(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Apply MurmurHash3's 32-bit finaliser."""
    hashes = (hashes ^ (hashes >> U32(16))) * U32(0x85EBCA6B)
    hashes = (hashes ^ (hashes >> U32(13))) * U32(0xC2B2AE35)
    return hashes ^ (hashes >> U32(16))
