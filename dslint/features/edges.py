"""Edge categories: the unusual kinds of input that a model meets in use and rarely in training data.

The expressions were judged on public data (records read, of which right): clarifying question 8 of 9, noisy text 8 of
9. Those that could not be found by an expression (a false premise, ambiguity) have to be labelled by the user.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Final

from dslint.api import Feature, Record
from dslint.features.edge_patterns import ANSWERED, ANYWHERE, ASKED
from dslint.features.patterns import expression, pattern_bits
from dslint.features.script import is_unspaced, main_script, scripts
from dslint.features.task import without_headers

CATEGORIES: Final[Mapping[str, str]] = {
    "short-prompt": "empty prompt, or one of at most three words",
    "long-prompt": "at least 4,000 characters before the answer",
    "multi-turn": "two or more user turns",
    "system-prompt": "a system prompt",
    "non-latin": "a question that is not written in Latin letters",
    "code": "program code, or a programming language named",
    "table": "a table, with bars or tabs",
    "structured-data": "JSON or XML",
    "numbers": "three or more numbers in the question",
    "date-time": "a date or a time in the question",
    "negation": "a question that says what must not be done",
    "constraints": "three or more constraints on the answer",
    "refusal": "an answer that declines",
    "unanswerable": "an answer that says that the information is missing",
    "clarifying": "an answer that asks back, for an ambiguous question",
    "false-premise": "a question that takes something wrong for granted; known by label only",
    "injection": "an attempt to override the instructions",
    "harmful-request": "a question on a harmful topic",
    "noisy": "typing errors, chat spelling, or no capital letters",
    "all-caps": "a question in capital letters",
    "emoji": "an emoji in the question",
    "yes-no": "a closed question",
    "classification": "a choice between given labels",
    "math": "calculation or formulas",
    "tool-use": "tools that can be called",
}
"""The built-in categories, each with what it is."""

ENGLISH_ONLY: Final = frozenset({"negation", "refusal", "unanswerable", "clarifying", "noisy", "constraints"})
"""Categories that are known by English words; in other languages they can be there unseen."""

ENGLISH: Final = "english"
SHORT_WORDS: Final = 3
LONG_CHARACTERS: Final = 4_000
MAX_LOOKED_AT: Final = 4_000
ANSWER_HEAD: Final = 250
CLARIFYING_LENGTH: Final = 400
LOWERCASE_LENGTH: Final = 40
CAPITALS_LENGTH: Final = 15
COUNTED: Final = 3

_NUMBER: Final = expression(r"\d+(?:[.,]\d+)*")
_CONSTRAINT: Final = expression(ASKED["constraint"][0], re.IGNORECASE)


class EdgeCategories(Feature[frozenset[str]]):
    """The edge categories that a record belongs to, and ``english`` where what is asked is in English."""

    def compute(self, records: Sequence[Record], /) -> Sequence[frozenset[str]]:
        """Return the categories of each record."""
        return [edge_categories(record) for record in records]


Edges = Annotated[frozenset[str], EdgeCategories]
"""Ask for a record's edge categories."""

EdgesOfAll = Annotated[Sequence[frozenset[str]], EdgeCategories]
"""Ask, for a batch of records, for the edge categories of each."""


def edge_categories(record: Record) -> frozenset[str]:
    """Return the categories that ``record`` belongs to; none for a record that asks nothing."""
    question, found = None, 0
    for turn in record.messages:
        if turn.role == "user":
            found |= 0 if question is None else _MULTI_TURN
            question = turn.text
        elif turn.role == "system" and turn.text.strip():
            found |= _SYSTEM
        if turn.tool_calls:
            found |= _TOOLS
    if question is None:
        return _NONE
    if record.tools:
        found |= _TOOLS
    if len(record.prompt) >= LONG_CHARACTERS:
        found |= _LONG
    found |= _asked(question)
    answer = record.response
    if 0 < len(answer) < CLARIFYING_LENGTH:
        found |= _matcher("short answer")(answer)
    elif answer:
        found |= _matcher("in answer")(answer[:MAX_LOOKED_AT])
        found |= _matcher("answered")(answer[:ANSWER_HEAD]) & ~_CLARIFYING
    return _named(found)


def _asked(question: str) -> int:
    found = _SHORT if is_short(question) else 0
    if not question.isascii() and main_script(question) not in ("", "latin"):
        found |= _BITS["non-latin"]
    text = without_headers(question)[:MAX_LOOKED_AT]
    found |= _matcher("question")(text)
    if found & _DIGIT and len(_NUMBER.findall(text)) >= COUNTED:
        found |= _BITS["numbers"]
    if found & _CONSTRAINED and len(_CONSTRAINT.findall(text)) >= COUNTED:
        found |= _BITS["constraints"]
    if len(text) > CAPITALS_LENGTH and text.isupper() and scripts(text).keys() == {"latin"}:
        found |= _BITS["all-caps"]
    elif len(text) > LOWERCASE_LENGTH and text.islower() and found & _BITS[ENGLISH]:
        found |= _BITS["noisy"]
    return found & ~(_DIGIT | _CONSTRAINED)


def is_short(text: str) -> bool:
    """Whether ``text`` has at most three words."""
    return len(text.split(None, SHORT_WORDS)) <= SHORT_WORDS if text.isascii() else word_count(text) <= SHORT_WORDS


def word_count(text: str) -> int:
    """Return the number of words; in scripts without spaces two characters count as one."""
    if is_unspaced(text):
        return (sum(map(str.isalnum, text)) + 1) // 2
    return len(text.split())


@lru_cache(maxsize=4)
def _matcher(where: str) -> Callable[[str], int]:
    """Return what tells which categories a text belongs to, as bits."""
    inside = {name: patterns for name, patterns in ANYWHERE.items() if name != "emoji"}
    named = {
        "question": {**ASKED, **ANYWHERE},
        "short answer": {**inside, **ANSWERED},
        "in answer": inside,
        "answered": ANSWERED,
    }[where]
    pairs = [(pattern, _BITS[name]) for name, patterns in named.items() for pattern in patterns]
    return pattern_bits(pairs, case_sensitive=False)


_BITS: Final = {name: 1 << n for n, name in enumerate((*CATEGORIES, ENGLISH, "number", "constraint"))}
_DIGIT: Final = _BITS["number"]
_CONSTRAINED: Final = _BITS["constraint"]
_CLARIFYING: Final = _BITS["clarifying"]
_SHORT: Final = _BITS["short-prompt"]
_LONG: Final = _BITS["long-prompt"]
_MULTI_TURN: Final = _BITS["multi-turn"]
_SYSTEM: Final = _BITS["system-prompt"]
_TOOLS: Final = _BITS["tool-use"]
_NONE: Final[frozenset[str]] = frozenset()


@lru_cache(maxsize=1 << 14)
def _named(bits: int) -> frozenset[str]:
    """Return the categories of these bits; records of the same categories share one set."""
    return frozenset(name for name, bit in _BITS.items() if bits & bit)
