"""What is known of a file before it is read, and the pieces in which it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dslint.model.finding import Damage
from dslint.model.record import Record, Source

MAX_RECORD_BYTES: Final = 64 * 2**20
MAX_DEPTH: Final = 200
MAX_EXPANSION: Final = 1000


class SourceError(Exception):
    """The data that was asked for cannot be had: a path does not exist, a pattern is wrong."""


@dataclass(frozen=True, slots=True)
class FileSpec:
    """A file and all that is needed to read it; picklable and, but for data held in memory, small.

    Attributes:
        source: What the records say of their file.
        location: Absolute path, or a URL; empty for data held in memory.
        compression: ``gz``, ``bz2``, ``xz``, ``zst`` or empty.
        size: Size on disk in bytes.
        layout: How records are told apart: ``lines``, ``array``, ``stream`` (objects one after another), ``csv``,
            ``text``, ``parquet``, ``arrow``, ``rows`` (a copy as an Arrow file of small batches).
        start: Offset at which the first record may begin: behind a byte order mark, an array's bracket, a header.
        first_line: Line of ``start``, from 1.
        pointer: JSON pointer of the array that holds the records; empty when the file itself is the array.
        columns: The format's field by the file's key, where they differ, as pairs.
        header: Column names (CSV).
        delimiter: Between columns (CSV).
        content: The data itself, where it is held in memory.
        converted: Whether ``location`` is a copy of the records in JSON Lines, made by a plugin's reader.
        carried: Whether shards carry their bytes, since to read the file again is dear, or impossible elsewhere.
        temporary: Folder of temporary copies; empty for the system's.
        max_record_bytes: Longest record that is read.
        max_depth: Deepest nesting that is read.
        max_expansion: Largest ratio of decompressed to compressed size.
    """

    source: Source
    location: str = ""
    compression: str = ""
    size: int = 0
    layout: str = "lines"
    start: int = 0
    first_line: int = 1
    pointer: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    header: tuple[str, ...] = ()
    delimiter: str = ","
    content: bytes | None = None
    converted: bool = False
    carried: bool = False
    temporary: str = ""
    max_record_bytes: int = MAX_RECORD_BYTES
    max_depth: int = MAX_DEPTH
    max_expansion: int = MAX_EXPANSION

    @property
    def in_memory(self) -> bool:
        """Whether the records were given as objects: they have no lines."""
        return self.content is not None or self.converted or not self.location

    @property
    def columnar(self) -> bool:
        """Whether records are rows of a binary table: they have no lines and no bytes of their own."""
        return self.layout in ("parquet", "arrow", "rows")

    @property
    def reading(self) -> bytes:
        """All settings that decide what a shard's bytes mean."""
        settings = (
            self.layout,
            self.source.container,
            self.source.format,
            self.columns,
            self.header,
            self.delimiter,
            self.in_memory,
            self.max_record_bytes,
            self.max_depth,
        )
        return repr(settings).encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Shard:
    """A run of whole records of one file.

    Attributes:
        file: The file, without its content.
        index: 0-based number of the shard in the file.
        first_record: Ordinal of its first record.
        first_line: Line at which it begins; ``None`` where there are no lines.
        offset: Offset of its first byte; in columnar files of its first row.
        length: Bytes; in columnar files rows.
        digest: Digest of all that decides what :func:`~dslint.sources.shards.parse` makes of it, but for its position.
        payload: Its bytes, where they cannot be read again from the file by range.
        places: Where in its bytes the records are, as pairs of ``uint32``; empty where each line is one.
        damages: What was met while the file was cut and belongs to no single record.
    """

    file: FileSpec
    index: int
    first_record: int
    first_line: int | None
    offset: int
    length: int
    digest: bytes
    payload: bytes | None = None
    places: bytes = b""
    damages: tuple[Damage, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """What a shard holds.

    Attributes:
        records: The records in order.
        damages: What could not be taken as it is, in order.
        lines: How many lines it covers; 0 in formats without lines.
    """

    records: list[Record]
    damages: list[Damage]
    lines: int
