"""Counting how answers begin and end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from dslint.api import DatasetRule, Field, Finding, Record, Ref
from dslint.features.frequent import Frequent, RecordHashes
from dslint.features.patterns import expression
from dslint.features.splits import is_held_out, is_unwanted
from dslint.features.task import first_words as leading_words
from dslint.features.text import looks_like_code

EXAMPLES: Final = 3
_WORD: Final = expression(r"\w+(?:['\u2019-]\w+)*")
_LETTER: Final = expression(r"\w")
_UNSPACED: Final = expression("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
REACH: Final = 120
NEAR: Final = 48
"""Characters at the end of a text that hold its last words nearly always."""


class TemplatedPart(DatasetRule[Frequent]):
    """What the rules about openings and endings share."""

    min_records: int = Field(200, ge=1, description="Datasets with fewer answers in prose are not judged.")
    min_words: int = Field(8, ge=1, description="Answers with fewer words are not counted.")

    def zero(self) -> Frequent:
        """Return no counts."""
        return Frequent()

    def merge(self, left: Frequent, right: Frequent) -> Frequent:
        """Add the counts."""
        return left.merge(right)

    def add_batch(self, state: Frequent, records: Sequence[Record], hashes: RecordHashes, /) -> Frequent:
        """Count the openings or endings of the records' answers."""
        values: list[str] = []
        keys: list[int] = []
        places: list[Ref] = []
        for record, key in zip(records, hashes, strict=True):
            text = self.prose(record)
            if text and (words := self.part(text)):
                values.append(words)
                keys.append(key)
                places.append(record.ref)
        state.add_all(values, keys, places)
        return state

    def part(self, text: str) -> str:
        """Return the opening or ending of an answer; empty where it has none that counts."""
        raise NotImplementedError

    def prose(self, record: Record) -> str:
        """Return the text of the last answer if it counts, else nothing."""
        answer = record.answer
        if (
            answer is None
            or not answer.trained
            or record.format == "text"
            or is_held_out(record)
            or is_unwanted(record)
        ):
            return ""
        text = answer.text.strip()
        # A dozen characters a word are more than any language needs on average.
        if len(text) >= 12 * self.min_words:
            return text
        size = len(_LETTER.findall(text)) // 2 if _UNSPACED.search(text) else len(_WORD.findall(text))
        return text if size >= self.min_words else ""

    def judge(self, state: Frequent, max_share: float, verb: str) -> Iterator[Finding]:
        """Yield a finding where one opening or ending has too large a share."""
        words, count = state.most_common()
        if state.total < self.min_records or count < max_share * state.total:
            return
        share = count / state.total
        yield self.finding(
            None,
            f'{share:.1%} of {state.total:,} answers in prose {verb} "{words}", at most {max_share:.0%} should',
            score=share,
            related=[(ref, f"an answer that {verb.replace(' ', 's ', 1)} it") for ref in state.places(words, EXAMPLES)],
            share=round(share, 4),
            words=words,
            count=count,
            records=state.total,
        )


def first_words(text: str, words: int) -> str:
    """Return the first words of a text in prose; two characters make a word in scripts without spaces."""
    head = text[:REACH]
    if looks_like_code(head):
        return ""
    if not head.isascii() and _UNSPACED.match(head):
        letters = _LETTER.findall(head)[: 2 * words]
        return "".join(letters) if len(letters) == 2 * words else ""
    return _joined(leading_words(head.lower(), words), words)


def last_words(text: str, words: int) -> str:
    """Return the last words of a text in prose; two characters make a word in scripts without spaces."""
    tail = text[-REACH:]
    if looks_like_code(tail):
        return ""
    if not tail.isascii() and _UNSPACED.search(tail[-8:]):
        letters = _LETTER.findall(tail)[-2 * words :]
        return "".join(letters) if len(letters) == 2 * words else ""
    tail = tail.lower()
    found = _WORD.findall(tail[-NEAR:])
    # The first word found there may be the end of one that begins before.
    return _joined((found if len(found) > words else _WORD.findall(tail))[-words:], words)


def _joined(found: Sequence[str], words: int) -> str:
    """Return words in a row; nothing where there are too few, or most are numbers, as in tables and grids."""
    numbers = sum(map(str.isdecimal, found))
    return " ".join(found) if len(found) == words and 2 * numbers < words else ""
