"""Copies of files in which any record can be read without what stands before it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from dslint.sources.spec import FileSpec
from dslint.sources.streams import BLOCK, open_stream

UNPACKED_FROM: Final = 16 * 2**20
"""Bytes from which on a file is copied; less is read through as fast as a copy is made."""
ROWS: Final = 4096
"""Rows of a batch in a copy of a table."""


@contextmanager
def unpacked(files: Mapping[str, FileSpec], folder: str) -> Iterator[Mapping[str, FileSpec]]:
    """Yield the files by path, with copies of those that are read from their beginning: compressed ones and tables.

    Places of records are the same in a copy.

    Args:
        files: The files, by path.
        folder: Where copies are, until the context ends; empty for the system's folder of temporary files.

    Raises:
        OSError: If a file cannot be read or a copy cannot be written.
    """
    packed = [path for path, file in files.items() if _is_packed(file)]
    if not packed:
        yield files
        return
    with tempfile.TemporaryDirectory(prefix="dslint-", dir=folder or None, ignore_cleanup_errors=True) as place:
        copies = {path: _copied(files[path], Path(place, str(number))) for number, path in enumerate(packed)}
        yield {**files, **copies}


def _is_packed(file: FileSpec) -> bool:
    return not file.in_memory and file.size >= UNPACKED_FROM and bool(file.compression or file.columnar)


def _copied(file: FileSpec, target: Path) -> FileSpec:
    if file.columnar:
        from dslint.sources.columnar import copy_rows

        copy_rows(file, target, ROWS)
        return replace(file, location=str(target), compression="", layout="rows")
    reader, _ = open_stream(file)
    with reader, target.open("wb") as copy:
        shutil.copyfileobj(reader, copy, BLOCK)
    return replace(file, location=str(target), compression="", size=target.stat().st_size)
