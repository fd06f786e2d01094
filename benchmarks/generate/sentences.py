"""Sentences: from a small grammar over a vocabulary, or from a chain of the words of a file."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.generate.words import Vocabulary, chances

PATTERNS: Final = """
The {adjective} {noun} {verb} the {noun} of the {noun}.
In {name}, a {noun} {adverb} {verb} {number} {noun}s.
{name} {verb} the {noun} because the {noun} is {adjective}.
Most {noun}s need a {adjective} {noun} and some {noun}.
A {noun} that {verb} its {noun} is {adjective}, but it {adverb} {verb} the {noun}.
There are {number} {adjective} {noun}s between the {noun} and {name}.
When the {noun} {verb} a {noun}, every {noun} {verb} the {adjective} {noun}.
It {verb} {noun}s from {name} and {verb} them to the {noun} in {number}.
This {noun} is {adjective} because of {noun}, {noun} and {adjective} {noun}.
You can {adverb} combine {noun} with {adjective} {noun} before the {noun} {verb}.
Without a {noun}, the {adjective} {noun} in the {noun} {adverb} {verb} anything.
The {noun} was {adjective} in {number}, while {name} had no {noun} at all.
If your {noun} is {adjective}, let the {noun} rest and use {adjective} {noun}s.
{name} wrote that {adjective} {noun} {verb} more {noun} than {topic}.
Both the {noun} and the {adjective} {noun} belong to {topic}.
Its {noun} {adverb} {verb} the {adjective} side of a {noun}.
For {topic}, one {noun} of {noun} is {adverb} enough.
Among {noun}s, the {adjective} ones {adverb} have {number} {noun}s.
No {noun} {verb} as many {noun}s as the {noun} near {name} does.
What the {noun} {verb} today, a {adjective} {noun} may undo within {number} days.
""".strip().splitlines()
_LONGEST: Final = 40


class Grammar(Vocabulary):
    """Sentences of fixed build with words drawn by Zipf's law."""

    def __init__(self, random: np.random.Generator) -> None:
        super().__init__(random)
        self._chance = chances(random)

    def sentence(self) -> str:
        """Return a sentence, with its full stop."""
        return self.fill(PATTERNS[int(next(self._chance) * len(PATTERNS))])


class Chain(Grammar):
    """Sentences that follow the words of a file: each word comes after one that it follows there.

    Args:
        random: Where chance comes from.
        path: A text file, or a JSON file whose strings are taken.
    """

    def __init__(self, random: np.random.Generator, path: Path) -> None:
        super().__init__(random)
        words = _text(path).split()
        if len(words) < 1_000:
            raise ValueError(f"{path} has {len(words)} words; a chain needs a thousand")
        self._after: dict[str, list[str]] = {}
        for word, following in pairwise(words):
            self._after.setdefault(word, []).append(following)
        self._first = [word for word in self._after if word[0].isupper()] or list(self._after)

    def sentence(self) -> str:
        """Return a sentence, with its full stop."""
        word = self._one_of(self._first)
        words = [word]
        while not word.endswith((".", "!", "?")) and len(words) < _LONGEST and word in self._after:
            word = self._one_of(self._after[word])
            words.append(word)
        return " ".join(words).rstrip(".,;:!?") + "."

    def _one_of(self, words: list[str]) -> str:
        return words[int(next(self._chance) * len(words))]


def _text(path: Path) -> str:
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix not in (".json", ".jsonl"):
        return text
    strings = re.findall(r'"((?:[^"\\]|\\.)*)"(?!\s*:)', text)
    return " ".join(re.sub(r"\\(?:u[0-9a-fA-F]{4}|.)", " ", string) for string in strings)
