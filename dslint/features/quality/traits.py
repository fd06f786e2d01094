"""What a quality model sees of a record: hashed words and pairs of words, and a few numbers about its form."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import xxhash

from dslint.api import Record
from dslint.features.text import is_unspaced, plain

VERSION: Final = 1
"""Of all that stands here; a model of another version sees something else and cannot be used."""

MAX_CHARACTERS: Final = 20_000
"""Of longer texts only the beginning is read."""

TRAITS: Final[Mapping[str, tuple[str, str]]] = {
    "answer-length": ("short answer", "long answer"),
    "question-length": ("short question", "long question"),
    "context-length": ("little context", "long context"),
    "lines": ("answer in few lines", "answer in many lines"),
    "items": ("answer without list items", "answer of list items"),
    "digits": ("few digits", "many digits"),
    "capitals": ("few capital letters", "many capital letters"),
    "ending": ("answer ends without a full stop", "answer ends with a full stop"),
    "variety": ("answer repeats its words", "answer repeats few words"),
    "overlap": ("answer takes up few words of the question", "answer takes up many words of the question"),
    "novelty": ("answer adds little to the question", "answer adds much to the question"),
    "repetition": ("answer repeats no phrase", "answer repeats its phrases"),
    "word-length": ("short words", "long words"),
}
"""The numbers by name, each with what a low and a high value mean, in words."""

_ENDING: Final = re.compile(r"[.!?。\uff01\uff1f…»”\"')\]}`*|]\s*$")
_ITEM: Final = re.compile(r"^\s*(?:[-*•+]|\d{1,3}[.)])\s", re.MULTILINE)
_LONG_WORD: Final = 4


class Gram(NamedTuple):
    """A word, or two words in a row, of the question or of the answer.

    Attributes:
        side: ``question`` or ``answer``.
        text: The words.
    """

    side: str
    text: str

    @property
    def key(self) -> int:
        """What stands for it in a model, which so holds no text."""
        return xxhash.xxh3_64_intdigest(f"{self.side} {self.text}".encode("utf-8", "surrogatepass"))


def answered(record: Record) -> str:
    """Return the answers that are judged."""
    return record.response[:MAX_CHARACTERS]


def asked(record: Record) -> str:
    """Return what they answer, with all that the model sees before."""
    return record.prompt[:MAX_CHARACTERS]


def grams(record: Record) -> dict[Gram, float]:
    """Return the words and pairs of words of a record, each with its weight; the squares of weights sum to one."""
    counts: Counter[Gram] = Counter()
    for side, text in (("question", asked(record)), ("answer", answered(record))):
        words = _words(text)
        counts.update(Gram(side, word) for word in words)
        counts.update(Gram(side, f"{left} {right}") for left, right in pairwise(words))
    weights = {gram: 1 + math.log(count) for gram, count in counts.items()}
    norm = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {gram: weight / norm for gram, weight in weights.items()}


def traits(record: Record) -> list[float]:
    """Return the numbers that :data:`TRAITS` names, in its order."""
    question, answer, whole = record.question, answered(record), asked(record)
    size = len(answer) + 1
    words = _words(answer)
    pairs = list(pairwise(words))
    telling, used = ({word for word in some if len(word) >= _LONG_WORD} for some in (_words(question), words))
    return [
        math.log(size),
        math.log(len(question) + 1),
        math.log(max(0, len(whole) - len(question)) + 1),
        100 * answer.count("\n") / size,
        len(_ITEM.findall(answer)) / (answer.count("\n") + 1),
        sum(map(str.isdigit, answer)) / size,
        sum(map(str.isupper, answer)) / size,
        float(_ENDING.search(answer[-8:]) is not None),
        len(set(words)) / (len(words) + 1),
        len(telling & used) / (len(telling) + 1),
        len(used - set(_words(whole))) / (len(used) + 1),
        1 - len(set(pairs)) / (len(pairs) + 1),
        sum(map(len, words)) / (len(words) + 1),
    ]


def _words(text: str) -> Sequence[str]:
    text = plain(text)
    return text.replace(" ", "") if is_unspaced(text) else text.split()
