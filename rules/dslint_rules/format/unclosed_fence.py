"""A code block that begins and does not end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from dslint.api import Finding, Message, Record, RecordRule, Severity, anywhere

_FENCE: Final = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)


class UnclosedFence(RecordRule):
    """A Markdown code fence is opened and not closed; in an answer it mostly means that the text was cut off.

    Fences of backticks and tildes are followed as CommonMark does, with their length; a fence with a language inside
    an open one counts as nested, as models write it. A fence that the next turn closes is left alone, as are
    backticks within a line.
    """

    candidates = anywhere().fence

    def check(self, record: Record, /) -> Iterator[Finding]:
        """Follow the fences of each turn."""
        for side in (record.messages, record.rejected):
            before = ""
            for turn in side:
                yield from self._turn(turn, before)
                before = turn.text

    def _turn(self, turn: Message, before: str) -> Iterator[Finding]:
        text = turn.text
        opened = unclosed(text)
        if opened is None or unclosed(f"{before}\n{text}") is None:
            return
        answer = turn.role == "assistant"
        missing = len(text) - opened.start
        yield self.finding(
            turn.span(opened.start, opened.end),
            f"code fence '{text[opened.start : opened.end]}' is not closed in the {missing:,} characters behind it",
            score=0.8 if answer else 0.4,
            severity=None if answer else Severity.NOTE,
        )


class Fence(NamedTuple):
    """An opening fence: its place in the text, its character and its length."""

    start: int
    end: int
    mark: str
    length: int


def unclosed(text: str) -> Fence | None:
    """Return the first fence of ``text`` that is open at its end."""
    opened: list[Fence] = []
    for match in _FENCE.finditer(text):
        marks, info = match[1], match[2].strip()
        if marks[0] == "`" and "`" in info:
            continue
        fence = Fence(match.start(1), match.start(2) + len(match[2].rstrip()), marks[0], len(marks))
        if info or not opened:
            if not opened or opened[-1].mark == fence.mark:
                opened.append(fence)
        else:
            _close(opened, fence)
    return opened[0] if opened else None


def _close(opened: list[Fence], fence: Fence) -> None:
    """Close the innermost fence of just this length, and what is open within it; else the innermost that is shorter."""
    for depth in range(len(opened) - 1, -1, -1):
        if opened[depth].mark == fence.mark and opened[depth].length == fence.length:
            del opened[depth:]
            return
    if opened[-1].mark == fence.mark and opened[-1].length <= fence.length:
        opened.pop()
