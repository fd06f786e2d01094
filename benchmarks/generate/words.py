"""A vocabulary: common English words, and a long tail of rare made-up ones, drawn by Zipf's law."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Final

import numpy as np

_BLOCK: Final = 4096
_COMMON: Final = {
    kind: words.split()
    for kind, words in tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8")).items()
}
_TAILS: Final[Mapping[str, tuple[int, str]]] = {
    "noun": (9_000, ""),
    "verb": (2_000, "s"),
    "adjective": (3_000, "ic"),
    "adverb": (300, "ly"),
    "name": (2_000, "o"),
    "topic": (400, "ics"),
}
"""How many words each kind has, and how its rare ones end."""


class Vocabulary:
    """Draws words of each kind, and numbers.

    Args:
        random: Where chance comes from.
    """

    def __init__(self, random: np.random.Generator) -> None:
        self._words = {kind: zipf(lexicon(kind), random) for kind in _TAILS}
        self._words["number"] = _numbers(random)
        self._patterns: dict[str, tuple[str, Sequence[Callable[[], str]]]] = {}

    def word(self, kind: str) -> str:
        """Return a word of a kind, or a number."""
        return next(self._words[kind])

    def fill(self, pattern: str) -> str:
        """Return ``pattern`` with a word for each kind that stands in braces."""
        made = self._patterns.get(pattern)
        if made is None:
            kinds = re.findall(r"{(\w+)}", pattern)
            made = re.sub(r"{\w+}", "%s", pattern), [self._words[kind].__next__ for kind in kinds]
            self._patterns[pattern] = made
        form, draws = made
        return form % tuple([draw() for draw in draws])


def lexicon(kind: str) -> list[str]:
    """Return the words of a kind, the common ones first; the rest is made of syllables."""
    size, ending = _TAILS[kind]
    words = list(_COMMON[kind])
    syllables = (part for length in (3, 4) for part in product(_COMMON["syllable"], repeat=length))
    while len(words) < size:
        word = "".join(next(syllables)) + ending
        words.append(word.title() if kind == "name" else word)
    return words


def zipf(words: Sequence[str], random: np.random.Generator) -> Iterator[str]:
    """Draw words for ever, each with a frequency by its rank."""
    weights = 1.0 / (np.arange(len(words)) + 2.7)
    edges = np.cumsum(weights / weights.sum())
    edges[-1] = 1.0
    while True:
        for number in np.searchsorted(edges, random.random(_BLOCK), side="right").tolist():
            yield words[number]


def chances(random: np.random.Generator) -> Iterator[float]:
    """Draw numbers from 0 up to 1 for ever."""
    while True:
        yield from random.random(_BLOCK).tolist()


def _numbers(random: np.random.Generator) -> Iterator[str]:
    for chance in chances(random):
        yield str(int(10 ** (0.3 + 3.4 * chance)))
