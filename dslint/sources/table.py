"""CSV and TSV: rows with their real lines, fields over several lines included."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from dslint.model.finding import Damage, DamageKind
from dslint.model.record import Record
from dslint.model.ref import Ref, escape_pointer
from dslint.sources.cutting import Cutter, ends_shard, file_damage
from dslint.sources.normalise import Normaliser
from dslint.sources.spec import Batch, FileSpec, Shard
from dslint.sources.streams import open_stream

_SNIFF: Final = 4096
_MAX_ROW: Final = 8 * 2**20
"""A row is no longer than this: a quote that is never closed takes in the rest of the file, line by line."""
_QUOTED: Final = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it stands in the file.

    Attributes:
        fields: Its fields; empty for a blank line.
        data: Its bytes, the line end included.
        kind: What is wrong with it, if anything.
        message: The same in words.
    """

    fields: list[str]
    data: bytes
    kind: DamageKind | None = None
    message: str = ""


class Rows:
    """Splits lines into rows; knows which bytes each row took."""

    def __init__(self, lines: Iterator[bytes], delimiter: str, limit: int) -> None:
        # The default of 128 KiB is short for a field that holds a dialogue.
        limit = min(limit, _MAX_ROW)
        csv.field_size_limit(max(csv.field_size_limit(), limit))
        self._lines = lines
        self._limit = limit
        self._taken: list[bytes] = []
        self._size = 0
        self._wrong = ""
        self._reader = csv.reader(self._decoded(), delimiter=delimiter, strict=True)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows."""
        while True:
            self._taken.clear()
            self._size = 0
            self._wrong = ""
            kind, message = None, ""
            try:
                fields = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                fields = []
                kind, message = _named(str(error))
            if self._size > self._limit:
                words = f"row of more than {self._limit:,} bytes: a quote is not closed, or the row is too long"
                kind, message = DamageKind.TOO_LONG, words
            elif self._wrong:
                kind, message = DamageKind.INVALID_UTF8, self._wrong
            yield Row(fields, b"".join(self._taken), kind, message)

    def _decoded(self) -> Iterator[str]:
        for line in self._lines:
            self._taken.append(line)
            before, self._size = self._size, self._size + len(line)
            if self._size > self._limit:
                # Closing the quote here ends the row, and what follows is read as rows again.
                yield '"\n' if before else "\n"
                continue
            try:
                yield line.decode("utf-8")
            except UnicodeDecodeError as error:
                offset = before + error.start
                self._wrong = f"byte 0x{line[error.start]:02x} at offset {offset} of the row is not UTF-8"
                yield line.decode("utf-8", "replace")


def _named(message: str) -> tuple[DamageKind, str]:
    if "unexpected end" in message:
        return DamageKind.TRUNCATED, "file ends inside a quoted field"
    return DamageKind.CORRUPT, f"row cannot be read: {message}"


def table(file: FileSpec, extension: str) -> tuple[FileSpec | None, tuple[tuple[DamageKind, str, bool], ...], str]:
    """Read the header of a table: return the file with it, and what is wrong with it."""
    reader, _ = open_stream(file)
    with reader:
        reader.read(file.start)
        lines = iter(lambda: reader.readline(file.max_record_bytes), b"")
        first = next(lines, b"")
        delimiter = "\t" if extension == "tsv" else _sniffed(first)
        rows = iter(Rows(_chain(first, lines), delimiter, file.max_record_bytes))
        row = next(rows, Row([], b""))
        has_rows = any(other.fields or other.kind for other in rows)
    header = tuple(name.strip() for name in row.fields)
    wrong = row.message or _wrong_header(header)
    if wrong:
        return None, ((row.kind or DamageKind.NO_RECORDS, wrong, False),), ""
    ready = replace(
        file,
        header=header,
        delimiter=delimiter,
        start=file.start + len(row.data),
        first_line=1 + row.data.count(b"\n"),
    )
    if not has_rows:
        return None, ((DamageKind.NO_RECORDS, "table has a header and no rows", False),), ""
    return ready, (), ""


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _sniffed(line: bytes) -> str:
    """Return the delimiter of a header: spreadsheets of some countries write semicolons."""
    text = line[:_SNIFF].decode("utf-8", "replace")
    counts = {mark: text.count(mark) for mark in (",", ";", "\t")}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] and not counts[","] else ","


def _wrong_header(header: tuple[str, ...]) -> str:
    if not any(header):
        return "table has no header"
    twice = sorted({name for name in header if header.count(name) > 1})
    return f"column `{twice[0][:40]}` stands twice in the header" if twice else ""


def cut_csv(file: FileSpec, size: int) -> Iterator[Shard]:
    """Cut a table between its rows."""
    cutter = Cutter(file)
    reader, stream = open_stream(file)
    waiting: tuple[bytes, int] | None = None
    pieces: list[bytes] = []
    records = length = 0
    with reader:
        reader.read(file.start)
        lines = iter(lambda: reader.readline(file.max_record_bytes + 1), b"")
        for row in Rows(lines, file.delimiter, file.max_record_bytes):
            if waiting is not None:
                yield cutter.shard(*waiting)
                waiting = None
            pieces.append(row.data)
            length += len(row.data)
            records += 1 if row.fields or row.kind else 0
            if ends_shard(records, size, row.data, length) and records:
                waiting = (b"".join(pieces), records)
                pieces, records, length = [], 0, 0
    if pieces:
        if waiting is not None:
            yield cutter.shard(*waiting)
        waiting = (b"".join(pieces), records)
    damages = [file_damage(file, *stream.failure, line=cutter.line)] if stream.failure is not None else []
    if waiting is not None:
        yield cutter.shard(*waiting, damages=damages)
    elif damages:
        yield cutter.shard(b"", 0, damages=damages)


def parse_csv(shard: Shard, data: bytes) -> Batch:
    """Parse the rows of a shard."""
    file = shard.file
    make = Normaliser(file).record
    records: list[Record] = []
    damages: list[Damage] = []
    header, width = file.header, len(file.header)
    number, line, offset = shard.first_record, shard.first_line or 1, shard.offset
    for row in Rows(iter(_lines(data)), file.delimiter, file.max_record_bytes):
        count = row.data.count(b"\n")
        if row.fields or row.kind:
            last = line + max(count - (1 if row.data.endswith(b"\n") else 0), 0)
            ref = Ref(file.source.path, number, line, last, "", offset, len(row.data.rstrip(b"\r\n")))
            kind, message = row.kind, row.message
            if kind is None and len(row.fields) != width:
                kind, message = (
                    DamageKind.ROW_WIDTH,
                    f"row has {len(row.fields)} field{'' if len(row.fields) == 1 else 's'}, the header has {width}",
                )
            if kind is None:
                records.append(make(dict(zip(header, row.fields, strict=True)), ref))
            else:
                damages.append(Damage(kind, ref, message))
            number += 1
        line += count
        offset += len(row.data)
    lines = data.count(b"\n") + (1 if data and not data.endswith(b"\n") else 0)
    return Batch(records, damages, lines)


def _lines(data: bytes) -> list[bytes]:
    """Split at line feeds only, as files are read."""
    *lines, last = data.split(b"\n")
    return [line + b"\n" for line in lines] + ([last] if last else [])


def field_range(text: str, file: FileSpec, ref: Ref) -> tuple[int, int]:
    """Return the range of a field, or of a stretch of its text, in the text of its row."""
    names = ["/" + escape_pointer(name) for name in file.header]
    if ref.pointer not in names:
        return 0, len(text.rstrip("\r\n"))
    start, end = _field(text, names.index(ref.pointer), file.delimiter)
    if ref.span is None:
        return start, end
    return _inside(text, start, end, ref.span[0]), _inside(text, start, end, ref.span[1])


def _field(text: str, column: int, delimiter: str) -> tuple[int, int]:
    start = 0
    while True:
        if text.startswith('"', start):
            quoted = _QUOTED.match(text, start)
            end = quoted.end() if quoted else len(text)
        else:
            ends = [at for mark in (delimiter, "\r", "\n") if (at := text.find(mark, start)) >= 0]
            end = min(ends, default=len(text))
        if column == 0 or not text.startswith(delimiter, end):
            return start, end
        column -= 1
        start = end + 1


def _inside(text: str, start: int, end: int, index: int) -> int:
    """Return where the character ``index`` of a field stands; in a quoted one each quote stands twice."""
    if text[start : start + 1] != '"':
        return min(start + index, end)
    at = start + 1
    while index > 0 and at < end - 1:
        at += 2 if text[at : at + 2] == '""' else 1
        index -= 1
    return at
