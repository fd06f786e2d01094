"""Calculations in running text: finding them, and computing them exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final, NamedTuple

from dslint.features.patterns import expression

_NUMBER: Final = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,15})(?:\.\d{1,12})?|\.\d{1,12}"
_TIMES: Final = "x\u00d7*·"
_SIGNS: Final = f"+\\-\u2212\u2013/÷{_TIMES}"
_BEFORE: Final = expression(rf"[\d.,%$€£¥()\[\] \t{_SIGNS}]+$")
_RESULT: Final = expression(rf"[ \t]{{0,2}}(?P<number>[-\u2212]?[ ]?[$€£¥]?[ ]?(?:{_NUMBER})(?:[ ]?%)?)")
_ITEM: Final = expression(r"\s*(?:\d{1,2}[.)]\s+|[-*]\s+)")
_CALCULATES: Final = expression(rf"[\d.)%][ \t]*[{_SIGNS}][ \t]*[\d.($€£¥]")
_TOKEN: Final = expression(rf"(?P<number>{_NUMBER})|(?P<sign>[{_SIGNS}()%])")
_BESIDE: Final = "=<>!:~≈≠≤≥"
_WINDOW: Final = 120
_CURRENCY: Final = expression(r"[$€£¥\s]")
_APART: Final = expression(r"\d,?\s+[\d.]|[$€£¥]\s*[$€£¥]")
_DEPTH: Final = 8


class Equation(NamedTuple):
    """A calculation with its result.

    Attributes:
        left: What is calculated, as it stands.
        right: The result that is given, as it stands.
        start: Where it begins in the text.
        end: Where it ends.
    """

    left: str
    right: str
    start: int
    end: int


def equations(text: str) -> Iterator[Equation]:
    """Yield the calculations of ``text``, with all that stands before a result and can belong to it."""
    at = text.find("=")
    while at >= 0:
        found = _around(text, at)
        if found is not None:
            yield found
        at = text.find("=", at + 1)


def _around(text: str, at: int) -> Equation | None:
    right = _RESULT.match(text, at + 1)
    if right is None or text[at - 1 : at] in tuple(_BESIDE):
        return None
    low = max(0, at - _WINDOW)
    before = _BEFORE.search(text[low:at])
    if before is None or not _CALCULATES.search(before[0]):
        return None
    start = low + before.start()
    at_line = start == 0 or text[start - 1] == "\n"
    item = _ITEM.match(text, start, at) if at_line else None
    start = item.end() if item else start
    if start == low > 0:
        return None
    left = text[start:at]
    return Equation(left.strip(), right["number"].strip(), start + len(left) - len(left.lstrip()), right.end())


def evaluate(expression: str) -> Fraction | None:
    """Return the exact value of an expression of the four operations; ``None`` where it has none."""
    if _APART.search(expression):
        return None
    bare = _CURRENCY.sub("", expression)
    tokens = [match[0] for match in _TOKEN.finditer(bare)]
    if "".join(tokens) != bare:
        return None
    try:
        value, rest = _sum(tokens, 0, 0)
    except (ArithmeticError, ValueError, IndexError):
        return None
    return value if rest == len(tokens) else None


def number(text: str) -> Fraction:
    """Return the exact value of one printed number, without regard to a percent sign."""
    digits = _CURRENCY.sub("", text).replace(",", "").replace("\u2212", "-").rstrip("%")
    return _exact(digits)


def precision(text: str) -> Fraction:
    """Return one unit of the last printed digit."""
    digits = text.rstrip("% ")
    return Fraction(1, 10 ** len(digits.partition(".")[2])) if "." in digits else Fraction(1)


def _exact(digits: str) -> Fraction:
    # Of a text it takes five times as long.
    return Fraction(int(digits)) if digits.isdecimal() else Fraction(digits)


def _sum(tokens: list[str], at: int, depth: int) -> tuple[Fraction, int]:
    value, at = _product(tokens, at, depth)
    while at < len(tokens) and tokens[at] in "+-\u2212\u2013":
        right, after = _product(tokens, at + 1, depth)
        value = value + right if tokens[at] == "+" else value - right
        at = after
    return value, at


def _product(tokens: list[str], at: int, depth: int) -> tuple[Fraction, int]:
    value, at = _factor(tokens, at, depth)
    while at < len(tokens) and (tokens[at] in _TIMES or tokens[at] in "/÷"):
        right, after = _factor(tokens, at + 1, depth)
        value = value * right if tokens[at] in _TIMES else value / right
        at = after
    return value, at


def _factor(tokens: list[str], at: int, depth: int) -> tuple[Fraction, int]:
    if depth > _DEPTH:
        raise ValueError
    if tokens[at] == "(":
        value, at = _sum(tokens, at + 1, depth + 1)
        if tokens[at] != ")":
            raise ValueError
    else:
        value = _exact(tokens[at].replace(",", ""))
    at += 1
    if at < len(tokens) and tokens[at] == "%":
        return value / 100, at + 1
    return value, at


_GOES_ON: Final = expression(
    rf"[%/^*·\u00d7(°\[]|[^\W\u3400-\u9fff]|[.,:]\d|[ \t]*[{_SIGNS}^(=][ \t]*[$€£¥\d(\[A-Za-z]|[ \t]*(?:million"
    rf"|thousand|hundred"
    rf"|billion|dozen|remainder"
    r"|r(?:em)?\b|R\d|mod\b|and \d+/\d|\d+/\d|\d|c\b|ct\b|cents?\b|¢|Rest|resto|reste|余|万|亿|千|百)",
)
_BEGAN: Final = expression(
    rf"(?:[\w^√!°'\u2019/\\{{}}_]|[{_SIGNS}^]\s*|\b(?:by|times|plus|minus|of|and|over|half|double|twice|than|from"
    rf"|mal|por|fois)\s+"
    r"|(?:\d|%|half|third|quarter|multipl\w*|divid\w*)\W*(?:[^\W\d]+ ){0,2}(?:of|by)\s+)$",
    re.IGNORECASE,
)
_CONVERSIONS: Final = frozenset((7, 12, 16, 24, 30, 36, 52, 60, 100, 365, 1440, 3600, 5280, 86400))
_LOOSE: Final = Fraction(1, 200)


def wrong(text: str) -> Iterator[tuple[Equation, Fraction]]:
    """Yield the calculations whose result is wrong for sure, each with the right one."""
    for found in equations(text):
        if _GOES_ON.match(text, found.end) or _BEGAN.search(text[max(0, found.start - 30) : found.start]):
            continue
        value = None if _is_ambiguous(found.left) else evaluate(found.left)
        if value is not None and not _explained(value, found):
            yield found, value


def _is_ambiguous(left: str) -> bool:
    divisions = left.count("/") + left.count("÷")
    percents = "%" in left and any(sign in left for sign in "+-\u2212\u2013")
    return divisions > 1 or percents or re.match(r"\d[\d.]*\s?[-\u2013/]\s?\d[\d.]*\s?[-\u2013/]", left) is not None


def _explained(value: Fraction, found: Equation) -> bool:
    """Whether rounding, a lost sign, or another unit makes the result right."""
    given = number(found.right)
    whole = value.denominator == 1 and not any(sign in found.left + found.right for sign in ".%")
    if value == given or value == -given or (not whole and abs(value - given) <= precision(found.right)):
        return True
    if value == 0 or given == 0:
        return not whole
    if not whole and abs(value - given) <= _LOOSE * abs(value):
        return True
    ratio = abs(value / given)
    ratio = ratio if ratio >= 1 else 1 / ratio
    nearest = round(ratio)
    near = abs(ratio - nearest) <= _LOOSE * nearest
    return near and (
        nearest in _CONVERSIONS or (nearest > 1 and set(str(nearest)[1:]) <= {"0"} and str(nearest)[0] == "1")
    )
