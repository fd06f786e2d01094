"""The rule ``invisible-character``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final, NamedTuple

from dslint.api import Finding, Message, Record, RecordRule, Severity, anywhere
from dslint.features.patterns import expression
from dslint_rules.encoding._names import kinds, visible

_SET: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\u3164\ufeff\uffa0\U000e0001\U000e0020-\U000e007f"
)
_SELECTORS: Final = "[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}"
_INVISIBLE: Final = expression(f"[{_SET}]|{_SELECTORS}")
_RIGHT_TO_LEFT: Final = expression(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001eeff]"
)
_DIRECTION: Final = expression("[\u061c\u200e\u200f\u202a-\u202c\u2066-\u2069]")
"""Marks that text with words of both directions may need; overrides are not among them."""
_SHAPED: Final = expression(
    "[\u0590-\u109f\u1780-\u18af\u1950-\u1cff\ua800-\uabff\ufb1d-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff]"
)
"""Scripts in which joiners, or spaces of no width between words, are part of right spelling."""
_SUBDIVISION_FLAG: Final = expression("\U0001f3f4[\U000e0020-\U000e007e]{2,7}\U000e007f")
_SEEN: Final = expression("[^\\s\u00ad\u200b-\u200f\u2060-\u2064\u3164\ufeff]")
_HANGUL: Final = expression("[\u1100-\u11ff\u3131-\u318e\ua960-\ud7ff]")


class Found(NamedTuple):
    """A stretch of invisible characters: where it is, what it is, whether it can hide text."""

    turn: Message
    start: int
    chars: str
    hides: bool


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
    precision: ClassVar[str] = (
        "11 of 11: 10 in 48,367 records of 27 public files, 1 in 527 licences and READMEs; junk from web pages"
    )
    candidates = anywhere().matches(f"[{_SET}]|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{{4}}")

    def check(self, record: Record) -> Iterator[Finding]:
        """Report all invisible characters of a record in one finding, at the first that hides something if any does."""
        found: list[Found] = []
        for turn in (*record.messages, *record.rejected):
            text = turn.text
            if text.isascii() or not _SEEN.search(text):  # nothing to see at all is an empty turn
                continue
            flags = {at for match in _SUBDIVISION_FLAG.finditer(text) for at in range(*match.span())}
            mixed = None if _DIRECTION.search(text) is None else _RIGHT_TO_LEFT.search(text)
            for match in _INVISIBLE.finditer(text):
                at = match.start()
                directed = mixed is not None and _DIRECTION.match(text, at)
                if at not in flags and not directed and not _is_needed(text, at):
                    found.append(Found(turn, at, match[0], _hides(match[0])))
        if not found:
            return
        hiding = [each for each in found if each.hides]
        shown = hiding or found
        count = sum(len(each.chars) for each in shown)
        what = "character that can hide text" if hiding else "invisible character"
        what = f"{count} {what.replace('character', 'characters')}" if count > 1 else what
        severity = Severity.WARNING if hiding else None
        turn, start, chars, _ = shown[0]
        where = turn.span(start, start + len(chars))
        yield self.finding(where, f"{what}: {_described(shown)}", severity=severity, count=count)


def _described(found: list[Found]) -> str:
    chars = "".join(each.chars for each in found)
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
    return False


def _is_pictograph(char: str) -> bool:
    return char >= "\U0001f000" or "\u2190" <= char <= "\u2bff" or char == "\ufe0f"
