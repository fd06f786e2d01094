"""Tables for people: as wide as the terminal, and never cut in a file or a pipe."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import Final

UNCUT: Final = 10_000


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, colour: bool) -> str:
    """Return rows under headers; the last column wraps, the others do not."""
    from rich.table import Table
    from rich.text import Text

    from dslint.report.escape import plain

    made = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for position, header in enumerate(headers):
        last = position == len(headers) - 1
        made.add_column(header, no_wrap=not last, overflow="fold" if last else "ellipsis")
    for row in rows:
        made.add_row(*(Text(plain(cell)) for cell in row))
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
