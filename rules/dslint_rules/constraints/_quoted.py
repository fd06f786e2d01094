"""Words that prompts quote, and whether an answer has them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from dslint.features.patterns import expression

QUOTED: Final = (
    r"(?:\"[^\"\n]{1,120}\"|\u201c[^\u201d\n]{1,120}\u201d|\u201e[^\u201c\u201d\n]{1,120}[\u201c\u201d]"
    r"|(?<!\w)'[^'\n]{1,120}'(?!\w)|\u2018[^\u2018\u2019\n]{1,120}\u2019(?!\w)|\u00ab[^\u00bb\n]{1,120}\u00bb"
    r"|\u300c[^\u300d\n]{1,120}\u300d)"
)
"""Pattern of one quoted piece."""

LISTED: Final = rf"{QUOTED}(?:(?:\s*,\s*|\s*、\s*|\s+)?(?:(?:and|und|y|et|和|与)\s*)?{QUOTED}){{0,11}}"
"""Pattern of quoted pieces in a row."""

_QUOTES: Final = "\"'\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb\u300c\u300d"
_EDGES: Final = " .,;:!?\u2026\u3002\uff0c\uff1b\uff1a\uff01\uff1f"
_PIECE: Final = expression(QUOTED)
_TOKEN: Final = expression(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_STEM: Final = 4
_CJK: Final = expression("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")


def pieces(text: str) -> list[str]:
    """Return what stands in the quotes of ``text``, without the punctuation at its edges."""
    inner = (piece[1:-1].strip(_EDGES + _QUOTES) for piece in _PIECE.findall(text))
    return [piece for piece in inner if piece]


def tokens(text: str) -> list[str]:
    """Return the words of ``text``, folded so that case, accents' coding and apostrophes do not matter."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")
    return _TOKEN.findall(folded)


def has(wanted: str, text: str) -> bool:
    """Whether ``text`` has ``wanted``, each word of it in any of its forms (``run``, ``ran``, ``running``)."""
    if _CJK.search(wanted):
        return "".join(wanted.split()) in "".join(text.split())
    if "".join(tokens(wanted)) in "".join(tokens(text)):
        return True
    there = set(tokens(text))
    there |= {part for token in there for part in re.split(r"['-]", token)}
    return all(any(_is_form(word, token) for token in there) for word in tokens(wanted) or [wanted])


def has_exactly(word: str, text: str) -> bool:
    """Whether ``text`` has ``word`` as it is, as a word or words of its own."""
    if _CJK.search(word):
        return word in text
    return f" {' '.join(tokens(word))} " in f" {' '.join(tokens(text))} "


def _is_form(word: str, token: str) -> bool:
    if word == token:
        return True
    stem = word[: max(_STEM, len(word) - 3)] if len(word) > _STEM else word[: max(2, len(word) - 1)]
    return token.startswith(stem) or (word[0] == token[0] and _consonants(word) == _consonants(token))


def _consonants(word: str) -> str:
    return re.sub(r"[aeiouyäöüáéíóúàèâêîôû]|(?:ing|ed|en|es|s)$", "", word)
