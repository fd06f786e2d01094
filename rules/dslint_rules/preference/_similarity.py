"""How much of two texts is the same, without ever comparing all with all."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from typing import Final

from dslint.features.patterns import expression

_CJK: Final = "\u3040-\u30ff\u3400-\u9fff"
_WORDS: Final = expression(f"[^\\W{_CJK}]+|[{_CJK}]|[^\\w\\s]")
_MOST_WORDS: Final = 3000
_HEAD: Final = 120
_UNSAID: Final = expression(
    "[\\s!?;\"'()\\[\\]\u2018\u2019\u201c\u201d\u00ab\u00bb\u2026`#~\u3002\uff0c\u3001\uff01\uff1f\uff1b\uff1a"
    "\uff08\uff09\u300c\u300d]+|(?<![0-9])[.,:*_]|[.,:*_](?![0-9])"
)
"""White space and what sets words off; signs between digits, as in 1.5 or 2*3, and signs of mathematics stay."""


def plain(text: str) -> str:
    """Return the text without case, white space and punctuation."""
    return _UNSAID.sub("", text).casefold()


def differ_plainly(left: str, right: str) -> bool:
    """Whether two texts differ so much in length, or at their beginning, that case and punctuation cannot be all."""
    if 5 * min(len(left), len(right)) < 4 * max(len(left), len(right)):
        return True
    a, b = plain(left[:_HEAD]), plain(right[:_HEAD])
    size = min(len(a), len(b)) - 2  # a sign at the cut may be read in two ways
    return size > 0 and a[:size] != b[:size]


def shared_start(left: str, right: str) -> int:
    """Return how many characters both texts begin with."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def similarity(left: str, right: str, threshold: float) -> tuple[float, str]:
    """Return a lower bound of the similarity, twice what is shared by the length of both, and what differs.

    Below ``threshold`` the bound is 0.
    """
    left, right = left.strip(), right.strip()
    total = len(left) + len(right)
    if not total or 1 - abs(len(left) - len(right)) / total < threshold:
        return 0.0, ""
    start = shared_start(left, right)
    a, b = left[start:], right[start:]
    end = shared_start(a[::-1], b[::-1])
    a, b = a[: len(a) - end], b[: len(b) - end]
    bound = 1 - (len(a) + len(b)) / total
    if bound >= threshold:
        return bound, f"{a} {b}"
    return _by_words(a, b, total, threshold)


def _by_words(left: str, right: str, total: int, threshold: float) -> tuple[float, str]:
    a, b = _WORDS.findall(left), _WORDS.findall(right)
    if max(len(a), len(b)) > _MOST_WORDS:
        return 0.0, ""
    ours, theirs = Counter(a), Counter(b)
    apart = [*(ours - theirs).elements(), *(theirs - ours).elements()]
    if 1 - sum(map(len, apart)) / total < threshold:
        return 0.0, ""
    matched = SequenceMatcher(None, a, b).get_matching_blocks()
    same = sum(len(word) for block in matched for word in a[block.a : block.a + block.size])
    differs = sum(map(len, a)) + sum(map(len, b)) - 2 * same
    bound = 1 - differs / total
    return (bound, " ".join(apart)) if bound >= threshold else (0.0, "")
