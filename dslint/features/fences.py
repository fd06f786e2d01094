"""Fenced code blocks of a text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class CodeBlock(NamedTuple):
    """A fenced block.

    Attributes:
        language: First word behind the opening fence, in lower case; empty without one.
        text: What stands between the fences, without the indentation of the opening one.
        start: Where in the whole text the line behind the opening fence begins.
        end: Where the closing fence's line begins, or the end of the text.
        closed: Whether there is a closing fence.
    """

    language: str
    text: str
    start: int
    end: int
    closed: bool


def code_blocks(text: str) -> Iterator[CodeBlock]:
    """Yield the outermost fenced blocks of ``text`` in order, in time linear in its length."""
    if "```" not in text and "~~~" not in text:
        return
    mark, info, indent, start, at = "", "", 0, 0, 0
    lines: list[str] = []
    for line in text.splitlines(keepends=True):
        stripped = line.strip(" \t\r\n")
        fence = _fence(stripped)
        if not mark and fence:
            rest = stripped[len(fence) :].strip().strip("{.}").split()
            mark, info, indent = fence, rest[0].lower() if rest else "", len(line) - len(line.lstrip(" \t"))
            start, lines = at + len(line), []
        elif mark and fence.startswith(mark) and fence == stripped:
            yield CodeBlock(info, "".join(lines), start, at, True)
            mark = ""
        elif mark:
            lines.append(line[min(indent, len(line) - len(line.lstrip(" \t"))) :])
        at += len(line)
    if mark:
        yield CodeBlock(info, "".join(lines), start, len(text), False)


def _fence(line: str) -> str:
    """Return the run of fence characters that a line begins with; empty where it is no fence."""
    first = line[:1]
    if first not in ("`", "~") or not line.startswith(first * 3):
        return ""
    rest = line.lstrip(first)
    return "" if first == "`" and "`" in rest else first * (len(line) - len(rest))
