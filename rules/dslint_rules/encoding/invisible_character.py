"""The rule ``invisible-character``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import Finding, Message, Record, RecordRule, Severity, anywhere
from dslint_rules.encoding._names import kinds, visible

_SET: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\u3164\ufeff\uffa0\U000e0001\U000e0020-\U000e007f"
)
_SELECTORS: Final = "[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}"
_INVISIBLE: Final = re.compile(f"[{_SET}]|{_SELECTORS}")
_RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001eeff]"
)
_SHAPED: Final = re.compile(
    "[\u0590-\u109f\u1780-\u18af\u1950-\u1cff\ua800-\uabff\ufb1d-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff]"
)
"""Scripts in which joiners, or spaces of no width between words, are part of right spelling."""
_SUBDIVISION_FLAG: Final = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{2,7}\U000e007f")
_HANGUL: Final = re.compile("[\u1100-\u11ff\u3131-\u318e\ua960-\ud7ff]")


class InvisibleCharacter(RecordRule):
    """Text holds characters that cannot be seen: junk from web pages at best, hidden instructions at worst.

    **Why.** A space of no width or a soft hyphen splits a word into tokens that the model never sees otherwise.
    Characters that change the direction of text, tags and long runs of variation selectors can hide text from whoever
    reviews it and show it to the model; those are warnings.

    **When to ignore.** Joiners and direction marks where a script or an emoji needs them are left alone. Ignore the
    rule for scripts that it does not know to need them.

    **References.** [Trojan Source](https://trojansource.codes),
    [Unicode Technical Standard 39](https://www.unicode.org/reports/tr39/).
    """

    severity: ClassVar[Severity] = Severity.NOTE
    candidates = anywhere().matches(f"[{_SET}]|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{{4}}")

    def check(self, record: Record) -> Iterator[Finding]:
        """Report all invisible characters of a record in one finding, at the first that hides something if any does."""
        found: list[tuple[bool, Message, int, int]] = []
        for turn in (*record.messages, *record.rejected):
            text = turn.text
            if text.isascii():
                continue
            flags = [match.span() for match in _SUBDIVISION_FLAG.finditer(text)]
            for match in _INVISIBLE.finditer(text):
                at = match.start()
                if not _is_needed(text, at) and not any(start <= at < end for start, end in flags):
                    found.append((_hides(match[0]), turn, at, match.end()))
        if not found:
            return
        hiding = [each for each in found if each[0]]
        shown = hiding or found
        count = sum(end - start for _, _, start, end in shown)
        what = "character that can hide text" if hiding else "invisible character"
        what = f"{count} {what.replace('character', 'characters')}" if count > 1 else what
        severity = Severity.WARNING if hiding else None
        _, turn, start, end = shown[0]
        yield self.finding(turn.span(start, end), f"{what}: {_described(shown)}", severity=severity, count=len(found))


def _described(found: list[tuple[bool, Message, int, int]]) -> str:
    chars = "".join(turn.text[start:end] for _, turn, start, end in found)
    spelt = "".join(chr(ord(char) - 0xE0000) for char in chars if "\U000e0020" <= char <= "\U000e007e")
    if spelt:
        return f'tags that spell "{visible(spelt)}"'
    return kinds(chars)


def _hides(found: str) -> bool:
    return len(found) > 1 or found >= "\U000e0001" or "\u202a" <= found <= "\u202e" or "\u2066" <= found <= "\u2069"


def _is_needed(text: str, at: int) -> bool:
    char, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if char in "\u200b\u200c\u200d\u034f\u17b4\u17b5\u180e":
        if _SHAPED.match(before) or _SHAPED.match(after):
            return True
        return char == "\u200d" and _is_pictograph(before) and _is_pictograph(after)
    if char in "\u115f\u1160\u3164":
        return bool(_HANGUL.match(before) or _HANGUL.match(after))
    if char in "\u061c\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069":
        return _RIGHT_TO_LEFT.search(text) is not None
    return False


def _is_pictograph(char: str) -> bool:
    return char >= "\U0001f000" or "\u2190" <= char <= "\u2bff" or char == "\ufe0f"
