"""The form of an answer: how it begins, how it ends, and what it is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntFlag, auto
from typing import Annotated, Final

import orjson

from dslint.api import Feature, Message, Record


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


@dataclass(frozen=True)
class AnswerForm(Feature[Form]):
    """The form of the last answer."""

    def compute(self, records: Sequence[Record], /) -> Sequence[Form]:
        """Return each record's form."""
        return [_form(record.answer) for record in records]


Style = Annotated[Form, AnswerForm]
"""Ask for the form of a record's last answer."""

LABEL_WORDS: Final = 3
LABEL_LENGTH: Final = 40
LONG_WORDS: Final = 8
LONG_LENGTH: Final = 60
TAIL: Final = 400

_CALCULATION: Final = re.compile(r"<<[^<>\n]{1,200}=[^<>\n]{1,200}>>")
_HEADING: Final = re.compile(r"^#{2,6} +[^\d\s]|^#{2,6} +\d+[.):]? +\S", re.MULTILINE)
_FENCED: Final = re.compile(r"^[ \t]*(```|~~~).*?(?:^[ \t]*\1|\Z)", re.MULTILINE | re.DOTALL)
_ANSWER: Final = re.compile(
    r"\W*(?:(?:therefore|thus|so|hence),? )?(?:the |die |la |a |o )?(?:final |correct )?"
    r"(?:answer|antwort|lösung|réponse|respuesta|resposta|risposta|antwoord|ответ|उत्तर|الجواب|الإجابة|答案|答え|정답)"
    r"(?:\W{0,4}[:\uff1a=]|\W{0,2}(?:is|ist|est|es|é|è)\b|\W{0,2}[是为は])",
    re.IGNORECASE,
)
_REASONING: Final = re.compile(
    r"\s*<\|?(?:think|thinking|thought|reasoning|scratchpad|begin_of_thought)\|?>", re.IGNORECASE
)
_CLOSING: Final = " \t\r\n\"'\u201d\u2019\u00bb\u201c)]}\uff09\u300d\u300f*_`"
_SENTENCE_ENDS: Final = frozenset(".!?\u2026\u3002\uff01\uff1f\uff0e\uff61\u0964\u0965\u061f\u06d4\u1362\u104b\u17d4")


def form_of(text: str) -> Form:
    """Return the form of an answer's text."""
    stripped = text.strip()
    if not stripped:
        return Form.NONE
    form = Form.TEXT | _beginning(stripped) | _end(stripped) | _size(stripped)
    if "\\boxed{" in stripped:
        form |= Form.BOXED
    if "<<" in stripped and _CALCULATION.search(stripped):
        form |= Form.CALCULATOR
    if "##" in stripped and _HEADING.search(_FENCED.sub("", stripped)):
        form |= Form.HEADINGS
    return form


def _form(answer: Message | None) -> Form:
    if answer is None:
        return Form.NONE
    form = form_of(answer.text)
    if form and any(part.kind == "reasoning" and part.text for part in answer.parts):
        form |= Form.REASONING
    return form


def _beginning(text: str) -> Form:
    if text.startswith(("```", "~~~")):
        return Form.FENCE
    if text[0] == "<" and _REASONING.match(text):
        return Form.REASONING
    return Form.JSON if text[0] in "{[" and text[-1] in "}]" and _is_json(text) else Form.NONE


def _end(text: str) -> Form:
    form = Form.NONE
    last_line = text[-TAIL:].rsplit("\n", 1)[-1]
    if last_line.startswith("####"):
        form |= Form.HASH_MARKER
    elif _ANSWER.match(last_line):
        form |= Form.ANSWER_LINE
    last = text.rstrip(_CLOSING)[-1:]
    if last in _SENTENCE_ENDS:
        return form | Form.SENTENCE_END
    if last.isdigit():
        return form | Form.DIGIT_END
    return form | Form.LETTER_END if last.isalpha() else form


def _size(text: str) -> Form:
    if len(text) > LONG_LENGTH and (len(text.split(None, LONG_WORDS)) > LONG_WORDS or not text.isascii()):
        return Form.LONG
    if len(text) <= LABEL_LENGTH and "\n" not in text and len(text.split()) <= LABEL_WORDS:
        return Form.LABEL
    return Form.NONE


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except ValueError:
        return False
    return True
