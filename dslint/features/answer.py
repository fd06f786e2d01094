"""What an answer comes down to, and whether two answers to one question differ there or even contradict each other."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import product
from typing import Any, Final, NamedTuple

from dslint.features.patterns import expression
from dslint.features.text import canonical, is_unspaced, looks_like_code, normalise, plain

SHORT: Final = 8
_ALIKE: Final = 0.5

_DIGITS: Final = r"\d(?:[\d,.]*\d)?"
_NUMBER: Final = r"[-+]?\d[\d,.]*"
_LAST_NUMBER: Final = expression(rf"=\s*\D{{0,3}}({_NUMBER})[^\w+-]*(?:[^\W\d]+[^\w]*)?$")
_MARKS: Final = ("answer", "label", "result", "category", "antwort", "respuesta", "réponse", "答案", "结果", "結果")
_MARKED: Final = expression(
    rf"(?:####|\\boxed\{{|(?:{'|'.join(_MARKS)})"
    r"\s*(?::|\uff1a|is\b|ist\b|es\b|est\b|是|为|為)\s*:?)\s*([^\n}]{1,40})\}?\W*$",
    re.IGNORECASE,
)
_ASCII_MARKS: Final = ("####", "\\boxed{", *filter(str.isascii, _MARKS))
_WORD: Final = expression(r"\w+")
_QUANTITY: Final = expression(
    rf"(?P<before>[$€£¥₹]?)\s?(?P<sign>(?<![\w.])[-\u2212])?(?P<value>{_DIGITS}(?:\s?/\s?{_DIGITS})?)"
    r"(?P<after>\s?[%€£¥₹°]\s?[^\W\d_]?|\s?[^\W\d_]+)?"
)
_CHOICE: Final = expression(r"\W*(?:option\s)?\(?([A-H])[.):]?", re.IGNORECASE)
_POLARITY: Final = expression(
    r"\W*(?:(?P<yes>yes|true|correct|ja|richtig|wahr|sí|verdadero|oui|vrai|sim|да|верно|نعم|صحيح|हाँ|हां|सही|はい|是的?|对|對|正确)|"
    r"(?P<no>no|false|incorrect|nein|falsch|falso|non|faux|não|нет|неверно|لا|خطأ|नहीं|गलत|いいえ|否|不是|错误?|錯誤?))"
    r"(?:[,.!:;\u3002\uff0c\uff01\u060c\u0964]|\s+[\u2013\u2014-]|\s*$)",
    re.IGNORECASE,
)
_OPPOSITES: Final = (
    frozenset({"positive", "negative", "neutral"}),
    frozenset({"positiv", "negativ"}),
    frozenset({"positivo", "negativo"}),
    frozenset({"positif", "négatif"}),
    frozenset({"正面", "负面", "中性"}),
    frozenset({"积极", "消极"}),
    frozenset({"valid", "invalid"}),
    frozenset({"spam", "not spam", "ham"}),
    frozenset({"entailment", "contradiction", "neutral"}),
)


class Conclusion(NamedTuple):
    """What an answer comes down to.

    Attributes:
        text: As it stands in the answer.
        value: In a form that compares.
        is_json: The answer is JSON.
    """

    text: str
    value: str
    is_json: bool = False


def conclusion(answer: str) -> Conclusion | None:
    """Return what ``answer`` comes down to: JSON, a marked or calculated result, a few words; ``None`` if nothing."""
    text = answer.strip()
    if text[:1] in ("{", "["):
        try:
            return Conclusion(text, canonical(json.loads(text)), is_json=True)
        except (ValueError, RecursionError):
            pass
    marked = _MARKED.search(text) if _may_be_marked(text) else None
    if marked:
        return Conclusion(marked[1].strip(), _comparable(marked[1]))
    calculated = _LAST_NUMBER.search(text) if "=" in text else None
    if calculated:
        return Conclusion(calculated[1], _comparable(calculated[1]))
    if looks_like_code(text):
        return None
    if len(text.split()) <= SHORT and len(text) <= 60 and "\n" not in text:
        return Conclusion(text, _comparable(text))
    return None


def differ(left: str, right: str) -> bool:
    """Whether two answers say different things.

    Short ones do if neither contains the other; open ones if they share less than half of the shorter one's words.
    """
    told = conclusions_differ(left, right)
    if told is not None:
        return told
    first, second = _pieces(left), _pieces(right)
    return len(first & second) < _ALIKE * min(len(first), len(second))


def conclusions_differ(left: str, right: str) -> bool | None:
    """Whether two short answers say different things, as neither contains the other; ``None`` where one is open."""
    a = conclusion(left)
    b = None if a is None else conclusion(right)
    if a is None or b is None:
        return None
    first, second = _words(a.value), _words(b.value)
    return a.value != b.value and not (first <= second or second <= first)


def contradiction(left: str, right: str, prompt: str) -> tuple[str, str] | None:
    """Return what two answers to ``prompt`` say that cannot both be right; ``None`` where they may.

    Only what needs no knowledge of the world counts: opposite words at the beginning, such as yes and no; different
    numbers of one unit; two of the options that the prompt names; values of one key of JSON. Two names may be names of
    one thing.
    """
    opposed = _POLARITY.match(left), _POLARITY.match(right)
    if opposed[0] and opposed[1]:
        both = (opposed[0].lastgroup, opposed[1].lastgroup)
        return None if both[0] == both[1] else (_head(opposed[0]), _head(opposed[1]))
    a = conclusion(left)
    b = None if a is None else conclusion(right)
    if a is None or b is None or a.value == b.value:
        return None
    if a.is_json or b.is_json:
        clash = a.is_json and b.is_json and _values_clash(json.loads(a.text), json.loads(b.text))
        return (a.text, b.text) if clash else None
    numbers = _numbers_clash(a.text, b.text)
    clash = _options_clash(a, b, prompt) if numbers is None else numbers
    return (a.text, b.text) if clash else None


def _may_be_marked(text: str) -> bool:
    """Whether one of the marks can stand in ``text``; to look for each takes a tenth of what their pattern does."""
    return not text.isascii() or any(map(text.lower().__contains__, _ASCII_MARKS))


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


def _pieces(text: str) -> set[str]:
    words = plain(text)
    return {words[i : i + 2] for i in range(len(words) - 1)} if is_unspaced(words) else set(words.split())


def _head(match: re.Match[str]) -> str:
    return match[match.lastgroup or 0]


def _numbers_clash(left: str, right: str) -> bool | None:
    """Whether two texts with one quantity each give different numbers of one unit; ``None`` if there is no quantity."""
    first, second = list(_QUANTITY.finditer(left)), list(_QUANTITY.finditer(right))
    if not first and not second:
        return None
    if len(first) != 1 or len(second) != 1 or _unit(first[0]) != _unit(second[0]):
        return False
    return not any(_agree(a, b) for a, b in product(_readings(first[0]), _readings(second[0])))


def _unit(quantity: re.Match[str]) -> str:
    after = (quantity["after"] or "").replace(" ", "").lower()
    return quantity["before"] or (after.removesuffix("s") if len(after) > 2 else after)


def _readings(quantity: re.Match[str]) -> list[tuple[float, int]]:
    """Return the numbers that a text can stand for, each with its decimals: ``1.024`` may be a thousand or one."""
    sign = -1 if quantity["sign"] else 1
    digits = quantity["value"].rstrip(".,").replace(" ", "")
    if "/" in digits:
        above, below = (part.replace(",", "").strip(".") for part in digits.split("/"))
        try:
            return [(sign * float(above) / float(below), 10)]
        except (ValueError, ZeroDivisionError):
            return []
    found = []
    for thousands, decimal in ((",", "."), (".", ",")):
        whole, point, fraction = digits.replace(thousands, "").partition(decimal)
        if whole.isdecimal() and (not point or fraction.isdecimal()):
            found.append((sign * float(f"{whole}.{fraction or 0}"), len(fraction)))
    return found


def _agree(left: tuple[float, int], right: tuple[float, int]) -> bool:
    """Whether one number is the other, rounded; cut only where decimals are left."""
    decimals = min(left[1], right[1])
    tolerance = 10.0**-decimals * (1 if decimals else 0.5)
    return left[0] == right[0] or (left[1] != right[1] and abs(left[0] - right[0]) < tolerance)


def _options_clash(left: Conclusion, right: Conclusion, prompt: str) -> bool:
    chosen = _CHOICE.fullmatch(left.text), _CHOICE.fullmatch(right.text)
    if chosen[0] and chosen[1]:
        return chosen[0][1].lower() != chosen[1][1].lower()
    if any(left.value in labels and right.value in labels for labels in _OPPOSITES):
        return True
    first, second = _words(left.value), _words(right.value)
    if first <= second or second <= first:
        return False
    asked = normalise(prompt)
    return all(_is_named(each.value, asked) for each in (left, right))


def _is_named(value: str, asked: str) -> bool:
    if is_unspaced(value):
        return len(value) > 1 and value in asked
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", asked) is not None


def _values_clash(left: Any, right: Any) -> bool:
    """Whether two values of JSON differ in a number or a truth value of one place."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return any(_values_clash(value, right[key]) for key, value in left.items() if key in right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and any(map(_values_clash, left, right))
    if isinstance(left, bool) or isinstance(right, bool):
        return isinstance(left, bool) and isinstance(right, bool) and left != right
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    return numbers and bool(left != right)
