"""The rule ``malformed-table``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dslint.api import Finding, Message, Record, RecordRule, Status, turns
from dslint.features.fences import code_blocks
from dslint.features.patterns import expression
from dslint.features.splits import is_unwanted

_DASHES: Final = expression(r":?-+:?")
_SPAN: Final = expression(r"`[^`\n]{1,400}`")
_ESCAPED: Final = expression(r"\\.")
_MATHS: Final = expression(r"\$[^$\n]{1,200}\$")
_FEWEST: Final = 2


class MalformedTable(RecordRule):
    """A Markdown table has rows with more or fewer cells than its header, so cells are lost or stand in a wrong column.

    **What.** A table is a header, a row of dashes and rows with a bar. Cells are counted without the bars at the edges;
    a bar that is escaped, or within code or a formula, separates nothing. Where the row of dashes does not fit the
    header, the table is shown as text. Tables inside code blocks are left alone.

    **When to ignore.** Where tables are read by a program that allows for rows of different lengths.

    **References.** [GitHub Flavored Markdown](https://github.github.com/gfm/#tables-extension-).
    """

    status = Status.PREVIEW
    precision = (
        "no finding in the tables of 48,367 records of 27 public files, so its precision is not known; a row that "
        "ends in an empty cell, in a table without outer bars, is left alone."
    )
    candidates = turns("assistant").matches(r"(?m)^[ \t>]*\|?[ \t]*:?-+:?[ \t]*\|") & turns("assistant").multiline

    def check(self, record: Record) -> Iterator[Finding]:
        """Count the cells of each table."""
        for turn in () if is_unwanted(record) else record.turns("assistant"):
            if turn.trained and "|" in turn.text and "-" in turn.text:
                yield from self._turn(turn)

    def _turn(self, turn: Message) -> Iterator[Finding]:
        wrong: list[tuple[int, int, str]] = []
        for start, rows in _tables(turn.text):
            edged = rows[0].lstrip("> \t").startswith("|")
            width = cells(rows[0], edged=edged)
            at = start + len(rows[0]) + 1
            for number, row in enumerate(rows[1:], 1):
                count = cells(row, edged=edged)
                if not width & count:
                    what = "row of dashes" if number == 1 else f"row {number - 1}"
                    has, wanted = min(count), min(width)
                    message = f"{what} of a table has {has} cell{'' if has == 1 else 's'}, its header {wanted}"
                    wrong.append((at, at + len(row), message))
                at += len(row) + 1
        if wrong:
            start, end, message = wrong[0]
            more = f" ({len(wrong)} such rows)" if len(wrong) > 1 else ""
            yield self.finding(turn.span(start, end), message + more, rows=len(wrong))


def cells(row: str, *, edged: bool) -> set[int]:
    """Return how many cells a row may be meant to have: with the bars in code and formulas, and without them.

    Args:
        row: The line.
        edged: Whether rows of the table begin with a bar; in others a bar at the edge may stand beside an empty cell.
    """
    bare = _ESCAPED.sub("x", row)
    plain = _MATHS.sub("x", _SPAN.sub("x", bare))
    counts = {_count(bare), _count(plain)}
    return counts if edged else counts | {plain.count("|") + 1}


def _count(row: str) -> int:
    return row.lstrip("> \t").rstrip().removeprefix("|").removesuffix("|").count("|") + 1


def _is_delimiter(line: str) -> bool:
    bare = line.lstrip("> \t").rstrip().removeprefix("|").removesuffix("|")
    return all(_DASHES.fullmatch(cell.strip()) for cell in bare.split("|"))


def _tables(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each table with its place: the header, the row of dashes, and the rows that follow at once."""
    hidden = [(block.start, block.end) for block in code_blocks(text)]
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    at = 1
    while at < len(lines):
        is_table = (
            "|" in lines[at]
            and _is_delimiter(lines[at])
            and _count(lines[at]) >= _FEWEST
            and "|" in lines[at - 1]
            and not any(start <= starts[at] < end for start, end in hidden)
        )
        if not is_table:
            at += 1
            continue
        end = at + 1
        while end < len(lines) and "|" in lines[end]:
            end += 1
        yield starts[at - 1], lines[at - 1 : end]
        at = end + 1
