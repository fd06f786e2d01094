"""Tables in a terminal of any width."""

from __future__ import annotations

import os
import sys

import pytest

from dslint.cli.tables import table

HEADERS = ("SETTING", "FROM", "VALUE")
ROWS = [
    ("per-file-ignores", "dslint.toml:12", '{"data/legacy/*.jsonl":["duplicates"]}'),
    ("a/folder/with/a/very/long/name/that/no/narrow/terminal/holds.json", "command line", "x"),
]


@pytest.mark.parametrize("width", [60, 80, 140])
def test_nothing_is_cut_in_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(os, "get_terminal_size", lambda *_: os.terminal_size((width, 24)))
    lines = table(HEADERS, ROWS, colour=False).splitlines()
    assert max(map(len, lines)) <= width
    assert all(header in lines[0] for header in HEADERS)
    starts = [lines[0].index(header) for header in HEADERS]
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], None], strict=True)):
        column = "".join(line[start:end] for line in lines[1:])
        assert "".join(column.split()) == "".join("".join(row[number] for row in ROWS).split())
    assert lines[1].startswith("per-file-ignores")
