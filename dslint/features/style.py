"""The form of an answer: how it begins, how it ends, and what it is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntFlag, auto
from typing import Annotated, Final
from unicodedata import category

import orjson

from dslint.api import Feature, Message, Record
from dslint.features.length import word_count
from dslint.features.patterns import expression
from dslint.features.views import LastAnswers
from dslint.model.record import ASSISTANT


class Form(IntFlag):
    """What can be seen of an answer's form; empty where there is no answer."""

    NONE = 0
    TEXT = auto()
    HASH_MARKER = auto()
    ANSWER_LINE = auto()
    BOXED = auto()
    CALCULATOR = auto()
    JSON = auto()
    FENCE = auto()
    REASONING = auto()
    HEADINGS = auto()
    SENTENCE_END = auto()
    LETTER_END = auto()
    DIGIT_END = auto()
    LABEL = auto()
    LONG = auto()
    OPEN_END = auto()


class AnswerForm(Feature[int]):
    """The form of the last answer, as the number of a :class:`Form`."""

    def compute(self, records: Sequence[Record], answers: LastAnswers, /) -> Sequence[int]:
        """Return each record's form."""
        # A loop, as an answer's form is told by its first and last characters and words: a few glances at each, where
        # arrays of all would need its lines and words cut first.
        forms = list(map(form_of, answers))
        for at, record in enumerate(records):
            turns = record.messages
            if turns and (len(turns[-1].parts) != 1 or turns[-1].role != ASSISTANT) and forms[at]:
                forms[at] |= _reasoning(record.answer)
        return forms


Style = Annotated[int, AnswerForm]
"""Ask for the form of a record's last answer, to be compared with :class:`Form`."""

LABEL_WORDS: Final = 3
LABEL_LENGTH: Final = 40
LONG_WORDS: Final = 8
LONG_LENGTH: Final = 60
TAIL: Final = 400

_CALCULATION: Final = expression(r"<<[^<>\n]{1,200}=[^<>\n]{1,200}>>")
_HEADING: Final = expression(r"^#{2,6} +[^\d\s]|^#{2,6} +\d+[.):]? +\S", re.MULTILINE)
_FENCED: Final = expression(r"^[ \t]*(```|~~~).*?(?:^[ \t]*\1|\Z)", re.MULTILINE | re.DOTALL)
_ANSWER: Final = expression(
    r"\W*(?:(?:therefore|thus|so|hence),? )?(?:the |die |la |a |o )?(?:final |correct )?"
    r"(?:answer|antwort|lösung|réponse|respuesta|resposta|risposta|antwoord|ответ|उत्तर|الجواب|الإجابة|答案|答え|정답)"
    r"(?:\W{0,4}[:\uff1a=]|\W{0,2}(?:is|ist|est|es|é|è)\b|\W{0,2}[是为は])",
    re.IGNORECASE,
)
_LEADS: Final = frozenset(
    first + second
    for lead in ("th", "so", "he", "di", "la", "a ", "o ", "fi", "co", "an", "re", "ri")
    for first in (lead[0], lead[0].upper())
    for second in (lead[1], lead[1].upper())
)
"""What a line in ASCII that states the answer begins with, where it begins with a word."""
_REASONING: Final = expression(
    r"\s*<\|?(?:think|thinking|thought|reasoning|scratchpad|begin_of_thought)\|?>", re.IGNORECASE
)
_CLOSING: Final = " \t\r\n\"'\u201d\u2019\u00bb\u201c)]}\uff09\u300d\u300f*_`"
_OPENERS: Final = "`~<{["
_BRACKETS: Final = ")]}\uff09"
_SENTENCE_ENDS: Final = frozenset(".!?\u2026\u3002\uff01\uff1f\uff0e\uff61\u0964\u0965\u061f\u06d4\u1362\u104b\u17d4")


# Plain numbers, because combining flags as such takes longer than finding them.
(
    _TEXT,
    _HASH,
    _LINE,
    _BOXED,
    _CALCULATOR,
    _JSON,
    _FENCE,
    _REASONS,
    _HEADINGS,
    _SENTENCE,
    _LETTER,
    _DIGIT,
    _LABEL,
    _LONG,
    _OPEN,
) = (form.value for form in Form if form)


def form_of(text: str) -> int:
    """Return the form of an answer's text."""
    stripped = text.strip()
    if not stripped:
        return 0
    form = _TEXT | _size(stripped)
    if stripped[0] in _OPENERS:
        form |= _beginning(stripped)
    if not form & _JSON:
        form |= _end(stripped)
    if form & _LETTER and form & _LONG and "\n" not in stripped:
        form |= _OPEN
    # To look for one character takes a fifth of the time that two take.
    if "\\" in stripped and "\\boxed{" in stripped:
        form |= _BOXED
    if "<" in stripped and "<<" in stripped and _CALCULATION.search(stripped):
        form |= _CALCULATOR
    if "#" in stripped and "##" in stripped and _HEADING.search(_FENCED.sub("", stripped)):
        form |= _HEADINGS
    return form


def _reasoning(answer: Message | None) -> int:
    parts = () if answer is None else answer.parts
    return _REASONS if len(parts) > 1 and any(part.kind == "reasoning" and part.text for part in parts) else 0


def _beginning(text: str) -> int:
    first = text[0]
    if first in "`~" and text.startswith(("```", "~~~")):
        return _FENCE
    if first == "<" and _REASONING.match(text):
        return _REASONS
    return _JSON if first in "{[" and text[-1] in "}]" and _is_json(text) else 0


def _end(text: str) -> int:
    form = 0
    line = max(text.rfind("\n") + 1, len(text) - TAIL)
    lead = text[line : line + 2]
    if lead == "##" and text.startswith("####", line):
        form = _HASH
    elif (lead in _LEADS or not (lead[0].isalnum() and lead.isascii())) and _ANSWER.match(text, line):
        form = _LINE
    last = text[-1]
    bracketed = last in _BRACKETS
    if last in _CLOSING:
        last = text.rstrip(_CLOSING)[-1:]
    if last in _SENTENCE_ENDS:
        return form | _SENTENCE
    if bracketed:
        return form
    if last.isdigit():
        return form | _DIGIT
    # In many scripts a word can end in a vowel sign, which is a mark.
    return form | _LETTER if last.isalpha() or category(last or " ")[0] == "M" else form


def _size(text: str) -> int:
    if len(text) > LONG_LENGTH:
        return _LONG if not text.isascii() or len(text.split(None, LONG_WORDS)) > LONG_WORDS else 0
    words = word_count(text)
    if words > LONG_WORDS:
        return _LONG
    return _LABEL if words <= LABEL_WORDS and len(text) <= LABEL_LENGTH and "\n" not in text else 0


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except ValueError:
        return False
    return True
