"""Finding text that was UTF-8 and was read as another encoding, and reading it right again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from dslint.features.patterns import expression

_CP1252: Final = {bytes((b,)).decode("cp1252"): b for b in range(0x80, 0xA0) if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_FOLLOWS: Final = "\x80-\xbf" + "".join(_CP1252)
RUN: Final = expression(f"(?:[Â-ß][{_FOLLOWS}]|[à-ï][{_FOLLOWS}]{{2}}|[ð-ô][{_FOLLOWS}]{{3}})+")
"""Characters that are, byte by byte, UTF-8 read as Windows-1252 or Latin-1; genuine text has a few of them too."""

_CLOSING: Final = frozenset("\u201d\u2019\xbb\u203a\u2026\u2013\u2014\u2122\xa9\xae\xaa\xb0\xb2\xb3\xb9\xba\xb7\xad")
"""Quotes, dashes and signs that may follow a genuine word, as the closing quote follows ``IRMÃ``."""
_OPENING: Final = frozenset("\xab\u201c\u2018\u201e\u201a\u2039\"'([")
_RANGE: Final = expression("(?:[ÄÅ][\u2013\u2014])+")
"""A dash behind a letter, as between Å, Ä and Ö; Ė and Ŗ, which it could stand for, are far rarer."""
_EAST_ASIAN: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "IDEOGRAPHIC"})

_CYRILLIC_FOLLOWS: Final = "".join(bytes((b,)).decode("cp1251") for b in range(0x80, 0xC0) if b != 0x98)
OTHERS: Final = (
    ("Windows-1251", "cp1251", re.compile(f"(?:[\u0420\u0421][{_CYRILLIC_FOLLOWS}]){{3,}}|вЂ[{_CYRILLIC_FOLLOWS}]")),
    ("Mac Roman", "mac_roman", re.compile("\u201aÄ[ôúùìîò¶¢]")),
    ("code page 437", "cp437", re.compile("ΓÇ[ÖÿÉ£¥ôöªó]")),
    ("GBK", "", re.compile("锟斤拷|鈥[檚檛檙檝檒檓檇]")),
)
CANDIDATE: Final = "|".join(
    (f"[Â-ß][{_FOLLOWS}]|[à-ô][{_FOLLOWS}][{_FOLLOWS}]", *(pattern.pattern for _, _, pattern in OTHERS))
)
"""Necessary for a misreading, in RE2 syntax."""


class Misreading(NamedTuple):
    """A stretch of text that stands for another.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        meant: The text it stands for; empty where that is lost.
        encoding: What the UTF-8 was read as.
    """

    start: int
    end: int
    meant: str
    encoding: str


def misreadings(text: str) -> Iterator[Misreading]:
    """Yield the stretches of ``text`` that are UTF-8 read as something else."""
    for match in RUN.finditer(text):
        meant = decoded(match[0])
        if meant and _is_damage(text, match.start(), match.end(), meant):
            yield Misreading(match.start(), match.end(), _to_the_end(meant), _single_byte(match[0]))
    for name, codec, pattern in OTHERS:
        for match in pattern.finditer(text):
            meant = _recoded(match[0], codec) if codec else ""
            if meant or not codec:
                yield Misreading(match.start(), match.end(), meant, name)


def _single_byte(run: str) -> str:
    # Only Latin-1 reads bytes 0x80 to 0x9F as control characters.
    return "Latin-1" if any("\x80" <= c <= "\x9f" for c in run) else "Windows-1252"


def decoded(run: str) -> str:
    """Return the text that ``run`` stands for, or nothing where its bytes are not UTF-8."""
    try:
        return bytes(_CP1252.get(c, ord(c) & 0xFF) for c in run).decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _to_the_end(text: str) -> str:
    # Text that went through the mistake more than once is read again until nothing changes.
    while (match := RUN.fullmatch(text)) and (again := decoded(match[0])):
        text = again
    return text


def _recoded(run: str, codec: str) -> str:
    try:
        return run.encode(codec).decode("utf-8")
    except UnicodeError:
        return ""


def _is_damage(text: str, start: int, end: int, meant: str) -> bool:
    if all(_is_usual(c) for c in meant):
        return not _ends_a_word(text, start, end) and not _RANGE.fullmatch(text, start, end)
    # One letter of another script may be chance, as in "CAFÉ»"; two of the same in a row are not.
    blocks = [_block(c) for c in meant if c.isalpha()]
    return len(blocks) >= 2 and len(set(blocks)) == 1 and not any(_is_odd(c) for c in meant)


def _is_usual(char: str) -> bool:
    """Whether the character is one that is misread in text of Latin letters: accents, punctuation, symbols, emoji."""
    code = ord(char)
    return (
        0xA0 <= code <= 0x17F
        or 0x218 <= code <= 0x21B
        or 0x1E00 <= code <= 0x1EFF
        or (0x2010 <= code <= 0x27BF and unicodedata.category(char) != "Cn")
        or code in (0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0xFEFF, 0xFE0F, 0xFFFD)
        or 0x2900 <= code <= 0x2BFF
        or 0x3000 <= code <= 0x303F
        or 0xFB00 <= code <= 0xFB06
        or 0xFF00 <= code <= 0xFF65
        or 0x1F000 <= code <= 0x1FAFF
    )


def _is_odd(char: str) -> bool:
    return unicodedata.category(char) in ("Cn", "Co", "Cc")


def _block(char: str) -> str:
    word = unicodedata.name(char, "?").split()[0]
    return "CJK" if word in _EAST_ASIAN else word


def _ends_a_word(text: str, start: int, end: int) -> bool:
    """Whether the run may be the last letter of a genuine word and the punctuation behind it."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before.isupper() and text[start + 1 : end] == "\u2026":  # three dots need no space behind them
        return True
    if after.isalnum() or not all(c in _CLOSING or c in "šžœ" for c in text[start + 1 : end]):
        return False
    if before and before in _OPENING:
        return True
    return before.isupper() if text[start].isupper() else before.isalpha()
