"""Texts brought into a common form, so that what says the same compares equal."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, Literal

from dslint.features.patterns import expression
from dslint.features.views import sizes

Normalization = Literal["none", "whitespace", "full"]

_CODE_SYMBOLS: Final = b"{}[]<>=\\_`|^~@#"
_CODE_MARKS: Final = bytes(1 if b in _CODE_SYMBOLS else 2 if b in b"(;:" else 0 for b in range(256))
_CODE: Final = expression(r"\w\(|;[ \t]*$|:[ \t]*\n[ \t]", re.MULTILINE)
_OPENING: Final = "\"'\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb\u00a1\u00bf"
_CLOSING: Final = "\"'\u2018\u2019\u201c\u201d\u00ab\u00bb.,;:!?\u2026\u060c\u061b\u061f\u06d4\u0964\u0965"
_FULL_WIDTH: Final = dict.fromkeys(map(ord, "\u3001\u3002\uff0c\uff1b\uff1a\uff1f\uff01\u300c\u300d\u300e\u300f"), " ")
# Compatibility normalisation would turn 5² into 52 and ½ into 1/2.
_MEANT: Final = expression(
    "[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u209c\u2150-\u218b\u2460-\u24ff\U0001d400-\U0001d7ff]"
)
UNSPACED: Final = (
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]"
)
"""Characters of scripts that put no space between words."""
_UNSPACED: Final = expression(UNSPACED)
_PUNCTUATION: Final = bytes(b for b in range(128) if not chr(b).isalnum())
_WIDE_PUNCTUATION: Final = expression(
    "[" + "".join(c for c in {*_OPENING, *_CLOSING, *map(chr, _FULL_WIDTH)} if not c.isascii()) + "]+"
)
_LOWER: Final = bytes(range(256)).lower()
_PLAIN: Final = bytes(b if chr(b).isalnum() or b == 95 else 32 for b in bytes(range(128)).lower()) + bytes(127) + b"\n"
"""What ASCII characters become; the last character of Latin-1 ends a line."""
_PLAIN_UTF8: Final = _PLAIN[:128] + bytes(range(128, 256))
_ASCII: Final = bytes(range(128))
_UNSPACED_SHARE: Final = 0.3


def normalise(text: str, level: Normalization = "full") -> str:
    """Return ``text`` without the differences that ``level`` ignores.

    ``whitespace`` ignores how much white space there is. ``full`` also ignores case, Unicode's compatibility forms, and
    punctuation at the edge of words. Symbols always count, so ``C`` and ``C++``, ``-5`` and ``5``, ``1.5`` and ``15``
    stay different; so do texts of nothing but punctuation. Lines that look like code keep all but blanks at their ends.
    """
    if level == "none":
        return text
    if not looks_like_code(text):
        return _prose(text, level) or text.strip()
    lines: list[str] = []
    fenced = False
    for line in text.strip("\r\n").splitlines():
        fence = line.lstrip().startswith("```")
        as_is = fenced or fence or line[:1].isspace() or looks_like_code(line)
        lines.append(line.rstrip() if as_is else _prose(line, level))
        fenced ^= fence
    return "\n".join(lines)


def looks_like_code(text: str) -> bool:
    """Whether ``text`` has symbols of code or mark-up, calls, or blocks, so that case and punctuation may matter."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data.translate(None, _CODE_SYMBOLS)) < len(data):
        return True
    return ("(" in text or ";" in text or ":" in text) and _CODE.search(text) is not None


def like_code(texts: Sequence[str]) -> list[bool]:
    """Return :func:`looks_like_code` of each text; for many texts at once, as hardly one has any of the characters."""
    import numpy as np

    marks = np.frombuffer("\n".join([*texts, ""]).encode("latin-1", "replace").translate(_CODE_MARKS), np.uint8)
    at = np.flatnonzero(marks != 0)  # of truth values it is five times as fast
    rows = np.searchsorted(np.cumsum(sizes(texts) + 1), at, side="right")
    found = np.zeros(len(texts), np.bool_)
    found[rows[marks[at] == 1]] = True
    code: list[bool] = found.tolist()
    for row in set(rows[marks[at] == 2].tolist()):
        code[row] = code[row] or _CODE.search(texts[row]) is not None
    return code


