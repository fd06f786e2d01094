"""From a place in a dataset to lines and columns, and back to the record: reads only the records that are asked for."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, cast

from dslint.model.record import Record
from dslint.model.ref import Ref
from dslint.sources import jsonplace
from dslint.sources.reparse import Reparser
from dslint.sources.shards import parse, shards
from dslint.sources.spec import FileSpec, Shard
from dslint.sources.storage import opened
from dslint.sources.streams import BLOCK, open_stream

EXCERPT: Final = 80
_JSON: Final = ("lines", "array", "stream")
_GAP: Final = 16 * 1024
"""Bytes between two wanted records that are read rather than passed over."""
_AT_ONCE: Final = 1000
_CONTINUATION: Final = bytes(range(0x80, 0xC0))
_UNDECODED: Final = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at a place.

    Attributes:
        ref: The place with its lines and columns.
        record: The record, if the place is one and it can be read.
        excerpt: At most 80 characters of the text at the place; bytes that are not UTF-8 stand in hexadecimal.
        mark: Half-open range of ``excerpt`` that is the place itself; ``None`` where that is all of it.
    """

    ref: Ref
    record: Record | None = None
    excerpt: str = ""
    mark: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Piece:
    """A record's bytes, and the column at which they begin."""

    data: bytes
    column: int
    record: Record | None


class Locator:
    """Looks up places of one file, in the order of its records: reads it once, and holds one record."""

    def __init__(self, file: FileSpec) -> None:
        self._file = file
        self._reader: _Numbered | _Rows | _Ranges | _Streamed | None = None
        self._others: _Numbered | None = None
        self._last: tuple[int, _Piece | None] = (-1, None)

    def find(self, ref: Ref) -> Found:
        """Look up a place in the same record as the last one, or in one behind it."""
        return _found(self._file, ref, self._held(ref))

    def record(self, ref: Ref) -> Record | None:
        """Read a record again."""
        piece = self._held(ref)
        return None if piece is None else piece.record

    def _held(self, ref: Ref) -> _Piece | None:
        if ref.record is None:
            return None
        if self._last[0] != ref.record:
            self._last = (ref.record, self._piece(ref))
        return self._last[1]

    def __enter__(self) -> Locator:
        return self

    def __exit__(self, *_: object) -> None:
        if self._reader is not None:
            self._reader.close()
        if self._others is not None:
            self._others.close()

    def _piece(self, ref: Ref) -> _Piece | None:
        numbered = self._file.columnar or self._file.in_memory
        try:
            if self._reader is None:
                self._reader = _reader_of(self._file)
            if numbered or ref.byte_offset is not None:
                return self._reader.piece(ref)
            if self._others is None:
                self._others = _Numbered(self._file)
            return self._others.piece(ref)
        except OSError:
            return None


def _reader_of(file: FileSpec) -> _Numbered | _Rows | _Ranges | _Streamed:
    if file.layout == "rows":
        return _Rows(file)
    if file.columnar or file.in_memory:
        return _Numbered(file)
    return _Streamed(file) if file.compression else _Ranges(file)


def read_records(file: FileSpec, refs: Sequence[Ref]) -> list[Record | None]:
    """Read the records of ``refs`` again; ``None`` for what is no record or cannot be read."""
    if file.layout in _JSON and not file.in_memory and all(ref.byte_offset is not None for ref in refs):
        ordered = sorted({ref.record: ref for ref in refs}.values(), key=lambda ref: ref.byte_offset or 0)
        parser = Reparser(file)
        try:
            records = {ref.record: parser.record(ref, raw) for ref, raw in _bytes_of(file, ordered)}
        except OSError:
            records = {}
        return [records.get(ref.record) for ref in refs]
    ordered = sorted({ref.record: ref for ref in refs}.values(), key=lambda ref: ref.order)
    with Locator(file) as locator:
        found = {ref.record: locator.record(ref) for ref in ordered}
    return [found[ref.record] for ref in refs]


def record_bytes(file: FileSpec, refs: Sequence[Ref]) -> Iterator[tuple[Ref, bytes]]:
    """Yield the bytes of records in the order of the file; nothing for files whose records have no bytes of their own.

    Raises:
        OSError: If the file cannot be read.
    """
    if file.layout in _JSON and not file.in_memory and all(ref.byte_offset is not None for ref in refs):
        yield from _bytes_of(file, sorted(refs, key=lambda ref: ref.byte_offset or 0))


