"""The rule ``unit-conversion-error``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final, NamedTuple

from dslint.api import Field, Finding, Message, Record, RecordRule, Severity, Status, turns
from dslint.features.patterns import expression
from dslint.features.splits import NO_ANSWER, is_unwanted

_UNITS: Final[Mapping[str, Mapping[float, str]]] = {
    "length": {
        0.001: "mm|millimeters?|millimetres?",
        0.01: "cm|centimeters?|centimetres?",
        1.0: "meters?|metres?",
        1000.0: "km|kilometers?|kilometres?",
        0.0254: "inch|inches",
        0.3048: "ft|feet|foot",
        0.9144: "yards?",
        1609.344: "miles?",
    },
    "mass": {
        0.001: "mg|milligrams?",
        1.0: "grams?",
        1000.0: "kg|kilograms?|kilos?",
        453.59237: "lbs?|pounds?",
        28.349523: "ounces?",
    },
    "time": {1.0: "seconds?", 60.0: "minutes?", 3600.0: "hours?", 86400.0: "days?"},
    "volume": {0.001: "ml|milliliters?|millilitres?", 1.0: "liters?|litres?"},
}
_NAMES: Final = "|".join(names for units in _UNITS.values() for names in units.values())
_BY_NAME: Final = [
    (re.compile(names, re.IGNORECASE), kind, factor)
    for kind, units in _UNITS.items()
    for factor, names in units.items()
]
_NUMBER: Final = r"\d[\d,]*(?:\.\d+)?"
_ABOUT: Final = r"(?:or |about |approximately |approx\. |around |roughly )?"
_STATED: Final = expression(
    rf"(?<![\w.,/*+\u00d7-])(?P<left>{_NUMBER})[ -]?(?P<from>{_NAMES})\b"
    rf"(?:\s?(?:=|is equal to|equals?|is the same as)\s?|\s?\({_ABOUT})"
    rf"(?P<right>{_NUMBER})[ -]?(?P<to>{_NAMES})\b(?!\s?(?:[*/+\u00d7-]\s?\d|per\b|and\s\d|\d|square|cubic))",
    re.IGNORECASE,
)
_OPERATOR: Final = expression(
    rf"(?:[-+*/\u00d7\u00f7=x]|\bplus|\bper|\bevery|\bby|\d|\b(?:{_NAMES})[,\s]*(?:and)?)\s*$", re.IGNORECASE
)
_COMMA: Final = expression(r",(?!\d{3}(?:\D|$))")
"""A comma that sets no thousands apart: a decimal one."""
_AROUND: Final = 120
"""Characters before an amount that say what it is about."""
_OTHER: Final = expression(r"\bwork\w*|\bshifts?\b|\bschool|\bwrong\w*|\bincorrect\w*|\bpuzzle|\briddle", re.IGNORECASE)
_SLACK: Final = 0.05
_ONE_DAY: Final = (18, 30)
"""Hours of a day; a working day, or one of practice, has fewer."""


class Stated(NamedTuple):
    """An amount and what it is said to be in another unit.

    Attributes:
        start: Where it begins in the text.
        end: And where it ends.
        right: What it would be.
        unit: In which unit.
    """

    start: int
    end: int
    right: float
    unit: str


class UnitConversionError(RecordRule):
    """An amount is given in a second unit and the two differ, so the model learns a wrong conversion.

    **What.** Amounts of length, mass, volume and time that are set equal ("2 hours equals 100 minutes") or repeated in
    parentheses ("7 days (approximately 146 hours)") are converted. Five per cent and the
    rounding of the digits shown are allowed for, and so are days of work, which have fewer hours. Left alone are
    calculations, amounts per something, squares and cubes, and units of a letter or two that stand for others as well.

    **When to ignore.** Where wrong conversions are shown on purpose.

    **References.** [NIST Special Publication 811](https://www.nist.gov/pml/special-publication-811), appendix B.
    """

    severity: ClassVar[Severity] = Severity.WARNING
    status: ClassVar[Status] = Status.PREVIEW
    candidates = turns("assistant").matches(
        rf"(?i)\d[ -]?(?:{_NAMES})\b(?:\s?(?:=|is equal to|equals?|is the same as)|\s?\()"
    )
    precision: ClassVar[str] = (
        "No finding in 91,419 records of 225 public files. Of 95 places in 27 of them that look like a conversion 60 "
        "were read, and are right or calculations. Wrong ones were read on made cases only"
    )

    tolerance: float = Field(_SLACK, ge=0, le=0.5, description="Relative difference that counts as rounding.")

    def check(self, record: Record) -> Iterator[Finding]:
        """Convert what the answers convert."""
        if record.format in NO_ANSWER or is_unwanted(record) or _OTHER.search(record.prompt):
            return
        for turn in record.turns("assistant"):
            if turn.trained and (found := next(self._wrong(turn), None)) is not None:
                shown = " ".join(turn.text[found.start : found.end].split())
                yield self.finding(
                    turn.span(found.start, found.end),
                    f'"{shown}" is wrong, it is {found.right:,.4g} {found.unit}',
                    value=round(found.right, 6),
                )

    def _wrong(self, turn: Message) -> Iterator[Stated]:
        text = turn.text
        for match in _STATED.finditer(text):
            before = text[max(0, match.start() - _AROUND) : match.start()]
            if _OPERATOR.search(before) or _OTHER.search(before):
                continue
            (kind, factor), (other, divisor) = _unit(match["from"]), _unit(match["to"])
            if kind != other or factor == divisor or any(_COMMA.search(match[name]) for name in ("left", "right")):
                continue
            left, right = (float(match[name].replace(",", "")) for name in ("left", "right"))
            value = left * factor / divisor
            if {factor, divisor} == {3600.0, 86400.0} and not _is_whole_day(left, right, factor):
                continue
            if abs(value - right) > self.tolerance * value + _rounding(match["right"]):
                yield Stated(match.start(), match.end(), value, match["to"])


def _unit(name: str) -> tuple[str, float]:
    return next((kind, factor) for names, kind, factor in _BY_NAME if names.fullmatch(name))


def _is_whole_day(left: float, right: float, factor: float) -> bool:
    days, hours = (right, left) if factor == 3600.0 else (left, right)
    return days > 0 and _ONE_DAY[0] < hours / days < _ONE_DAY[1]


def _rounding(digits: str) -> float:
    """Return half of the last place that is shown."""
    return float(0.5 * 10 ** -len(digits.partition(".")[2]))
