"""Small numbers as people write them in prompts."""

from __future__ import annotations

from typing import Final

_WORDS: Final = {
    1: "one|a single|single|ein|eine|einem|einen|einer|un|una|une|一",
    2: "two|zwei|dos|deux|两|二",
    3: "three|drei|tres|trois|三",
    4: "four|vier|cuatro|quatre|四",
    5: "five|fünf|cinco|cinq|五",
    6: "six|sechs|seis|六",
    7: "seven|sieben|siete|sept|七",
    8: "eight|acht|ocho|huit|八",
    9: "nine|neun|nueve|neuf|九",
    10: "ten|zehn|diez|dix|十",
    11: "eleven|elf|once|onze",
    12: "twelve|zwölf|doce|douze",
    15: "fifteen|fünfzehn|quince|quinze|十五",
    20: "twenty|zwanzig|veinte|vingt|二十",
    25: "twenty-five",
    30: "thirty|dreißig|treinta|trente|三十",
    40: "forty|vierzig|cuarenta|quarante|四十",
    50: "fifty|fünfzig|cincuenta|cinquante|五十",
    100: "a hundred|one hundred|hundred|hundert|cien|cent|一百",
    150: "一百五十",
    200: "two hundred|zweihundert|doscientas|doscientos|deux cents|两百|二百",
    500: "five hundred|fünfhundert|quinientas|quinientos|cinq cents|五百",
}
_VALUES: Final = {word: value for value, words in _WORDS.items() for word in words.split("|")}

NUMBER: Final = r"(?:\d{1,3}(?:,\d{3})+|\d{1,5}|" + "|".join(sorted(_VALUES, key=lambda w: (-len(w), w))) + ")"
"""Pattern of one number."""

RE2_NUMBER: Final = NUMBER.replace(r"\d", r"\p{Nd}")
"""The same in RE2's syntax, for candidates: its own digits are ASCII only."""


def value(text: str) -> int:
    """Return the number that ``text``, a match of :data:`NUMBER`, stands for."""
    known = _VALUES.get(" ".join(text.casefold().split()))
    return int(text.replace(",", "")) if known is None else known
