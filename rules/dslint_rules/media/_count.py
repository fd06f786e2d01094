"""Counting what stands for media."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from dslint.api import Record
from dslint.features.patterns import expression

_NUMBERED: Final = expression(r"<\|?(image|video|audio)[_ -]?(\d{1,4})\|?>", re.IGNORECASE)
_OTHER: Final = expression(
    r"<\|?(?:\w{1,20}_)?(?:img|image|vid|video|audio|speech|sound|media|frame)\w{0,20}\|?>|<<?image|\[img\]|\[image\]",
    re.IGNORECASE,
)


class Count(NamedTuple):
    """How many placeholders a record has for one kind of media, and how many files."""

    marks: int
    files: int


def count_files(value: Any) -> int:
    """Return how many files a value names: a list of them, or one."""
    if isinstance(value, list):
        return sum(item is not None and item != "" for item in value)
    return 1 if value else 0


def count_parts(record: Record, kind: str) -> tuple[int, int]:
    """Return how many content parts of a kind name no file, and how many do."""
    found = [piece for turn in record.messages for piece in turn.parts if piece.kind == kind]
    bare = sum(not piece.text for piece in found)
    return bare, len(found) - bare


def marked_otherwise(texts: list[str], kind: str) -> bool:
    """Whether the text marks media in a way of its own."""
    return any(_OTHER.search(text) or any(m[1].lower() == kind for m in _NUMBERED.finditer(text)) for text in texts)


def in_words(kind: str, count: Count, mark: str = "") -> str:
    """Return how many files there are and, with ``mark``, how many placeholders."""
    noun = "audio file" if kind == "audio" else kind
    files = f"{count.files} {noun}{'' if count.files == 1 else 's'}"
    if not mark:
        return files
    marks = f"{count.marks} placeholder{'' if count.marks == 1 else 's'} {mark}"
    return f"{marks} for {files}"
