"""A code block that begins and does not end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from dslint.api import Finding, Message, Record, RecordRule, Severity, anywhere
from dslint.features.patterns import expression

_LANGUAGE: Final = expression(r"[\w.{]")
_SHORTEST: Final = 3
_LONG: Final = 6
_LONGEST: Final = 80
_FENCE: Final = expression(r"^(?:[ \t>]|(?:[-*+]|\d{1,3}[.)])[ \t])*(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)


_GLUED: Final = expression(r"[^\s`>*+-][^\n`]*`{3,}[^\S\n]*$", re.MULTILINE)
_RUN: Final = expression(r"`{3,}")


class UnclosedFence(RecordRule):
    """A Markdown code fence is opened and not closed; in an answer it mostly means that the text was cut off.

    Fences of backticks and tildes are followed as CommonMark does, with their length; a fence with a language inside
    an open one counts as nested, as models write it. A fence that the prompt, or the answer that is continued, has
    opened is no mistake, nor one that the answer to a prompt closes; backticks within a line are no fence, nor is the
    underline of a heading in reStructuredText, nor backticks that come in pairs where some stand behind prose. In
    prompts and in answers that are not preferred it is a note. Each has its own end to be mended, so each is a
    finding: up to 17 in a thousand chats of a public set.

    **When to ignore.** The model is to write the beginning of a block only, as in code completion.

    **References.** [CommonMark: fenced code blocks](https://spec.commonmark.org/0.31.2/#fenced-code-blocks).
    """

    candidates = anywhere().fence
    precision = (
        "15 of 15 on 27 public files: 11 are cut off, the others have one fence too many; silent on 12,000 docstrings "
        "and 2,400 files of Python, and on 500 licences and READMEs. Later first readings on about 190 files that "
        "public packages carry found it wrong where prompts of question-answer sets open a fence behind words; that "
        "was changed, and has no new number"
    )

    def check(self, record: Record, /) -> Iterator[Finding]:
        """Follow the fences of each turn."""
        for turn, joined in _with_neighbours(record.messages):
            yield from self._turn(turn, joined, None if turn.role == "assistant" else Severity.NOTE)
        for turn in record.rejected:
            yield from self._turn(turn, [], Severity.NOTE)

    def _turn(self, turn: Message, joined: Sequence[str], severity: Severity | None) -> Iterator[Finding]:
        text = turn.text
        opened = unclosed(text)
        if opened is None or _comes_in_pairs(text) or any(unclosed(each) is None for each in joined):
            return
        fence, left = text[opened.start : opened.end], len(text[opened.end :].strip())
        yield self.finding(
            turn.span(opened.start, opened.end),
            _message(fence, left),
            score=0.8 if severity is None else 0.4,
            severity=severity,
        )


def _comes_in_pairs(text: str) -> bool:
    """Whether the text opens code behind words, and has as many marks that open as ones that close."""
    return _GLUED.search(text) is not None and len(_RUN.findall(text)) % 2 == 0


def _message(fence: str, left: int) -> str:
    follow = (
        "opens nothing: the text ends there"
        if not left
        else f"is not closed, {left:,} character{'s follow' if left > 1 else ' follows'}"
    )
    return f'code fence "{fence}" {follow}'


def _with_neighbours(turns: Sequence[Message]) -> Iterator[tuple[Message, list[str]]]:
    """Yield each turn, joined with what it may belong to: the turn before, the last one of its role, its answer."""
    last: dict[str, str] = {}
    before: str | None = None
    for position, turn in enumerate(turns):
        text = turn.text
        heads = [head for head in (before, last.get(turn.role)) if head is not None]
        joined = [f"{head}\n{text}" for head in heads]
        if turn.role != "assistant" and position + 1 < len(turns):
            joined.append(f"{text}\n{turns[position + 1].text}")
        yield turn, joined
        before = last[turn.role] = text


class Fence(NamedTuple):
    """An opening fence: its place in the text, its character and its length."""

    start: int
    end: int
    mark: str
    length: int


def unclosed(text: str) -> Fence | None:
    """Return the first fence of ``text`` that is open at its end."""
    opened: list[Fence] = []
    for match in _marks(text):
        marks, info = match[1], match[2].strip()
        if marks[0] == "`" and "`" in info:
            continue
        fence = Fence(match.start(1), match.start(2) + len(match[2].rstrip()), marks[0], len(marks))
        if not opened and not info and _is_underline(text, fence):
            continue
        if opened and info and not _LANGUAGE.match(info):
            continue  # neither a closing fence nor the beginning of a block within the block
        if info or not opened:
            if not opened or opened[-1].mark == fence.mark:
                opened.append(fence)
        else:
            _close(opened, fence)
    return opened[0] if opened else None


def _marks(text: str) -> Iterator[re.Match[str]]:
    """Yield the lines that may be fences; others are not looked at."""
    marks = [mark for mark in ("```", "~~~") if mark in text]
    found = [text.find(mark) for mark in marks]
    while found:
        start = text.rfind("\n", 0, min(found)) + 1
        if match := _FENCE.match(text, start):
            yield match
        end = text.find("\n", start)
        found = [at for mark in marks if (at := text.find(mark, end)) >= 0] if end >= 0 else []


def _is_underline(text: str, fence: Fence) -> bool:
    """Whether the marks underline a heading, as in reStructuredText: about as long as the line above, or quite long."""
    above = text[: fence.start].rpartition("\n")[0].rpartition("\n")[2].strip()
    return fence.length > _SHORTEST and 0 < len(above) <= max(fence.length, _LONGEST * (fence.length > _LONG))


def _close(opened: list[Fence], fence: Fence) -> None:
    """Close the innermost fence of just this length, and what is open within it; else the innermost that is shorter."""
    for depth in range(len(opened) - 1, -1, -1):
        if opened[depth].mark == fence.mark and opened[depth].length == fence.length:
            del opened[depth:]
            return
    if opened[-1].mark == fence.mark and opened[-1].length <= fence.length:
        opened.pop()
