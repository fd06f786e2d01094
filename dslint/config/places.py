"""On which line of a TOML file a key or a value stands.

The standard library's parser keeps no places. This scanner runs only over text which that parser has accepted, so it
need not judge it, only keep count.
"""

from __future__ import annotations

import bisect
import re
import tomllib
from typing import Final

Path = tuple[str | int, ...]
"""Keys and, inside arrays, positions."""

_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_SPACE: Final = re.compile(r"[ \t]*")
_BLANK: Final = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BARE_VALUE: Final = re.compile(r"[^,\]}#\n]*")
_STRING: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{1,2}(?!"))?'
    r"|'''.*?'''(?:'{1,2}(?!'))?"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)


def places(text: str) -> dict[Path, int]:
    """Return the 1-based line of every key, table and array element of a valid TOML text."""
    return _Scanner(text.replace("\r\n", "\n")).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [0, *(m.end() for m in re.finditer("\n", text))]
        self.found: dict[Path, int] = {}
        self.tables: dict[Path, int] = {}

    def scan(self) -> dict[Path, int]:
        current: Path = ()
        self.skip(_BLANK)
        while self.at < len(self.text):
            if self.text.startswith("[", self.at):
                current = self.header()
            else:
                self.pair(current)
            self.skip(_BLANK)
        return self.found

    def skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"not TOML at offset {self.at}")
        self.at = match.end()
        return match.group()

    def note(self, path: Path, at: int) -> None:
        self.found.setdefault(path, bisect.bisect_right(self.starts, at))

    def header(self) -> Path:
        start = self.at
        array = self.text.startswith("[[", self.at)
        self.at += 2 if array else 1
        path: Path = ()
        keys = self.key()
        for n, (key, _) in enumerate(keys):
            path = (*path, key)
            self.note(path, start)
            if path not in self.tables and not (array and n == len(keys) - 1):
                continue
            if n == len(keys) - 1 and array:
                self.tables[path] = self.tables.get(path, -1) + 1
            path = (*path, self.tables[path])
            self.note(path, start)
        self.at = self.text.index("]]" if array else "]", self.at) + (2 if array else 1)
        return path

    def key(self) -> list[tuple[str, int]]:
        parts: list[tuple[str, int]] = []
        while True:
            self.skip(_SPACE)
            start = self.at
            if self.text[self.at] in "\"'":
                raw = self.skip(_STRING)
                parts.append((next(iter(tomllib.loads(f"{raw} = 0"))), start))
            else:
                parts.append((self.skip(_BARE_KEY), start))
            self.skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return parts
            self.at += 1

    def pair(self, path: Path) -> None:
        for key, start in self.key():
            path = (*path, key)
            self.note(path, start)
        self.at += 1
        self.value(path)

    def value(self, path: Path) -> None:
        self.skip(_SPACE)
        opening = self.text[self.at]
        if opening in "\"'":
            self.skip(_STRING)
        elif opening in "[{":
            self.collection(path, "]" if opening == "[" else "}")
        else:
            self.skip(_BARE_VALUE)

    def collection(self, path: Path, closing: str) -> None:
        self.at += 1
        self.skip(_BLANK)
        position = 0
        while not self.text.startswith(closing, self.at):
            if closing == "]":
                self.note((*path, position), self.at)
                self.value((*path, position))
                position += 1
            else:
                self.pair(path)
            self.skip(_BLANK)
            if self.text.startswith(",", self.at):
                self.at += 1
                self.skip(_BLANK)
        self.at += 1
