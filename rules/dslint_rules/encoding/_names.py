"""How characters that cannot be seen are named in messages."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable

_CONTROLS = {
    0x00: "null",
    0x07: "bell",
    0x08: "backspace",
    0x09: "tab",
    0x0B: "vertical tab",
    0x0C: "form feed",
    0x0D: "carriage return",
    0x1A: "substitute",
    0x1B: "escape",
    0x7F: "delete",
    0x85: "next line",
}


def code_point(char: str) -> str:
    """Return ``U+200B``."""
    return f"U+{ord(char):04X}"


def name_of(char: str) -> str:
    """Return ``zero width space (U+200B)``."""
    name = _CONTROLS.get(ord(char)) or unicodedata.name(char, "").lower()
    return f"{name} ({code_point(char)})" if name else code_point(char)


def kinds(chars: Iterable[str], limit: int = 3) -> str:
    """Return the names of the different characters, most frequent first: ``zero width space (U+200B), …``."""
    counts = sorted(Counter(chars).items(), key=lambda item: (-item[1], item[0]))
    more = f" and {len(counts) - limit} more kinds" if len(counts) > limit else ""
    return ", ".join(name_of(char) for char, _ in counts[:limit]) + more


def visible(text: str, limit: int = 30) -> str:
    """Return ``text`` with what cannot be seen written as its code, cut to ``limit`` characters."""
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[: limit + 1])
    return shown[:limit] + "…" if len(shown) > limit else shown
