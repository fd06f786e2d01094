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
    mark, info, indent, start, at, first = "", "", 0, 0, 0, 0
    lines = text.splitlines(keepends=True)
    seen = 0
    for number, line in enumerate(lines):
        if "```" not in line and "~~~" not in line:
            continue
        at += sum(map(len, lines[seen:number]))
        seen = number
        stripped = line.strip(" \t\r\n")
        fence = _fence(stripped)
        if not mark and fence:
            rest = stripped[len(fence) :].strip().strip("{.}").split()
            mark, info, indent = fence, rest[0].lower() if rest else "", _indent(line)
            start, first = at + len(line), number + 1
        elif mark and fence.startswith(mark) and fence == stripped:
            yield CodeBlock(info, _moved(lines[first:number], indent), start, at, True)
            mark = ""
    if mark:
        yield CodeBlock(info, _moved(lines[first:], indent), start, len(text), False)


def _moved(lines: list[str], indent: int) -> str:
    """Return lines without as much of their own indentation."""
    return "".join([line[min(indent, _indent(line)) :] for line in lines] if indent else lines)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _fence(line: str) -> str:
    """Return the run of fence characters that a line begins with; empty where it is no fence."""
    first = line[:1]
    if first not in ("`", "~") or not line.startswith(first * 3):
        return ""
    rest = line.lstrip(first)
    return "" if first == "`" and "`" in rest else first * (len(line) - len(rest))
