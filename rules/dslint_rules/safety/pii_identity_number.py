"""The rule ``pii-identity-number``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import ClassVar, Final, NamedTuple

from dslint.api import Finding, Record, RecordRule, Severity, Status, anywhere
from dslint.features.patterns import expression
from dslint_rules.safety import _checks as checks
from dslint_rules.safety._places import Found, report

REACH: Final = 60
_CARD_WORDS: Final = expression(
    r"\b(?:credit|debit|card|visa|mastercard|amex|american express|cc|cvv|kredit\w*|karten?\w*|tarjeta|carte|cart[ãa]o"
    r"|carta"
    r")\b|信用卡|银行卡|卡号|クレジット|карт",
    re.IGNORECASE,
)
_SPANISH_WORDS: Final = expression(r"\b(?:DNI|NIF|identidad)\b", re.IGNORECASE)
_FRENCH_WORDS: Final = expression(r"\b(?:NIR|s[ée]curit[ée] sociale|INSEE|num[ée]ro de s[ée]cu)\b", re.IGNORECASE)


class Kind(NamedTuple):
    """A kind of number.

    Attributes:
        name: What it is, for people.
        pattern: What it looks like.
        check: Whether its check digits hold, of the number without blanks and hyphens that only group it.
        near: A word that must stand close by, if any.
        kept: Separators that are part of it.
    """

    name: str
    pattern: re.Pattern[str]
    check: Callable[[str], bool]
    near: re.Pattern[str] | None = None
    kept: str = ""


_KINDS: Final = (
    Kind(
        "payment card number",
        re.compile(
            r"(?<![\w.,-])(?<!\d[ ])(?:\d{4}([ -])\d{4}\1\d{4}\1\d{4}|3\d{3}([ -])\d{6}\2\d{5})(?![\w-]|[.,]\d| \d)"
        ),
        checks.is_card,
    ),
    Kind("payment card number", re.compile(r"(?<![\w.,-])\d{15,16}(?![\w-]|[.,]\d)"), checks.is_card, _CARD_WORDS),
    Kind(
        "US social security number",
        re.compile(r"(?<![\w.-])\d{3}-\d{2}-\d{4}(?![\w-]|\.\d)"),
        checks.is_ssn,
        kept="-",
    ),
    Kind("IBAN", re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"), checks.is_iban),
    Kind(
        "Chinese resident number",
        re.compile(r"(?<![\w.])[1-8]\d{16}[\dXx](?![\w]|\.\d)", re.ASCII),
        checks.is_chinese_id,
    ),
    Kind("Brazilian CPF", re.compile(r"(?<![\w.])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w-])"), checks.is_cpf),
    Kind(
        "Italian fiscal code",
        re.compile(r"\b[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z]\b"),
        checks.is_fiscal_code,
    ),
    Kind("Spanish DNI", re.compile(r"\b\d{8}-?[A-HJ-NP-TV-Z]\b"), checks.is_dni, _SPANISH_WORDS),
    Kind(
        "French social security number",
        re.compile(r"\b[12] ?\d{2} ?\d{2} ?\d{2} ?\d{3} ?\d{3} ?\d{2}\b"),
        checks.is_french_number,
        _FRENCH_WORDS,
    ),
)
_CANDIDATE: Final = (
    r"\d{3}-\d{2}-\d{4}|\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}|3\d{3}[ -]\d{6}[ -]\d{5}|\d{15}"
    r"|[A-Z]{2}\d{2} ?[A-Z0-9]{4} ?[A-Z0-9]{4}"
    r"|\d{3}\.\d{3}\.\d{3}-\d{2}|[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]|\d{8}-?[A-Z]"
    r"|[12] ?\d{2} ?\d{2} ?\d{2} ?\d{3} ?\d{3} ?\d{2}"
)


class PiiIdentityNumber(RecordRule):
    """A card, account or national identity number that passes its check is in the text, and may be given away.

    **Why.** Models repeat numbers that they saw in training. Reported are payment cards (issuer and Luhn's digit),
    IBANs (length and remainder), US social security numbers, and, with their check digits, numbers of Chinese
    residents, Brazilian CPFs, Italian fiscal codes, Spanish DNIs and French social security numbers; digits in a row
    count as a card, and the last two kinds at all, only with a word for it nearby. Numbers for tests and from
    documentation are left out. Numbers are masked in every report.

    **When to ignore.** The numbers were made up with a right check digit.

    **References.** [ISO 7812](https://en.wikipedia.org/wiki/Payment_card_number),
    [ISO 13616](https://www.swift.com/standards/data-standards/iban-international-bank-account-number).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    status: ClassVar[Status] = Status.PREVIEW
    sensitive: ClassVar[bool] = True
    precision: ClassVar[str] = (
        "No finding in 48,367 records of 27 public files and in 40 MB of source code and documentation; each kind was "
        "read "
        "on made cases. A number at random passes the check of a card once in ten times, of an IBAN once in 97."
    )
    candidates = anywhere().matches(_CANDIDATE)

    def check(self, record: Record) -> Iterator[Finding]:
        """Report the numbers of a record in one finding at the first."""
        yield from report(self, record, _numbers)


def _numbers(text: str) -> list[Found]:
    found: list[Found] = []
    for kind in _KINDS:
        for match in kind.pattern.finditer(text):
            number = "".join(char for char in match[0] if char.isalnum() or char in kind.kept)
            if not kind.check(number):
                continue
            around = text[max(0, match.start() - REACH) : match.end() + REACH]
            if kind.near is not None and not kind.near.search(around):
                continue
            size = sum(map(str.isalnum, number))
            found.append(Found(*match.span(), f"{kind.name} of {size} characters, its check passes", number))
    return sorted(found)
