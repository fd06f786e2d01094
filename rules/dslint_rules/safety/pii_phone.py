"""The rule ``pii-phone``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import Finding, Record, RecordRule, Severity, anywhere
from dslint.features.patterns import expression
from dslint_rules.safety._places import Found, report

_NORTH_AMERICAN: Final = r"(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}"
_INTERNATIONAL: Final = r"\+[1-9]\d{0,2}(?:[ .-]?\(?\d{1,5}\)?){2,6}"
_WORDS: Final = (
    r"\b(?:tel(?:ephone|efon|éfono|efono)?|t[ée]l[ée]phone|phone|mobile|cell|whatsapp|fax|handy|rufnummer|m[óo]vil"
    r"|celular"
    r"|telefone|portable|numero di telefono)\b|\x{7535}\x{8bdd}|\x{624b}\x{673a}|\x{96fb}\x{8a71}|\x{643a}\x{5e2f}"
    r"|\x{442}\x{435}\x{43b}\x{435}\x{444}\x{43e}\x{43d}|\x{c804}\x{d654}|फ़ोन|फोन|هاتف|جوال"
)
_SAME_MARKS: Final = (
    r"(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\) ?[2-9]\d{2}[ .-]|[2-9]\d{2}(?P<mark>[ .-])[2-9]\d{2}(?P=mark))\d{4}"
)
_NUMBER: Final = expression(
    rf"(?<![\w./=$€£¥#-])(?<!\d[ ,])(?P<plain>{_INTERNATIONAL}|{_SAME_MARKS})(?![\w%]|[.,-]\d| ?[=*/\u00d7x] ?\d| \d)"
)
_AFTER_WORD: Final = expression(
    r"(?:\b(?:tel(?:ephone|efon|éfono|efono)?|t[ée]l[ée]phone|phone|mobile|cell|whatsapp|fax|handy|rufnummer|m[óo]vil"
    r"|celular"
    r"|telefone|portable)\b|电话|手机|電話|携帯|телефон\w{0,3}|전화|फ़ोन|फोन|هاتف|جوال)(?: (?:number|nummer|no"
    r"|num)\b)?[^\w\n+]{1,8}"
    r"(?P<number>\+?\(?\d{2,5}\)?(?:[ ./-]{0,3}\d{2,8}){1,4})(?![\w%]|[.,-]\d)",
    re.IGNORECASE,
)
_NEAR: Final = expression(r"call|phone|tel|fax|mobile|cell|number|contact|text|dial|reach|ring|\(", re.IGNORECASE)
_TOLL_FREE: Final = frozenset({"800", "888", "877", "866", "855", "844", "833", "822", "900"})
_ARITHMETIC: Final = expression(
    r"[+*/=\u00d7÷^<>] ?$|\b(?:ISBN|ISSN|DOI|RFC|ID|id|SKU|order|Order|serial|version|v)[ :#.-]*$"
)
_ASCENDING: Final = "01234567890123456789"


class PiiPhone(RecordRule):
    """A telephone number that may be somebody's is in the text, and the model may give it away.

    **Why.** Models repeat numbers that they saw in training. Reported are numbers in the form of North America, with a
    country code and separators, or behind a word for telephone in eleven languages. Numbers set aside for fiction
    (555), toll-free ones, and ones that are plainly made up (`123-456-7890`, three different digits at most) are left
    out, as are digits in calculations, grids, coordinates, dates and ISBNs. Numbers are masked in every report.

    **When to ignore.** The numbers are public hotlines that belong to the task.

    **References.** [Extracting Training Data from Large Language Models](https://arxiv.org/abs/2012.07805),
    [North American Numbering Plan](https://www.nanpa.com).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    sensitive: ClassVar[bool] = True
    precision: ClassVar[str] = (
        "7 of 7 findings in 48,367 records of 27 public files, all read, are telephone numbers, most of them of firms; "
        "in 40 MB "
        "of source code and documentation it was wrong once, on a table of numbers, before separators had to agree. "
        "Known: a "
        "public number of an office is not told from a private one."
    )
    candidates = anywhere().matches(f"(?i){_NORTH_AMERICAN}|{_INTERNATIONAL}|(?:{_WORDS})[^\\n]{{0,20}}\\d")

    def check(self, record: Record) -> Iterator[Finding]:
        """Report the numbers of a record in one finding at the first."""
        yield from report(self, record, _numbers)


def _numbers(text: str) -> list[Found]:
    found: list[Found] = []
    for match in _NUMBER.finditer(text):
        number = match["plain"]
        bare = match["mark"] == " " and not _NEAR.search(text[max(0, match.start() - 40) : match.start()])
        if (
            not bare
            and not _ARITHMETIC.search(text[max(0, match.start() - 8) : match.start()])
            and _is_plain_number(number)
        ):
            found.append(_found(*match.span("plain"), number))
    for match in _AFTER_WORD.finditer(text):
        number = match["number"]
        digits = _digits(number)
        if 8 <= len(digits) <= 15 and _is_somebodys(digits) and not any(f.start <= match.end() <= f.end for f in found):
            found.append(_found(*match.span("number"), number))
    return sorted(found)


def _is_plain_number(number: str) -> bool:
    digits = _digits(number)
    if number.startswith("+") and not number.startswith("+1"):
        return 9 <= len(digits) <= 15 and re.search(r"[ .()-]", number[1:]) is not None and _is_somebodys(digits)
    national = digits[-10:]
    if len(digits) not in (10, 11) or national[:3] in _TOLL_FREE or "555" in (national[:3], national[3:6]):
        return False
    return _is_somebodys(national)


def _is_somebodys(digits: str) -> bool:
    if len(set(digits)) <= 3 or "12345" in digits or "98765" in digits or "0000" in digits or "99999" in digits:
        return False
    return digits[-7:] not in _ASCENDING and "555" not in (digits[:3], digits[-7:-4])


def _digits(number: str) -> str:
    return "".join(filter(str.isdigit, number))


def _found(start: int, end: int, number: str) -> Found:
    digits = _digits(number)
    head = f"+{digits[0]}… " if number.startswith("+") else ""
    return Found(start, end, f"telephone number {head}of {len(digits)} digits", digits)
