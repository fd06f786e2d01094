"""What is wrong with a configuration, in words and with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable


class ConfigError(ValueError):
    """The configuration cannot be used.

    Attributes:
        problems: One line each, ``file:line: what is wrong``.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems: tuple[str, ...] = tuple(_in_order(problems))
        super().__init__("\n".join(self.problems))

    def __reduce__(self) -> tuple[type[ConfigError], tuple[tuple[str, ...]]]:
        """Keep the problems apart when pickled."""
        return type(self), (self.problems,)


def _in_order(problems: Iterable[str]) -> list[str]:
    """Return the problems of one file after another, each file's by line."""
    found = [(re.match(r"(.+?)(?::(\d+))?: ", problem), problem) for problem in problems]
    files = list(dict.fromkeys(place[1] for place, _ in found if place))
    placed = [(files.index(at[1]), int(at[2] or 0), text) if at else (len(files), 0, text) for at, text in found]
    return [text for _, _, text in sorted(placed, key=lambda each: each[:2])]


def suggest(name: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'`` for the nearest of ``known``, or nothing."""
    import difflib

    # A key in snake case is near the same key in kebab case before all others.
    near = difflib.get_close_matches(name.lower().replace("_", "-"), sorted(map(str, known)), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}" if near else ""