def _bytes_of(file: FileSpec, refs: Sequence[Ref]) -> Iterator[tuple[Ref, bytes]]:
    """Yield each record's bytes, in the order of the file; what lies close together is read at once."""
    if file.compression:
        stream = _Streamed(file)
        try:
            yield from ((ref, stream.data(ref)) for ref in refs)
        finally:
            stream.close()
        return
    with opened(file.location) as raw:
        begin, held = 0, b""
        for position, ref in enumerate(refs):
            start = ref.byte_offset or 0
            end = start + (ref.byte_length or 0)
            if end > begin + len(held):
                raw.seek(start)
                begin, held = start, _exactly(raw, _reach(refs, position) - start)
            yield ref, held[start - begin : end - begin]


def _reach(refs: Sequence[Ref], first: int) -> int:
    """Return where to read to from the record at ``first``: on to where a wide gap or much data follows."""
    start = refs[first].byte_offset or 0
    end = start + (refs[first].byte_length or 0)
    for position in range(first + 1, min(first + _AT_ONCE, len(refs))):
        offset = refs[position].byte_offset or 0
        behind = offset + (refs[position].byte_length or 0)
        if offset - end > _GAP or behind - start > BLOCK:
            break
        end = behind
    return end


class _Numbered:
    """Finds records by their number: where they have no bytes of their own, or nobody knows where these are."""

    def __init__(self, file: FileSpec) -> None:
        self._columnar = file.columnar
        self._shards = shards(file)
        self._next = next(self._shards, None)
        self._records: dict[int | None, Record] = {}
        self._payload: tuple[bytes, int] = (b"", 0)

    def piece(self, ref: Ref) -> _Piece | None:
        """Find a record; those that are asked for come in their order."""
        number = ref.record or 0
        while self._next is not None and self._next.first_record <= number:
            shard, self._next = self._next, next(self._shards, None)
            following = None if self._next is None else self._next.first_record
            end = shard.first_record + shard.length if self._columnar else following
            if end is None or number < end:
                self._records = {record.ref.record: record for record in parse(shard).records}
                self._payload = shard.payload or b"", shard.offset
        record = self._records.get(number)
        if record is None:
            return None
        payload, begin = self._payload
        start = (record.ref.byte_offset or 0) - begin
        data = payload[start : start + record.ref.byte_length] if record.ref.byte_length is not None else b""
        return _Piece(data, 1, record)

    def close(self) -> None:
        """Read no further."""
        cast(Generator[Shard, None, None], self._shards).close()


class _Rows:
    """Reads rows of an Arrow file, in any order."""

    def __init__(self, file: FileSpec) -> None:
        from dslint.sources.columnar import RowReader

        self._reader = RowReader(file)

    def piece(self, ref: Ref) -> _Piece | None:
        """Read a record."""
        record = self._reader.record(ref.record or 0)
        return None if record is None else _Piece(b"", 1, record)

    def close(self) -> None:
        """Close the file."""
        self._reader.close()


class _Ranges:
    """Reads records by the range of their bytes."""

    def __init__(self, file: FileSpec) -> None:
        self._file = file
        self._raw = opened(file.location)
        self._parser = Reparser(file)
        self._known = (0, 1)  # an offset and its column

    def piece(self, ref: Ref) -> _Piece | None:
        """Read a record and find the column of its first character; cheapest in the order of the file."""
        offset = ref.byte_offset or 0
        if offset < self._known[0]:
            self._known = (0, 1)
        column = _column(self._raw, offset, self._known)
        self._known = (offset, column)
        self._raw.seek(offset)
        return _piece(self._file, self._parser, ref, _exactly(self._raw, ref.byte_length or 0), column)

    def close(self) -> None:
        """Close the file."""
        self._raw.close()


class _Streamed:
    """Reads records of a compressed file, in their order."""

    def __init__(self, file: FileSpec) -> None:
        self._file = file
        self._reader, _ = open_stream(file)
        self._parser = Reparser(file)
        self._at, self._column = 0, 1

    def piece(self, ref: Ref) -> _Piece | None:
        """Read a record and find the column of its first character."""
        data = self.data(ref)
        piece = _piece(self._file, self._parser, ref, data, self._column) if data else None
        self._column = _advanced(self._column, data)
        return piece

    def data(self, ref: Ref) -> bytes:
        """Read a record's bytes; none where the stream ends before."""
        offset = ref.byte_offset or 0
        while self._at < offset and (block := self._reader.read(min(BLOCK, offset - self._at))):
            self._at += len(block)
            self._column = _advanced(self._column, block)
        data = self._reader.read(ref.byte_length or 0) if self._at == offset else b""
        self._at += len(data)
        return data

    def close(self) -> None:
        """Close the file."""
        self._reader.close()


