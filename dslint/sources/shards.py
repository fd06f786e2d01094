"""A file in pieces: cut at boundaries that its content defines, and parsed one by one, in any process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from dslint.model.finding import Damage, DamageKind
from dslint.model.ref import Ref
from dslint.sources.cutting import Pieces
from dslint.sources.spec import Batch, FileSpec, Shard
from dslint.sources.storage import read_range

__all__ = ["Batch", "Cuts", "Recall", "Shard", "is_recut", "parse", "shards"]

Recall = Callable[[FileSpec], Pieces | None]
"""Tells how a file was cut before."""


def shards(file: FileSpec, size: int = 4096, pieces: Pieces | None = None) -> Iterator[Shard]:
    """Cut a file into shards, in one pass and bounded memory.

    Args:
        file: The file.
        size: Wanted number of records in a shard.
        pieces: How a file for which :func:`is_recut` holds was cut before, with records of that number.

    Raises:
        OSError: When the file cannot be opened.
    """
    if file.layout in ("lines", "text"):
        from dslint.sources.jsonlines import cut_lines

        return cut_lines(file, size, pieces)
    if file.layout == "csv":
        from dslint.sources.table import cut_csv

        return cut_csv(file, size)
    if file.columnar:
        from dslint.sources.columnar import cut_rows

        return cut_rows(file, size)
    from dslint.sources.jsonarray import cut_array

    return cut_array(file, size)


def is_recut(file: FileSpec) -> bool:
    """Whether it helps to know how an earlier state of a file was cut."""
    return file.layout in ("lines", "text") and not (file.compression or file.in_memory or file.carried)


class Cuts:
    """The shards of some files, one after another, as often as they are asked for.

    Files that can be read again by range and hold a record a line are cut only once: their shards are small.

    Args:
        files: The files.
        size: Wanted number of records in a shard.
        pieces: Tells how a file was cut before.
    """

    def __init__(self, files: Sequence[FileSpec], size: int, pieces: Recall | None = None) -> None:
        self._files = files
        self._size = size
        self._pieces = pieces
        self._known: dict[str, list[Shard]] = {}

    def __iter__(self) -> Iterator[Shard]:
        for file in self._files:
            known = self._known.get(file.source.path)
            yield from self._cut(file) if known is None else known

    def _cut(self, file: FileSpec) -> Iterator[Shard]:
        cut: list[Shard] | None = []
        pieces = None if self._pieces is None else self._pieces(file)
        for shard in shards(file, self._size, pieces):
            if shard.payload is not None or shard.places:
                cut = None
            elif cut is not None:
                cut.append(shard)
            yield shard
        if cut is not None:
            self._known[file.source.path] = cut


def parse(shard: Shard) -> Batch:
    """Read a shard's records; what cannot be taken as it is becomes a damage, never an exception."""
    if shard.payload is not None and shard.length > len(shard.payload) and not shard.file.columnar:
        return Batch([], list(shard.damages), 1 if shard.first_line is not None else 0)
    try:
        data = shard.payload if shard.payload is not None else _read(shard)
    except OSError as error:
        return _changed(shard, f"file cannot be read any more: {error.strerror or error}")
    if shard.payload is None and len(data) != shard.length:
        return _changed(shard, "file became shorter while it was read")
    batch = _parsed(shard, data)
    if shard.damages:
        batch.damages.extend(shard.damages)
    if shard.index == 0 and batch.lines:
        # What stands before the first record, a header or a bracket, is in no shard.
        return replace(batch, lines=batch.lines + shard.file.first_line - 1)
    return batch


def extent(shard: Shard) -> str:
    """Say which part of its file a shard is, in words; reads it again to count its lines."""
    if shard.file.columnar:
        return f"records {shard.offset:,} to {shard.offset + shard.length - 1:,}"
    try:
        data = shard.payload if shard.payload is not None else _read(shard)
    except OSError:
        data = b""
    lines = data.count(b"\n") + (1 if data and not data.endswith(b"\n") else 0)
    kind, first = ("records", shard.first_record) if shard.first_line is None else ("lines", shard.first_line)
    return f"{kind} {first:,} to {first + max(lines, 1) - 1:,}"


def _parsed(shard: Shard, data: bytes) -> Batch:
    layout = shard.file.layout
    if layout == "lines":
        from dslint.sources.jsonlines import parse_lines

        return parse_lines(shard, data)
    if layout == "text":
        from dslint.sources.jsonlines import parse_text

        return parse_text(shard, data)
    if layout == "csv":
        from dslint.sources.table import parse_csv

        return parse_csv(shard, data)
    if shard.file.columnar:
        from dslint.sources.columnar import parse_rows

        return parse_rows(shard, data)
    from dslint.sources.jsonarray import parse_array

    return parse_array(shard, data)


def _read(shard: Shard) -> bytes:
    return read_range(shard.file.location, shard.offset, shard.length)


def _changed(shard: Shard, message: str) -> Batch:
    ref = Ref(shard.file.source.path, None, shard.first_line, shard.first_line)
    return Batch([], [*shard.damages, Damage(DamageKind.CORRUPT, ref, message)], 0)
