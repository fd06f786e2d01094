"""Shingles: runs of words or characters as 64-bit hashes, for many texts at once.

Everything here is NumPy over blocks of texts; a loop over shingles in Python takes several times as long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dslint.features.text import is_unspaced, plain_lines
from dslint.features.unique import distinct

U64 = np.uint64
MAX_CHARACTERS: Final = 200_000
"""Of longer texts only the beginning is compared, so that one huge record cannot take the memory of the machine."""

_BLOCK: Final = 1 << 19
_BASE: Final = 0x9E3779B97F4A7C15
_MIX: Final = U64(0x9FB21C651E98DF25)
_STEP: Final = U64(0xD6E8FEB86659FD93)


@dataclass(frozen=True, slots=True)
class ShingleSets:
    """The shingles of several texts, one text behind the other; a text may hold one more than once.

    Attributes:
        hashes: All shingles.
        offsets: Where each text's begin; one more entry than there are texts.
    """

    hashes: NDArray[np.uint64]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> NDArray[np.uint64]:
        return distinct(self.hashes[self.offsets[index] : self.offsets[index + 1]])


def shingles(texts: Sequence[str], words: int, least_words: int, characters: int) -> Iterator[ShingleSets]:
    """Yield the shingles of ``texts``, in blocks of texts, in order.

    Args:
        texts: The texts.
        words: How many words make a shingle.
        least_words: Texts with fewer words are cut into characters, and so are scripts without spaces.
        characters: How many characters make a shingle then.
    """
    start = size = 0
    for position, text in enumerate(texts):
        size += min(len(text), MAX_CHARACTERS)
        if size >= _BLOCK or position == len(texts) - 1:
            yield _block(texts[start : position + 1], words, least_words, characters)
            start, size = position + 1, 0


def jaccard(left: NDArray[np.uint64], right: NDArray[np.uint64], at_least: float = 0.0) -> float:
    """Return the Jaccard similarity of two sets of hashes, sorted and distinct; 0 if it cannot reach ``at_least``."""
    small, large = sorted((len(left), len(right)))
    if small == 0 or small < at_least * large:
        return 0.0
    both = np.sort(np.concatenate((left, right)))
    common = int(np.count_nonzero(both[1:] == both[:-1]))
    return common / (small + large - common)


def _block(texts: Sequence[str], words: int, least_words: int, characters: int) -> ShingleSets:
    cut = [text[:MAX_CHARACTERS] for text in texts]
    lines = plain_lines(cut)
    letters = np.frombuffer(lines, dtype=np.uint8)
    starts, ends, counts = _words(letters)
    # Little but symbols may be left of a short text, and then they are what it says.
    short = np.flatnonzero(np.maximum(counts, 1) < least_words).tolist()
    spelled: dict[int, str] = {position: " ".join(cut[position].lower().split()) for position in short}
    foreign = [position for position, text in enumerate(cut) if not text.isascii()]
    found = lines.split(b"\n") if foreign else []
    for position in foreign:
        words_only = found[position].decode("utf-8", "surrogatepass")
        if is_unspaced(words_only):
            spelled[position] = words_only.replace(" ", "")
    if spelled:
        by_word = np.ones(len(texts), dtype=bool)
        by_word[list(spelled)] = False
        kept = np.repeat(by_word, counts)
        starts, ends, counts = starts[kept], ends[kept], np.where(by_word, counts, 0)
    hashes, lengths = _word_runs(_spans(letters, starts, ends), counts, words)
    if spelled:
        at = sorted(spelled)
        more, local = _character_runs([spelled[position] for position in at], characters)
        owner = np.concatenate((np.repeat(np.arange(len(texts)), lengths), np.array(at, dtype=np.int64)[local]))
        hashes = np.concatenate((hashes, more))[np.argsort(owner, kind="stable")]
        lengths = np.bincount(owner, minlength=len(texts))
    offsets = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return ShingleSets(hashes, offsets)


def _words(letters: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return where the words of lines begin and end, and how many each line has."""
    inside = letters > 32
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1  # a line end is last: each word that begins also ends
    if len(inside) and inside[0]:
        edges = np.concatenate((np.zeros(1, dtype=np.int64), edges))
    starts, ends = edges[::2], edges[1::2]
    before = np.searchsorted(starts, np.flatnonzero(letters == 10))
    return starts, ends, np.diff(before, prepend=0)


def _word_runs(
    words: NDArray[np.uint64], counts: NDArray[np.int64], size: int
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hash every run of ``size`` words of a text, or all of a text with fewer; also return how many each text has."""
    # A text shorter than a run keeps its first word's position as one run that ends with the text.
    lengths = np.where(counts >= size, counts - size + 1, counts > 0)
    owner = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(words)) - (np.cumsum(counts) - counts)[owner]
    runs = _combine(words, counts[owner] - within, size)
    return runs[within < lengths[owner]], lengths


def _character_runs(texts: Sequence[str], size: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hash every run of ``size`` characters; of a shorter text, all of them."""
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    counts = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    owner = np.repeat(np.arange(len(texts), dtype=np.int64), counts)
    left_of = np.cumsum(counts)[owner] - np.arange(len(points))
    runs = _combine(_mix(points.astype(U64) * U64(_BASE)), left_of, size)
    first = left_of == counts[owner]
    whole = (left_of >= size) | (first & (counts[owner] < size))
    return runs[whole], owner[whole]


def _combine(items: NDArray[np.uint64], left_of: NDArray[np.int64], size: int) -> NDArray[np.uint64]:
    """Hash each item with the next ``size - 1`` that belong to the same text."""
    hashes = items * _STEP
    for step in range(1, size):
        hashes ^= hashes >> U64(29)
        hashes[:-step] += items[step:] * (left_of[:-step] > step)
        hashes *= _STEP
    return _mix(hashes)


def _spans(letters: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Hash each ``letters[start:end]`` as a polynomial: differences of running sums, brought to a common power."""
    powers, inverses = _powers(1 << (len(letters) - 1).bit_length())
    sums = np.zeros(len(letters) + 1, dtype=U64)
    terms = sums[1:]
    terms[:] = letters
    terms += U64(1)
    terms *= powers[: len(letters)]
    np.cumsum(terms, out=terms)
    return _mix((sums[ends] - sums[starts]) * inverses[starts])


@lru_cache(maxsize=2)
def _powers(size: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    def of(base: int) -> NDArray[np.uint64]:
        factors = np.full(size, U64(base), dtype=U64)
        factors[0] = 1
        return np.cumprod(factors, dtype=U64)

    return of(_BASE), of(pow(_BASE, -1, 1 << 64))


def _mix(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    hashes = (hashes ^ (hashes >> U64(32))) * _MIX
    return hashes ^ (hashes >> U64(28))
