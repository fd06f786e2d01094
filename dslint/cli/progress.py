"""A progress bar on stderr, where somebody sees it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import TaskID


class Bar:
    """Shows how much of the data is read, how fast, and how long it takes on."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

        self._records = 0
        self._task: TaskID | None = None
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[records]:,} records, {task.fields[rate]:,.0f}/s"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )

    def start(self, passes: int, size: int) -> None:
        """Show the bar for ``passes`` times ``size`` bytes."""
        self._progress.start()
        self._task = self._progress.add_task("reading", total=max(passes * size, 1), records=0, rate=0.0)

    def advance(self, path: str, records: int, size: int) -> None:  # noqa: ARG002
        """Move the bar by a shard."""
        if self._task is None:
            return
        self._records += records
        elapsed = self._progress.tasks[0].elapsed or 0.0
        rate = self._records / elapsed if elapsed else 0.0
        self._progress.update(self._task, advance=size, records=self._records, rate=rate)

    def doing(self, words: str) -> None:
        """Show what is done."""
        if self._task is not None:
            self._progress.update(self._task, description=words or "reading")

    def stop(self) -> None:
        """Take the bar away."""
        self._progress.stop()


def bar(*, quiet: bool) -> Bar | None:
    """Return a bar where stderr is a terminal and nobody asked for silence."""
    return Bar() if not quiet and sys.stderr.isatty() else None
