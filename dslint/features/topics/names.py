"""Names of clusters: the words that are typical of their texts."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from dslint.features.function_words import FUNCTION_WORDS
from dslint.features.text import is_unspaced, plain

WORDS: Final = 3
_READ: Final = 4000
_LEAST: Final = 2
_PAIR: Final = 2
_STEM: Final = 5
_LETTER: Final = re.compile(r"[^\W\d_]")
_ENGLISH: Final = """
a about above after again all also am an and any are as at be because been before being below between both but by can
cannot could did do does doing don't down during each few for from further given had has have having he her here hers
him his how i if in into is it its just like may me might more most must my no nor not now of off on once one only or
other our out over own please same she should so some such than that the their them then there these they this those
through to too two under until up use used using very was we were what when where which while who whom why will with
would you your following based make
"""
_STOP: Final = frozenset([*_ENGLISH.split(), *(word for words in FUNCTION_WORDS.values() for word in words.split())])
_STOP_CHARACTERS: Final = frozenset(
    "的了是在我有和就不人都一个上也很到说要去你会着没看好自这那们他她它为与请以下中对其如何什么能可并或及于"
)


def names(texts: Sequence[str], labels: Sequence[int], count: int) -> list[str]:
    """Return a name for each of ``count`` clusters: its most typical words, such as ``poem, write, rhyme``.

    A word is typical that stands in many texts of the cluster and, in relation, in few others.

    Args:
        texts: The texts.
        labels: Number of each text's cluster; texts of none have -1.
        count: How many clusters there are.
    """
    inside: list[Counter[str]] = [Counter() for _ in range(count)]
    sizes = [0] * count
    overall: Counter[str] = Counter()
    for text, label in zip(texts, labels, strict=True):
        if label < 0:
            continue
        found = words(text)
        inside[label].update(found)
        overall.update(found)
        sizes[label] += 1
    total = sum(sizes)
    return [_name(each, size, overall, total) for each, size in zip(inside, sizes, strict=True)]


def words(text: str) -> set[str]:
    """Return the different words of ``text`` that may name what it is about.

    In scripts without spaces pairs of characters take the place of words.
    """
    head = plain(text[:_READ])
    if is_unspaced(head):
        joined = re.sub(r"[\W\d_]+", " ", head)
        pairs = (joined[at : at + _PAIR] for at in range(len(joined) - 1))
        return {pair for pair in pairs if not pair.isascii() and " " not in pair and not _STOP_CHARACTERS & set(pair)}
    return {word for word in head.split() if len(word) > 1 and word not in _STOP and _LETTER.search(word)}


def _name(inside: Counter[str], size: int, overall: Counter[str], total: int) -> str:
    def typical(word: str) -> float:
        share = inside[word] / size
        # Rounded, since with one cluster only no word is more typical than others: frequent ones are taken then.
        return round(share * math.log(share * total / overall[word]), 9) if overall[word] else 0.0

    least = min(_LEAST, size)
    scored = sorted((-typical(w), -count, w) for w, count in inside.items() if count >= least)
    chosen: list[str] = []
    for _, _, word in scored:
        if not any(_alike(word, other) for other in chosen):
            chosen.append(word)
            if len(chosen) == WORDS:
                break
    return ", ".join(chosen)


def _alike(word: str, other: str) -> bool:
    """Whether two words are forms of one, or two pairs of characters parts of one word."""
    if len(word) == len(other) == _PAIR and not word.isascii():
        return bool(set(word) & set(other))
    shared = min(len(word), len(other), _STEM)
    return shared > _PAIR and word[:shared] == other[:shared]
