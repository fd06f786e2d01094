"""Fitting text into columns, where a character may take two."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len

from dslint.report.escape import ELLIPSIS


def wrap(text: str, width: int) -> Iterator[str]:
    """Yield the lines of ``text``, broken between words where possible."""
    current, used = "", 0
    for word in text.split(" "):
        size = cell_len(word)
        if current and used + 1 + size > width:
            yield current
            current, used = "", 0
        while size > width:
            # A word that fits no line, such as Chinese text or a URL.
            head = _head(word, width)
            yield head
            word = word[len(head) :]
            size = cell_len(word)
        current, used = (f"{current} {word}", used + 1 + size) if current else (word, size)
    yield current


def cut(text: str, width: int) -> str:
    """Return ``text`` in at most ``width`` columns."""
    if cell_len(text) <= width:
        return text
    return _head(text, max(1, width - 1)) + ELLIPSIS


def _head(text: str, width: int) -> str:
    """Return as much of ``text`` as fits, at least one character."""
    used = 0
    for index, character in enumerate(text):
        used += cell_len(character)
        if used > width and index:
            return text[:index]
    return text
