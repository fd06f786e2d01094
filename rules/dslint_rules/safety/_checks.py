"""Check digits of cards, accounts and national identity numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dslint.features.patterns import expression

_CARD: Final = expression(
    r"4\d{15}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14}"
)
_TEST_CARDS_LISTED: Final = """
4111111111111111 4242424242424242 4012888888881881 4000056655665556 5555555555554444 5105105105105100
5200828282828210 2223003122003222 378282246310005 371449635398431 378734493671000 6011111111111117
6011000990139424 3530111333300000 3566002020360505 6200000000000005 4539578763621486 4556737586899855
4916338506082832 4532015112830366 5425233430109903 4263982640269299 374245455400126 4000000000000002
4000002500003155 4716461583322103 5500000000000004 340000000000009 6011000000000004 4007702835532454
4485275742308327 4532756279624064 4929939187355598
"""
_TEST_CARDS: Final = frozenset(_TEST_CARDS_LISTED.split())
"""Numbers that payment services and textbooks give for tests."""

_IBAN_LENGTHS: Final[Mapping[str, int]] = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18,
    "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "RS": 22, "SA": 24,
    "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26, "AE": 23, "BR": 29, "UA": 29,
}  # fmt: skip
_EXAMPLE_IBANS_LISTED: Final = """
DE89370400440532013000 GB29NWBK60161331926819 GB82WEST12345698765432 FR1420041010050500013M02606
FR7630006000011234567890189 ES9121000418450200051332 IT60X0542811101000000123456 NL91ABNA0417164300
CH9300762011623852957 BE68539007547034 AT611904300234573201 DE91100000000123456789 DE75512108001245126199
GB33BUKB20201555555555 IE29AIBK93115212345678 SE4550000000058398257466 PL61109010140000071219812874
DK5000400440116243 FI2112345600000785 NO9386011117947 PT50000201231234567890154 LU280019400644750000
TR330006100519786457841326 SA0380000000608010167519 BR1800360305000010009795493C1 NL02ABNA0123456789
"""
_EXAMPLE_IBANS: Final = frozenset(_EXAMPLE_IBANS_LISTED.split())
"""Numbers from the registry of formats and from documentation."""

_CN_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CN_DIGITS: Final = "10X98765432"
_DNI_LETTERS: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
_FISCAL_VALUES: Final = "1 0 5 7 9 13 15 17 19 21 1 0 5 7 9 13 15 17 19 21 2 4 18 20 11 3 6 8 12 14 16 10 22 25 24 23"
_FISCAL_ODD: Final = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", map(int, _FISCAL_VALUES.split()), strict=True))


def is_card(number: str) -> bool:
    """Whether 15 or 16 digits are a card number: a known issuer, Luhn's check digit, and no number for tests."""
    if not _CARD.fullmatch(number) or number in _TEST_CARDS or len(set(number)) <= 3 or "0000000" in number:
        return False
    if "123456789" in number:
        return False
    digits = [int(digit) for digit in reversed(number)]
    return (sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])) % 10 == 0


def is_ssn(number: str) -> bool:
    """Whether ``ddd-dd-dddd`` can be a social security number of the United States and none known from examples."""
    area, group, serial = number.split("-")
    if area in ("000", "666") or area[0] == "9" or group == "00" or serial == "0000":
        return False
    digits = area + group + serial
    return len(set(digits)) > 3 and digits not in ("123456789", "078051120", "219099999", "457555462", "123121234")


def is_iban(number: str) -> bool:
    """Whether a number without spaces is an account's: length of its country, remainder 1 modulo 97."""
    if _IBAN_LENGTHS.get(number[:2]) != len(number) or number in _EXAMPLE_IBANS or len(set(number[4:])) <= 3:
        return False
    return "123456789" not in number and _mod_97(number[4:] + number[:4]) == 1


def is_chinese_id(number: str) -> bool:
    """Whether 18 characters are a resident's number: a date of birth, the check character of GB 11643."""
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    if not (1900 <= year <= 2025 and 1 <= month <= 12 and 1 <= day <= 31 and "11" <= number[:2] <= "82"):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _CN_WEIGHTS, strict=True))
    return _CN_DIGITS[total % 11] == number[17].upper()


def is_cpf(number: str) -> bool:
    """Whether ``ddd.ddd.ddd-dd`` is a Brazilian taxpayer's number: two check digits."""
    digits = [int(char) for char in number if char.isdigit()]
    if len(set(digits)) <= 2 or digits[:9] == [1, 2, 3, 4, 5, 6, 7, 8, 9]:
        return False
    for size in (9, 10):
        total = sum(digit * (size + 1 - place) for place, digit in enumerate(digits[:size]))
        if (total * 10 % 11) % 10 != digits[size]:
            return False
    return True


def is_dni(number: str) -> bool:
    """Whether eight digits and a letter are a Spanish identity number and not the one of examples."""
    return number[:8] not in ("12345678", "00000000", "11111111") and _DNI_LETTERS[int(number[:8]) % 23] == number[-1]


def is_fiscal_code(number: str) -> bool:
    """Whether 16 characters are an Italian fiscal code: its check letter."""
    total = 0
    for place, char in enumerate(number[:15]):
        even = int(char) if char.isdigit() else ord(char) - ord("A")
        total += even if place % 2 else _FISCAL_ODD[char]
    return number != "RSSMRA80A01H501U" and chr(ord("A") + total % 26) == number[15]


def is_french_number(number: str) -> bool:
    """Whether 15 digits are a French social security number: its key."""
    return 1 <= int(number[3:5]) <= 12 and 97 - int(number[:13]) % 97 == int(number[13:])


def _mod_97(text: str) -> int:
    return int("".join(str(int(char, 36)) for char in text)) % 97
