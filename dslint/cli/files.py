"""``dslint check --show-files``: what would be read, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dslint.cli.tables import table

if TYPE_CHECKING:
    from dslint.sources.files import Discovery

HEADERS = ("FILE", "CONTAINER", "FORMAT", "DATASET", "SPLIT", "BYTES")


def files_text(found: Discovery, *, colour: bool) -> str:
    """Return the files as a table, and what cannot be read below it."""
    rows = [
        (
            file.source.path,
            file.source.container + (f".{file.compression}" if file.compression else ""),
            file.source.format or "unknown",
            file.source.dataset,
            file.source.split or "-",
            f"{file.size:,}",
        )
        for file in found.files
    ]
    text = table(HEADERS, rows, colour=colour) if rows else ""
    troubles = [f"{source.path}: {damage.message}" for source, damage in found.damages]
    troubles += [f"{note.path}: {note.message}" if note.path else note.message for note in found.notifications]
    return text + "".join(f"{line}\n" for line in ["", *troubles] if troubles)
