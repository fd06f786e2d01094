"""Tables for people: as wide as the terminal, and never cut in a file or a pipe."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import Final

UNCUT: Final = 10_000
NAME: Final = 24
"""Columns that a name may take; what is longer gives way where the terminal is narrow."""


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, colour: bool) -> str:
    """Return rows under headers; names stay whole, the last column and long ones wrap."""
    from rich.table import Table
    from rich.text import Text

    from dslint.report.escape import plain

    made = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    cells = [[Text(plain(cell)) for cell in row] for row in rows]
    for position, header in enumerate(headers):
        widest = max((row[position].cell_len for row in cells), default=0)
        # A column that gives way is never cut: it would lose what makes a path or a name of use.
        made.add_column(header, no_wrap=position < len(headers) - 1 and widest <= NAME, overflow="fold")
    for row in cells:
        made.add_row(*row)
    return rendered(made, colour=colour)


def rendered(*parts: object, colour: bool) -> str:
    """Return what rich makes of ``parts``, without the blanks at the ends of lines."""
    from rich.console import Console

    width = shutil.get_terminal_size((UNCUT, 24)).columns if sys.stdout.isatty() else UNCUT
    console = Console(
        file=io.StringIO(), width=width, force_terminal=colour, color_system="standard" if colour else None,
        no_color=not colour, highlight=False, legacy_windows=False,
    )  # fmt: skip
    with console.capture() as captured:
        console.print(*parts, sep="\n", soft_wrap=False)
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())
