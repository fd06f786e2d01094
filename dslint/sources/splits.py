"""Which split a file belongs to, and which dataset."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

_SPLITS: Final[Mapping[str, str]] = {
    "train": "train",
    "training": "train",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "val": "validation",
    "test": "test",
    "testing": "test",
    "eval": "test",
    "evaluation": "test",
}
_TOKEN: Final = re.compile(r"[^a-z0-9]+")


def split_of(path: str) -> str:
    """Return the split that a file's name, or the nearest folder's, says it belongs to; empty when none does.

    Args:
        path: The path below the folder that was given, with ``/``.
    """
    parts = PurePosixPath(path.lower()).parts
    for part in reversed(parts):
        stem = part.split(".")[0] if part == parts[-1] else part
        found = [_SPLITS[token] for token in _TOKEN.split(stem) if token in _SPLITS]
        if found:
            return found[-1]
    return ""
