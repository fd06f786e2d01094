"""What the rules about repeated records share: confirming a group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dslint.api import Group, Record
from dslint.features.patterns import expression

_WORD: Final = expression(r"[^\W\d_]+")

READ = 10_000
"""Members of a group that are read again; more than that share one screen only if they are copies by the thousand."""


def confirmed(group: Group, key: Callable[[Record], bytes | None]) -> list[list[Record]]:
    """Split a group that a fast screen made by the careful ``key``; parts of one record are left out."""
    parts: dict[bytes, list[Record]] = {}
    known: dict[tuple[str, ...], bytes | None] = {}
    for record in group.records(READ):
        # Most that share a screen are copies to the letter, and these are told in a tenth of the time.
        copy = (repr(record.data), record.format, repr(record.source.columns))
        if copy not in known:
            known[copy] = key(record)
        value = known[copy]
        if value is not None:
            parts.setdefault(value, []).append(record)
    return [part for part in parts.values() if len(part) > 1]


def symbols(text: str) -> bytes:
    """Return the words of ``text`` whose case may tell them apart, as ``x`` and ``X``, ``ZX`` and ``zX``.

    A capital at the beginning of a word does not, nor do texts in nothing but capitals.
    """
    if text.isupper():
        return b""
    words = (word for word in _WORD.findall(text) if not (word[1:].islower() or word in _WORDS_OF_ONE_LETTER))
    return " ".join(words).encode("utf-8", "surrogatepass")


def spelling(text: str) -> bytes:
    """Return ``text`` but for white space, the first letter of a line and the signs at its end."""
    lines = (" ".join(line.split()).rstrip(" .?!:") for line in text.splitlines())
    return "\n".join(line[:1].lower() + line[1:] for line in lines).strip().encode("utf-8", "surrogatepass")


_WORDS_OF_ONE_LETTER: Final = frozenset("aAiIyYoOeEuUàÀéÉ")
