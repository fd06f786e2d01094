"""Which of many texts may hold a loop: a unit of words that stands there several times in a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from dslint.features.patterns import expression
from dslint.features.text import UNSPACED
from dslint.features.unique import distinct
from dslint.features.views import sizes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_WORDS: Final = 2048
"""Texts with more words are not screened: comparing at all distances takes longer than looking for the loop."""

_MARKS: Final = 128
_AT_ONCE: Final = 512
"""Texts whose letters are looked at together: they fit into the processor's cache, which saves half the time."""
# White space that Latin-1 does not have would be lost, and scripts without spaces have no words to compare.
_OTHERWISE: Final = expression(rf"[\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]|{UNSPACED}")
_ALL: Final = 0x0101010101010101


def may_loop(texts: Sequence[str], times: int, long_times: int, long: int, least: int) -> Any:
    """Return the positions of the texts that may hold a loop, as ``int64[n]``, ascending.

    Compared are the first letters of words: a loop of n words is a stretch in which each is the same as the one n words
    further on. To compare those of five thousand texts at one distance is a handful of operations on one array, where
    splitting each of the texts into words alone takes ten times as long as all of this.

    Args:
        texts: Any texts.
        times: How often a unit of at least two words stands in a row.
        long_times: How often one of at least ``long`` words does.
        long: Words of such a long unit.
        least: Characters of the shortest unit, in scripts without spaces.
    """
    import numpy as np

    fewest = min(times, long_times)
    length = sizes(texts)
    rows = np.flatnonzero(length >= fewest * least)
    other = [row for row in rows.tolist() if not texts[row].isascii() and _OTHERWISE.search(texts[row])]
    rows = np.setdiff1d(rows, other, assume_unique=True)
    # Long texts first, so that those with enough words for a distance are the first part.
    rows = rows[np.argsort(-length[rows], kind="stable")]
    ordered = [texts[row] for row in rows.tolist()]
    parts = [_initials(ordered[at : at + _AT_ONCE]) for at in range(0, len(ordered), _AT_ONCE)]
    initials = np.concatenate([np.empty(0, np.uint8), *[part for part, _ in parts]])
    words = np.concatenate([np.empty(0, np.int64), *[count for _, count in parts]])
    screened = words <= MOST_WORDS
    if not screened.all():
        initials = initials[np.repeat(screened, words + 1)]
    found = [rows[~screened], np.array(other, np.int64)]
    rows, words = rows[screened], words[screened]
    ends = np.cumsum(words + 1)
    same = np.empty(len(initials), np.bool_)
    longest = np.maximum.accumulate(words[::-1])[::-1]
    for lag in range(2, int(words.max(initial=0)) // fewest + 1):
        count = fewest if lag >= long else times
        held = np.searchsorted(-longest, -count * lag, side="right")
        size = max(0, ends[held - 1] - lag) if held else 0
        at = _runs(np.equal(initials[:size], initials[lag : lag + size], out=same[:size]), (count - 1) * lag)
        if len(at):
            found.append(rows[np.searchsorted(ends, at, side="right")])
    return distinct(np.concatenate(found))


def _initials(texts: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the first letter of each word, with a mark behind those of each text, and how many words each text has."""
    import numpy as np

    joined = " ".join(["", *[f"{text} \xff" for text in texts]])
    data = np.frombuffer(joined.encode("latin-1", "replace"), np.uint8)
    # Control characters part words here, which only makes units longer.
    space = (data <= ord(" ")) | (data == 0x85) | (data == 0xA0)
    starts = np.flatnonzero(space[:-1] > space[1:]) + 1
    initials = data[starts]
    marks = np.searchsorted(starts, np.cumsum(sizes(texts) + 3) - 1)
    # Marks of texts that are not far apart differ, so that no stretch reaches over one, however alike texts are.
    initials[marks] = 256 - _MARKS + np.arange(len(texts)) % _MARKS
    return initials, np.diff(marks, prepend=-1) - 1


def _runs(same: NDArray[np.bool_], length: int) -> NDArray[np.int64]:
    """Return where ``length`` values in a row are true."""
    import numpy as np

    # A run of 15 holds eight that are one number of 64 bits; looked at in this way, few distances are left.
    if length >= 15 and not (same[: len(same) // 8 * 8].view(np.uint64) == _ALL).any():
        return np.empty(0, np.int64)
    have = 1
    while have < length:
        step = min(have, length - have)
        same = same[:-step] & same[step:]
        have += step
    return np.flatnonzero(same)
