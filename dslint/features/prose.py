"""Answers in prose, and the words that texts begin and end with: for many texts at once, as rules ask it of all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Final

from dslint.api import Feature, Record
from dslint.features.patterns import expression
from dslint.features.splits import TrainedOn, is_unwanted
from dslint.features.text import like_code
from dslint.features.views import LastAnswers

REACH: Final = 120
"""Characters at the beginning or end of a text in which its first or last words are looked for."""
WORD_LENGTH: Final = 12
"""A dozen characters a word are more than any language needs on average."""

# Nothing is given back, so that a word is never cut to make up for one that is missing.
_WORD: Final = r"\w++(?:['\u2019-]\w++)*+"
_LETTER: Final = expression(r"\w")
_UNSPACED: Final = expression("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")


class ProseAnswer(Feature[str]):
    """The text of the last answer, without white space around it, where it is trained on and wanted; else nothing."""

    def compute(self, records: Sequence[Record], answers: LastAnswers, trained: TrainedOn, /) -> list[str]:
        """Return each record's answer."""
        return [
            text.strip() if known and _is_target(record) else ""
            for record, text, known in zip(records, answers, trained.tolist(), strict=True)
        ]


ProseAnswers = Annotated[Sequence[str], ProseAnswer]
"""Ask, for a batch of records, for the answers that show how the model is taught to write."""


def has_words(text: str, least: int) -> bool:
    """Whether a text has at least so many words; two characters make one in scripts without spaces."""
    if len(text) >= WORD_LENGTH * least:
        return True
    if not text.isascii() and _UNSPACED.search(text):
        return len(_LETTER.findall(text)) // 2 >= least
    return _many(least).match(text) is not None


def openings(texts: Sequence[str], words: int) -> list[str]:
    """Return the first words of each text in prose, in lower case.

    Empty where a text has too few, looks like code, or where most of the words are numbers, as in tables and grids. In
    scripts that put no space between words a word counts as two characters.
    """
    heads = [text[:REACH] for text in texts]
    unspaced = [at for at, head in enumerate(heads) if not head.isascii() and _UNSPACED.match(head)]
    letters = [_LETTER.findall(heads[at])[: 2 * words] for at in unspaced]
    return _chosen(heads, words, dict(zip(unspaced, letters, strict=True)))


def endings(texts: Sequence[str], words: int) -> list[str]:
    """Return the last words of each text in prose, as :func:`openings` does the first."""
    tails = [text[-REACH:] for text in texts]
    unspaced = [at for at, tail in enumerate(tails) if not tail.isascii() and _UNSPACED.search(tail[-8:])]
    letters = [_LETTER.findall(tails[at])[-2 * words :] for at in unspaced]
    return _chosen(tails, words, dict(zip(unspaced, letters, strict=True)), backwards=True)


def _chosen(pieces: list[str], words: int, letters: dict[int, list[str]], *, backwards: bool = False) -> list[str]:
    """Return the first words of pieces of texts, or the last; of some the letters are known that stand for them."""
    if not pieces:
        return []
    code = like_code(pieces)
    lines = ["" if code[at] or at in letters else piece.replace("\n", " ") for at, piece in enumerate(pieces)]
    # One expression over all lines is called once; a word is the same read backwards, and the last ones come first.
    joined = "\n".join(lines).lower()
    found = _words(words).findall((joined[::-1] if backwards else joined) + "\n")
    chosen = [" ".join(each) if _is_prose(each) else "" for each in (found if words > 1 else zip(found))]
    if backwards:
        chosen = [each[::-1] for each in reversed(chosen)]
    for at, known in letters.items():
        chosen[at] = "".join(known) if len(known) == 2 * words and not code[at] else ""
    return chosen


@lru_cache(maxsize=16)
def _many(count: int) -> re.Pattern[str]:
    return re.compile(rf"(?:\W*+{_WORD}){{{count}}}")


@lru_cache(maxsize=16)
def _words(count: int) -> re.Pattern[str]:
    """Return what matches each line as a whole, and tells its first words where it has as many."""
    return re.compile(r"[^\w\n]*+" + r"[^\w\n]++".join([f"({_WORD})"] * count) + r"[^\n]*+\n|[^\n]*+\n")


def _is_prose(words: tuple[str, ...]) -> bool:
    return words[0] != "" and ("".join(words).isalpha() or 2 * sum(map(str.isdecimal, words)) < len(words))


def _is_target(record: Record) -> bool:
    answer = record.answer
    return answer is not None and answer.trained and record.format != "text" and not is_unwanted(record)