def squeeze(text: str) -> bytes:
    """Return the letters and digits of ``text`` in lower case: a fast screen for :func:`normalise`.

    Texts that are the same at any of its levels are the same here; the opposite does not hold, as symbols are lost.
    """
    if not text.isascii():
        text = _without(_WIDE_PUNCTUATION, unicodedata.normalize("NFKC", text).lower(), "")
        return b"".join(text.encode("utf-8", "surrogatepass").translate(None, _PUNCTUATION).split())
    return text.encode().translate(_LOWER, _PUNCTUATION)


def squeezed(texts: Sequence[str]) -> list[bytes]:
    """Return :func:`squeeze` of each text; for many texts at once, as most of the cost is a few calls for each."""
    ascii_only = [text for text in texts if text.isascii()]
    # No text of ASCII holds the mark between them.
    marked = "\xff".join(ascii_only).encode("latin-1").translate(_LOWER, _PUNCTUATION)
    found = marked.split(b"\xff")
    if len(ascii_only) == len(texts):
        return found if texts else []
    following = iter(found)
    return [next(following) if text.isascii() else squeeze(text) for text in texts]


def plain(text: str) -> str:
    """Return the words of ``text`` in lower case with a space between them, as they are compared for similarity."""
    if text.isascii():
        return " ".join(text.encode().translate(_PLAIN).decode().split())
    text = _without(_separators(), _composed(text).lower(), " ")
    words = text.encode("utf-8", "surrogatepass").translate(_PLAIN_UTF8).decode("utf-8", "surrogatepass")
    return " ".join(words.split())


def plain_lines(texts: Sequence[str]) -> bytes:
    """Return :func:`plain` of each text, each a line, in UTF-8; words may have several spaces between them."""
    # No text of ASCII holds the mark between them.
    marked = "\xff".join([text if text.isascii() else "" for text in texts] + [""]).encode("latin-1")
    lines = marked.translate(_PLAIN)
    if all(map(str.isascii, texts)):
        return lines
    pairs = zip(lines.split(b"\n"), texts, strict=False)
    return b"".join((b if t.isascii() else plain(t).encode("utf-8", "surrogatepass")) + b"\n" for b, t in pairs)


def is_unspaced(text: str) -> bool:
    """Whether ``text`` is mainly in a script that puts no space between words, such as Chinese, Japanese or Thai."""
    return not text.isascii() and len(_UNSPACED.findall(_beyond_ascii(text))) > _UNSPACED_SHARE * len(text)


def canonical(value: Any) -> str:
    """Return a JSON value as text that does not depend on the order of keys; a string of JSON counts as JSON."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return str(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _prose(text: str, level: Normalization) -> str:
    if level == "whitespace":
        return " ".join(text.split())
    if not text.isascii():
        text = _composed(text.translate(_FULL_WIDTH))
    # Most words have nothing at their edges, and to see that takes a fifth of stripping it.
    bare = [word if word.isalnum() else word.lstrip(_OPENING).rstrip(_CLOSING) for word in text.lower().split()]
    return " ".join(filter(None, bare))


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC" if _MEANT.search(_beyond_ascii(text)) else "NFKC", text)


def _without(characters: re.Pattern[str], text: str, instead: str) -> str:
    """Replace characters beyond ASCII; in Latin letters most of a text is ASCII, and need not be searched."""
    for character in {*"".join(characters.findall(_beyond_ascii(text)))}:
        text = text.replace(character, instead)
    return text


def _beyond_ascii(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")


@lru_cache(maxsize=1)
def _separators() -> re.Pattern[str]:
    # Vowel signs and the like are no word characters to Python, and dropping them changes words of many scripts.
    marks = "".join(chr(c) for c in range(0x300, 0x10000) if unicodedata.category(chr(c)).startswith("M"))
    return re.compile(f"[^\\w{re.escape(marks)}\u200c\u200d]")
