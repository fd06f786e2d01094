"""Which scripts a text is written in, by Unicode block."""

from __future__ import annotations

from typing import Final

from dslint.features.patterns import expression

BLOCKS: Final = {
    "latin": "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff",
    "greek": "\u0370-\u03ff\u1f00-\u1fff",
    "cyrillic": "\u0400-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f",
    "armenian": "\u0530-\u058f",
    "hebrew": "\u0590-\u05ff\ufb1d-\ufb4f",
    "arabic": "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc",
    "devanagari": "\u0900-\u097f\ua8e0-\ua8ff",
    "bengali": "\u0980-\u09ff",
    "gurmukhi": "\u0a00-\u0a7f",
    "gujarati": "\u0a80-\u0aff",
    "tamil": "\u0b80-\u0bff",
    "telugu": "\u0c00-\u0c7f",
    "kannada": "\u0c80-\u0cff",
    "malayalam": "\u0d00-\u0d7f",
    "thai": "\u0e00-\u0e7f",
    "georgian": "\u10a0-\u10ff\u1c90-\u1cbf",
    "ethiopic": "\u1200-\u139f",
    "hangul": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
    "kana": "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f",
    "han": "\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f",
}
"""Ranges of letters by script, as the inside of a regular expression's class."""

NON_LATIN: Final = "[" + "".join(ranges for name, ranges in BLOCKS.items() if name != "latin") + "]"
"""A letter of another script than Latin, also in RE2's syntax."""

_ALL: Final = expression("|".join(f"(?P<{name}>[{ranges}]+)" for name, ranges in BLOCKS.items()))
_LATIN: Final = expression(f"[{BLOCKS['latin']}]+")
_HAN: Final = expression(f"[{BLOCKS['han']}]")


def scripts(text: str) -> dict[str, int]:
    """Count the letters of ``text`` by script; digits, punctuation and white space belong to none."""
    if text.isascii():
        letters = sum(map(len, _LATIN.findall(text)))
        return {"latin": letters} if letters else {}
    counts: dict[str, int] = {}
    for match in _ALL.finditer(text):
        name = match.lastgroup or ""
        counts[name] = counts.get(name, 0) + match.end() - match.start()
    return counts


def main_script(text: str) -> str:
    """Return the script with the most letters in ``text``; empty where it has no letters."""
    if text.isascii():
        return "latin" if _LATIN.search(text) else ""
    counts = scripts(text)
    return max(sorted(counts), key=counts.__getitem__, default="")


def starts_with_han(text: str) -> bool:
    """Whether ``text`` begins with a Chinese character."""
    return _HAN.match(text) is not None


def is_unspaced(text: str) -> bool:
    """Whether ``text`` begins in a script that puts no space between words: Chinese, Japanese, Thai."""
    return not text.isascii() and main_script(text[:40]) in {"han", "kana", "thai"}
