"""Copies of files in which any record can be read without what stands before it."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from dslint.sources.spec import FileSpec
from dslint.sources.streams import BLOCK, open_stream

UNPACKED_FROM: Final = 16 * 2**20
"""Bytes from which on a file is copied; less is read through as fast as a copy is made."""
ROWS: Final = 4096
"""Rows of a batch in a copy of a table."""

Place = tuple[str, int]
"""The folder of all copies, and how many bytes they may have."""
Copy = tuple[FileSpec, int]
"""A file, and the number of its copy."""


class Copiers(Protocol):
    """Who makes copies and reads them."""

    def map(self, task: Callable[[Place, Copy], FileSpec], context: Place, items: Iterable[Copy]) -> Iterator[FileSpec]:
        """Yield ``task(context, item)`` for each item, in the order of the items."""
        ...

    def reaches(self, location: str) -> bool:
        """Whether a file that this process made is there for all who read."""
        ...


class Room(Protocol):
    """What copies may take of the disk.

    Attributes:
        left: Bytes that may still be written.
    """

    @property
    def left(self) -> int:
        """How many bytes may still be written."""
        ...

    def take(self, size: int) -> None:
        """Take note of bytes that are there, or that are given back: fewer than none."""
        ...


@contextmanager
def unpacked(
    files: Mapping[str, FileSpec], folder: str, copiers: Copiers, room: Room
) -> Iterator[Mapping[str, FileSpec]]:
    """Yield the files by path, with copies of those that are read from their beginning: compressed ones and tables.

    Places of records are the same in a copy. Where not all who read could do so, there are no copies.

    Args:
        files: The files, by path.
        folder: Where copies are, until the context ends; empty for the system's folder of temporary files.
        copiers: Who makes the copies and reads them.
        room: What they may take.

    Raises:
        OSError: If a file cannot be read or a copy cannot be written, or may not be.
    """
    packed = [path for path, file in files.items() if _is_packed(file)]
    if not packed:
        yield files
        return
    with tempfile.TemporaryDirectory(prefix="dslint-", dir=folder or None, ignore_cleanup_errors=True) as place:
        place = os.path.abspath(place)
        probe = Path(place, "probe")
        probe.touch()
        if not copiers.reaches(str(probe)):
            yield files
            return
        copies = [*copiers.map(_copied, (place, room.left), [(files[p], number) for number, p in enumerate(packed)])]
        taken = _size(place)
        room.take(taken)
        try:
            yield {**files, **dict(zip(packed, copies, strict=True))}
        finally:
            room.take(-taken)


def _size(folder: str) -> int:
    with os.scandir(folder) as entries:
        return sum(entry.stat().st_size for entry in entries)


def _is_packed(file: FileSpec) -> bool:
    return not file.in_memory and file.size >= UNPACKED_FROM and bool(file.compression or file.columnar)


def _copied(place: Place, copy: Copy) -> FileSpec:
    (folder, room), (file, number) = place, copy
    target = Path(folder, str(number))

    def check(size: int) -> None:
        if _size(folder) + size > room:  # of the copies of all processes
            words = f"copies of the data would take more than the {room / 2**20:,.1f} MB that are left of group-disk"
            raise OSError(errno.ENOSPC, words)

    if file.columnar:
        from dslint.sources.columnar import copy_rows

        copy_rows(file, target, ROWS, check)
        return replace(file, location=str(target), compression="", layout="rows")
    reader, _ = open_stream(file)
    with reader, target.open("wb") as written:
        while block := reader.read(BLOCK):
            check(len(block))
            written.write(block)
    return replace(file, location=str(target), compression="", size=target.stat().st_size)
