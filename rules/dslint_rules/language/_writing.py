"""How a text is written: its script, told apart as far as scripts tell languages apart."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from dslint.features.patterns import expression
from dslint.features.script import BLOCKS

REACH: Final = 4000
MIN_UNITS: Final = 6
SHARE: Final = 0.85
PER_WORD: Final = 1.6
"""Chinese characters to a word; Korean is counted by words, which it sets apart by spaces."""

_NOT_PROSE: Final = expression(
    r"```.{0,4000}?(?:```|\Z)|`[^`\n]{0,300}`|https?://\S+|[\w.+-]{1,64}@[\w.-]+|<[^<>]{1,200}>"
    r"|\$[^$\n]{1,200}\$|\\[A-Za-z]+",
    re.DOTALL,
)
_MARKS: Final = "`/<$\\@"
_ASCII_WORD: Final = expression("[A-Za-z]{2,}")
CODE: Final = expression(
    r"```|\bdef \w+\(|\bfunction\b ?\w*\(|#include|\bselect\b.{1,80}\bfrom\b|\bpublic (?:class|static)|console\.log"
    r"|[;{]\s*\n|</\w+>|\w+\([\w, '\"]*\)|^\s*(?:import|from) \w+|\w=\"",
    re.IGNORECASE | re.MULTILINE,
)
_RUNS: Final = expression(
    "|".join(
        f"(?P<{name}>[{ranges}]{{2,}})" if name not in ("han", "kana") else f"(?P<{name}>[{ranges}]+)"
        for name, ranges in BLOCKS.items()
    )
)
_TITLES: Final = {"latin": "Latin", "arabic": "Arabic", "han": "Chinese", "kana": "Japanese", "hangul": "Korean"}
_LETTERS: Final = {_TITLES.get(name, name.capitalize()) for name in BLOCKS} - {"Chinese", "Japanese", "Korean"}

SHARED_SCRIPTS: Final = frozenset(("Latin", "Cyrillic", "Arabic", "Devanagari", "Bengali", "Hebrew"))
"""Scripts in which more languages than one are written."""


class Writing(NamedTuple):
    """How a text is written.

    Attributes:
        name: ``Latin``, ``Cyrillic``, ``Chinese``, ``Japanese``, …; empty for short and mixed texts.
        units: Its words, or what stands for words.
    """

    name: str
    units: int


def prose(text: str) -> str:
    """Return the head of ``text`` without code, links, formulas and mark-up."""
    text = text[:REACH]
    if not any(mark in text for mark in _MARKS):
        return text
    return _NOT_PROSE.sub(" ", text)


def writing(text: str) -> Writing:
    """Return how the prose of ``text`` is written.

    At least 85 % of at least six words are of one script. Characters of Chinese origin are Japanese where one in ten is
    kana, and Chinese where none is.
    """
    if text.isascii():
        words = len(_ASCII_WORD.findall(prose(text)))
        return Writing("Latin" if words >= MIN_UNITS else "", words)
    counts: dict[str, float] = {}
    for run in _RUNS.finditer(prose(text)):
        name = run.lastgroup or ""
        size = (run.end() - run.start()) / PER_WORD if name in ("han", "kana") else 1.0
        counts[name] = counts.get(name, 0.0) + size
    han, kana = counts.pop("han", 0.0), counts.pop("kana", 0.0)
    if kana >= 0.1 * (han + kana) > 0:
        counts["kana"] = han + kana
    elif han:
        counts["han" if not kana else "mixed"] = han + kana
    total = sum(counts.values())
    if total < MIN_UNITS:
        return Writing("", int(total))
    name = max(sorted(counts), key=counts.__getitem__)
    if counts[name] < SHARE * total or name == "mixed":
        return Writing("", int(total))
    return Writing(_TITLES.get(name, name.capitalize()), int(total))


def described(name: str) -> str:
    """Return the name of a :class:`Writing` for people: a language where only one is written so."""
    return f"{name} letters" if name in _LETTERS else name
