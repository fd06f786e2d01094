"""Edge categories: the unusual kinds of input that a model meets in use and rarely in training data.

The expressions were judged on public data (records read, of which right): clarifying question 8 of 9, noisy text 8 of
9. Those that could not be found by an expression (a false premise, ambiguity) have to be labelled by the user.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Final

from dslint.api import Feature, Record
from dslint.features.edge_patterns import ANSWERED, ANYWHERE, ASKED
from dslint.features.patterns import pattern_set
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

_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_CONSTRAINT: Final = re.compile(ASKED["constraint"][0], re.IGNORECASE)


@dataclass(frozen=True)
class EdgeCategories(Feature[frozenset[str]]):
    """The edge categories that a record belongs to, and ``english`` where what is asked is in English."""

    def compute(self, records: Sequence[Record], /) -> Sequence[frozenset[str]]:
        """Return the categories of each record."""
        return [edge_categories(record) for record in records]


Edges = Annotated[frozenset[str], EdgeCategories]
"""Ask for a record's edge categories."""


def edge_categories(record: Record) -> frozenset[str]:
    """Return the categories that ``record`` belongs to; none for a record that asks nothing."""
    asked = record.texts("user")
    if not asked:
        return frozenset()
    question, answer = asked[-1], record.response
    found = set(_by_form(record, asked))
    head = without_headers(question)[:MAX_LOOKED_AT]
    found.update(_in_question(head))
    found.update(_matcher("anywhere")(head))
    if answer:
        found.update(_matcher("anywhere")(answer[:MAX_LOOKED_AT]) - {"emoji"})
        found.update(
            _matcher("answered")(answer[: CLARIFYING_LENGTH if len(answer) < CLARIFYING_LENGTH else ANSWER_HEAD])
        )
        if len(answer) >= CLARIFYING_LENGTH:
            found.discard("clarifying")
    return frozenset(found)


def _by_form(record: Record, asked: Sequence[str]) -> Iterable[str]:
    question = asked[-1]
    if word_count(question) <= SHORT_WORDS:
        yield "short-prompt"
    prompt = record.prompt
    if len(prompt) >= LONG_CHARACTERS:
        yield "long-prompt"
    if len(asked) > 1:
        yield "multi-turn"
    if record.system.strip():
        yield "system-prompt"
    if main_script(question) not in ("", "latin"):
        yield "non-latin"
    if record.tools or any(turn.tool_calls for turn in record.messages):
        yield "tool-use"


def _in_question(text: str) -> set[str]:
    found = _matcher("asked")(text)
    if "number" in found:
        found.discard("number")
        if len(_NUMBER.findall(text)) >= COUNTED:
            found.add("numbers")
    if "constraint" in found:
        found.discard("constraint")
        if len(_CONSTRAINT.findall(text)) >= COUNTED:
            found.add("constraints")
    if len(text) > CAPITALS_LENGTH and text.isupper() and scripts(text).keys() == {"latin"}:
        found.add("all-caps")
    elif len(text) > LOWERCASE_LENGTH and text.islower() and ENGLISH in found:
        found.add("noisy")
    return found


def word_count(text: str) -> int:
    """Return the number of words; in scripts without spaces two characters count as one."""
    if is_unspaced(text):
        return (sum(map(str.isalnum, text)) + 1) // 2
    return len(text.split())


@lru_cache(maxsize=3)
def _matcher(where: str) -> Callable[[str], set[str]]:
    named = {"asked": ASKED, "answered": ANSWERED, "anywhere": ANYWHERE}[where]
    pairs = [(name, pattern) for name, patterns in named.items() for pattern in patterns]
    names = [name for name, _ in pairs]
    match = pattern_set([pattern for _, pattern in pairs], case_sensitive=False)

    def categories(text: str) -> set[str]:
        return {names[hit] for hit in match(text)}

    return categories
