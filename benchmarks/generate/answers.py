"""Questions and answers of the kinds that instruction data has: prose, lists, code, short answers, JSON, arithmetic."""

from __future__ import annotations

import json
import math
from bisect import bisect
from collections.abc import Callable
from itertools import accumulate
from typing import Final

import numpy as np

from benchmarks.generate.sentences import Grammar
from benchmarks.generate.words import chances

Task = tuple[str, str, str]
"""Instruction, input (may be empty) and answer."""

QUESTIONS: Final = """
What does a {adjective} {noun} have to do with {noun} in {name}?
Explain how the {noun} of a {noun} {verb} {adjective} {noun}s.
Write a paragraph on {topic} and the {adjective} {noun} from {name}.
Why is the {noun} {adjective} when {name} {verb} a {noun}?
Describe a {adjective} {noun} for somebody who {verb} {noun}s.
How can I tell a {noun} from a {adjective} {noun} in {topic}?
""".strip().splitlines()
TEXTS: Final = """
Summarize the text about {noun} in {name}.
Rewrite the passage on {adjective} {noun} for a reader from {name}.
Name the main point of the article on {topic}.
""".strip().splitlines()
CODE: Final = """
def {noun}_{noun}(items):
    total = 0
    for item in items:
        if item % {number} == 0:
            total += item * {number}
    return total
""".strip()
_PARAGRAPH: Final = 6
_MOST: Final = 40
_SPREAD: Final = 0.8


class Tasks:
    """Makes tasks with their answers.

    Args:
        text: Where sentences come from.
        random: Where chance comes from.
    """

    def __init__(self, text: Grammar, random: np.random.Generator) -> None:
        self._text = text
        self._random = random
        self._chance = chances(random)
        shares: dict[Callable[[], Task], int] = {
            self._prose: 52, self._about: 16, self._listed: 14, self._short: 7, self._code: 5, self._sum: 3,
            self._object: 3,
        }  # fmt: skip
        self._kinds = list(shares)
        self._edges = list(accumulate(shares.values()))

    def task(self) -> Task:
        """Return a task."""
        return self._kinds[bisect(self._edges, next(self._chance) * self._edges[-1])]()

    def prose(self, mean: float = 5.0) -> str:
        """Return some sentences, ``mean`` in the mean, in paragraphs where they are many."""
        drawn = self._random.lognormal(math.log(mean) - _SPREAD**2 / 2, _SPREAD)
        sentences = [self._text.sentence() for _ in range(1 + min(_MOST, int(drawn)))]
        paragraphs = (sentences[start : start + _PARAGRAPH] for start in range(0, len(sentences), _PARAGRAPH))
        return "\n\n".join(" ".join(paragraph) for paragraph in paragraphs)

    def question(self) -> str:
        """Return a question or a request."""
        return self._text.fill(self._one_of(QUESTIONS))

    def _prose(self) -> Task:
        return self.question(), "", self.prose()

    def _about(self) -> Task:
        return self._text.fill(self._one_of(TEXTS)), self.prose(4.0), self.prose(2.0)

    def _listed(self) -> Task:
        count = 3 + int(next(self._chance) * 5)
        numbered = next(self._chance) < 0.6
        rows = [f"{f'{n + 1}.' if numbered else '-'} {self._text.sentence()}" for n in range(count)]
        return self._text.fill(f"List {count} {{adjective}} {{noun}}s of {{topic}}."), "", "\n".join(rows)

    def _short(self) -> Task:
        labels = [self._text.word("topic") for _ in range(3)]
        asked = f"Classify the sentence as {labels[0]}, {labels[1]} or {labels[2]}."
        return asked, self._text.sentence(), self._one_of(labels).title()

    def _code(self) -> Task:
        asked = self._text.fill("Write a Python function that sums the {adjective} {noun}s of a {noun}.")
        code = self._text.fill(CODE.replace("%", "%%"))
        return asked, "", f"{self._text.sentence()}\n\n```python\n{code}\n```\n\n{self._text.sentence()}"

    def _sum(self) -> Task:
        left, right = int(self._text.word("number")), int(self._text.word("number"))
        asked = self._text.fill(f"A {{noun}} has {left} {{noun}}s and gets {right} from {{name}}. How many are there?")
        answer = self._text.fill(f"{left} + {right} = {left + right}, so the {{noun}} has {left + right} of them.")
        return asked, "", answer

    def _object(self) -> Task:
        word = self._text.word
        asked = self._text.fill("Answer in JSON: which {noun} does the {adjective} {noun} have?")
        made = {word("noun"): word("name"), "count": int(word("number")), "note": self._text.sentence()}
        return asked, self._text.sentence(), json.dumps(made)

    def _one_of(self, choices: list[str]) -> str:
        return choices[int(next(self._chance) * len(choices))]