def _column(raw: BinaryIO, offset: int, known: tuple[int, int]) -> int:
    """Return the column of ``offset``, read backwards to the line's start or to a place whose column is known."""
    at, characters = offset, 0
    while at > known[0]:
        begin = max(known[0], at - BLOCK if offset - at else at - 256)
        raw.seek(begin)
        block = _exactly(raw, at - begin)
        cut = block.rfind(b"\n")
        characters += _length(block[cut + 1 :])
        if cut >= 0:
            return characters + 1
        at = begin
    return characters + known[1]


def _advanced(column: int, block: bytes) -> int:
    cut = block.rfind(b"\n")
    return _length(block[cut + 1 :]) + (1 if cut >= 0 else column)


def _length(data: bytes) -> int:
    """Count characters: bytes that do not continue one."""
    return len(data) if data.isascii() else len(data.translate(None, _CONTINUATION))


def _exactly(raw: BinaryIO, size: int) -> bytes:
    pieces = []
    while size and (piece := raw.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _piece(file: FileSpec, parser: Reparser, ref: Ref, data: bytes, column: int) -> _Piece:
    if file.layout in _JSON:
        return _Piece(data, column, parser.record(ref, data) if data else None)
    shard = Shard(file, 0, ref.record or 0, ref.line, ref.byte_offset or 0, len(data), b"", data)
    records = parse(shard).records
    return _Piece(data, column, records[0] if len(records) == 1 else None)


def _found(file: FileSpec, ref: Ref, piece: _Piece | None) -> Found:
    if piece is None:
        return Found(ref)
    if file.columnar or file.in_memory:
        return Found(ref, piece.record, *_window(*_value_text(piece.record, ref)))
    text = piece.data.decode("utf-8", "surrogateescape")
    start, end = _range(file, text, ref)
    base = piece.record.ref.line if piece.record is not None else ref.line
    placed = _placed(text, start, end, ref, base or 1, piece.column)
    if ref.span is not None and not ref.pointer:
        return Found(placed, piece.record, *_window(text, (start, end)))
    decoded = _value_text(piece.record, ref)
    shown = decoded if decoded[0] else (text[start:end], (0, 0))
    return Found(placed, piece.record, *_window(*shown))


def _range(file: FileSpec, text: str, ref: Ref) -> tuple[int, int]:
    if file.layout == "csv":
        from dslint.sources.table import field_range

        return field_range(text, file, ref)
    if file.layout == "text":
        begin, end = 0, len(text.rstrip("\r\n"))
        return (min(ref.span[0], end), min(ref.span[1], end)) if ref.span else (begin, end)
    if ref.span is not None and not ref.pointer:
        return min(ref.span[0], len(text)), min(ref.span[1], len(text))
    start, end = jsonplace.value_range(text, ref.pointer)
    if ref.span is not None and jsonplace.is_string(text, start):
        return jsonplace.characters(text, start, end, ref.span)
    return start, end


def _placed(text: str, start: int, end: int, ref: Ref, line: int, column: int) -> Ref:
    def at(index: int) -> tuple[int, int]:
        cut = text.rfind("\n", 0, index)
        return line + text.count("\n", 0, index), index - cut if cut >= 0 else index + column

    first, last = at(start), at(end)
    return ref._replace(line=first[0], column=first[1], end_line=last[0], end_column=last[1])


def _value_text(record: Record | None, ref: Ref) -> tuple[str, tuple[int, int]]:
    """Return the text at a place as its reader sees it, and the stretch in question."""
    if record is None:
        return "", (0, 0)
    value: Any = record.data
    for token in ref.pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            break
    if isinstance(value, str):
        return value, ref.span or (0, 0)
    from dslint.sources.turns import as_text

    return as_text(value), (0, 0)


def _window(text: str, span: tuple[int, int]) -> tuple[str, tuple[int, int] | None]:
    """Cut ``text`` to at most 80 characters around ``span``, with an ellipsis where something is left out."""
    start, end = span
    begin, stop = 0, len(text)
    if len(text) > EXCERPT:
        begin = max(0, min(start - max(0, (EXCERPT - 2 - (end - start)) // 2), len(text) - EXCERPT + 1))
        room = EXCERPT - (1 if begin else 0)
        stop = len(text) if len(text) - begin <= room else begin + room - 1
    head = "…" if begin else ""
    tail = "…" if stop < len(text) else ""
    first = min(max(start, begin), stop)
    last = min(max(end, first), stop)
    before, marked, after = (_visible(t) for t in (text[begin:first], text[first:last], text[last:stop]))
    at = len(head) + len(before)
    mark = (at, at + len(marked)) if marked and (before or after) else None
    return f"{head}{before}{marked}{after}{tail}", mark


def _visible(text: str) -> str:
    """Show bytes that are not UTF-8, which decoding has kept as lone surrogates."""
    return _UNDECODED.sub(lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", text)
