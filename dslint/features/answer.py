"""What an answer comes down to, and whether two answers contradict each other."""

from __future__ import annotations

import json
import re
from typing import Final

from dslint.features.text import canonical, looks_like_code, normalise

SHORT: Final = 8

_NUMBER: Final = r"[-+]?\d[\d,.]*"
_LAST_NUMBER: Final = re.compile(rf"=\s*\D{{0,3}}({_NUMBER})[^\w+-]*(?:[^\W\d]+[^\w]*)?$")
_MARKED: Final = re.compile(
    r"(?:####|\\boxed\{|(?:answer|label|result|category|antwort|respuesta|réponse|答案|结果|結果)"
    r"\s*(?::|\uff1a|is\b|ist\b|es\b|est\b|是|为|為)\s*:?)\s*([^\n}]{1,40})\}?\W*$",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"\w+")


def contradict(left: str, right: str) -> bool:
    """Whether two answers to the same question cannot both be right.

    That can only be said of answers that come down to something: short ones, JSON, and ones that end in a marked result
    or in the result of a calculation (``= 7``). One that contains the other does not contradict it.
    """
    a, b = conclusion(left), conclusion(right)
    if a is None or b is None or a == b:
        return False
    first, second = _words(a), _words(b)
    return not (first <= second or second <= first)


def conclusion(answer: str) -> str | None:
    """Return what ``answer`` comes down to, in a form that compares; ``None`` for open answers."""
    text = answer.strip()
    if text[:1] in ("{", "["):
        try:
            return canonical(json.loads(text))
        except (ValueError, RecursionError):
            pass
    marked = _MARKED.search(text)
    if marked:
        return _comparable(marked[1])
    calculated = _LAST_NUMBER.search(text)
    if calculated:
        return _number(calculated[1])
    if looks_like_code(text):
        return None
    if len(text.split()) <= SHORT and len(text) <= 60:
        return _comparable(text)
    return None


def _comparable(text: str) -> str:
    return _number(text) if re.fullmatch(_NUMBER, text.strip(" .")) else normalise(text)


def _number(text: str) -> str:
    digits = text.strip(" .,").replace(",", "")
    try:
        return f"{float(digits):.10g}"
    except ValueError:
        return digits


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text)) or {text}
