"""JSON Lines and plain text: one record a line."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final, NamedTuple

import orjson

from dslint.model.finding import Damage, DamageKind
from dslint.model.record import Record
from dslint.model.ref import Ref
from dslint.sources.cutting import Cutter, Pieces, ends_shard, file_damage
from dslint.sources.normalise import Normaliser
from dslint.sources.spec import Batch, FileSpec, Shard
from dslint.sources.streams import open_stream
from dslint.sources.values import ValueReader, ambiguous

_MAX_LINES: Final = 100_000
"""Lines of a shard, blank ones included: what bounds memory where there is nothing but line ends."""

_new_tuple: Final = tuple.__new__


class _Newlines:
    """Counts what a file's lines end in, and its blank lines."""

    def __init__(self, file: FileSpec) -> None:
        self.file = file
        self.line = file.first_line
        self.blank = 0
        self.first_blank = 0
        self._open_blank = 0
        self._counts = [0, 0]
        self._first = [0, 0]

    def blank_line(self, number: int) -> None:
        """Note a blank line; it counts once a record follows."""
        self._open_blank += 1
        if not self.first_blank:
            self.first_blank = number

    def record(self) -> None:
        """Note that a record follows the blank lines so far."""
        self.blank += self._open_blank
        self._open_blank = 0

    def add(self, data: bytes, total: int) -> None:
        """Count what the ``total`` line ends of a piece of the file are."""
        windows = data.count(b"\r\n") if b"\r" in data else 0  # to look for one byte takes a twentieth of the time
        for kind, count in enumerate((total - windows, windows)):
            if count and not self._counts[kind]:
                lines = data.split(b"\n")[:-1]
                number = next(n for n, text in enumerate(lines) if text.endswith(b"\r") == bool(kind))
                self._first[kind] = self.line + number
            self._counts[kind] += count
        self.line += total

    def damages(self) -> Iterator[Damage]:
        """Yield what is to be said of the file, once each."""
        if self.blank:
            words = "1 blank line" if self.blank == 1 else f"{self.blank:,} blank lines, the first here"
            yield file_damage(self.file, DamageKind.BLANK_LINE, words, recovered=True, line=self.first_blank)
        unix, windows = self._counts
        if unix and windows:
            minor = 1 if windows <= unix else 0
            end = "line ends" if windows == 1 else "lines end"
            words = f"{windows:,} {end} in CRLF and {unix:,} in LF; the first of the fewer is here"
            line = self._first[minor]
            yield file_damage(self.file, DamageKind.MIXED_NEWLINES, words, recovered=True, line=line)


def cut_lines(file: FileSpec, size: int, pieces: Pieces | None = None) -> Iterator[Shard]:
    """Cut a file at line ends.

    Args:
        file: The file.
        size: Wanted number of records in a shard.
        pieces: How it was cut before, where it can be read from any place.
    """
    cutter, newlines = Cutter(file), _Newlines(file)
    reader, stream = open_stream(file)
    waiting: _Cut | None = None
    with reader:
        reader.read(file.start)
        for cut in _cuts(reader, file, size, newlines, pieces):
            if waiting is not None:
                yield cutter.shard(waiting.data, waiting.records, ends=waiting.ends)
                waiting = None
            newlines.add(cut.data, cut.ends)
            if cut.skipped:
                newlines.line += 1
                yield _skipped(cutter, cut.skipped)
            else:
                waiting = cut
    damages = list(newlines.damages())
    if stream.failure is not None:
        waiting = waiting and _without_partial(waiting)
        damages.append(file_damage(file, *stream.failure, line=newlines.line))
    if waiting is not None:
        yield cutter.shard(waiting.data, waiting.records, ends=waiting.ends, damages=damages)
    elif damages:
        yield cutter.shard(b"", 0, damages=damages)


class _Cut(NamedTuple):
    """Some lines of a file.

    Attributes:
        data: Their bytes.
        records: How many of them are records.
        ends: How many line ends they have.
        skipped: Bytes that were passed over instead.
    """

    data: bytes
    records: int
    ends: int
    skipped: int = 0


def _joined(lines: list[bytes], records: int) -> _Cut:
    return _Cut(b"".join(lines), records, len(lines) - (not lines[-1].endswith(b"\n")))


def _cuts(reader: Any, file: FileSpec, size: int, newlines: _Newlines, known: Pieces | None) -> Iterator[_Cut]:
    limit = file.max_record_bytes
    lines: list[bytes] = []
    records = length = 0
    number = file.first_line - 1
    for line in iter(partial(reader.readline, limit + 2), b""):
        number += 1
        if known is not None and not lines and (piece := known.read(line, reader)) is not None:
            newlines.record()
            number += piece[1] - 1
            yield _Cut(*piece, ends=piece[1])
            continue
        if len(line) > limit and len(line.rstrip(b"\r\n")) > limit:
            if lines:
                yield _joined(lines, records)
            newlines.record()
            yield _Cut(b"", 1, 0, len(line) + _skip_line(reader, line))
            lines, records, length = [], 0, 0
            continue
        lines.append(line)
        length += len(line)
        if line.isspace():
            newlines.blank_line(number)
            if len(lines) < _MAX_LINES:
                continue
        else:
            records += 1
            if newlines.first_blank:
                newlines.record()
        if len(lines) >= _MAX_LINES or ends_shard(records, size, line, length):
            cut = _joined(lines, records)
            if known is not None and records == len(lines) == cut.ends:
                known.note(lines[0], cut.data, records)
            yield cut
            lines, records, length = [], 0, 0
    if lines:
        yield _joined(lines, records)


def _skip_line(reader: Any, line: bytes) -> int:
    """Read past the rest of a line; return how many bytes that were."""
    passed = 0
    while line and not line.endswith(b"\n"):
        line = reader.readline(1 << 20)
        passed += len(line)
    return passed


def _skipped(cutter: Cutter, length: int) -> Shard:
    file = cutter.file
    line = None if file.in_memory else cutter.line
    ref = Ref(file.source.path, cutter.record, line, line, "", cutter.offset, length)
    words = f"record of {length:,} bytes is longer than {file.max_record_bytes:,}, it is not read"
    return cutter.shard(b"", 1, damages=[Damage(DamageKind.TOO_LONG, ref, words)], skipped=length)


def _without_partial(cut: _Cut) -> _Cut | None:
    """Drop the line at which a stream broke off: it is no record of the file."""
    if cut.data.endswith(b"\n"):
        return cut
    whole = cut.data[: cut.data.rfind(b"\n") + 1]
    return cut._replace(data=whole, records=cut.records - 1) if whole else None


def parse_lines(shard: Shard, data: bytes) -> Batch:
    """Parse the lines of a shard."""
    file = shard.file
    values = ValueReader(file)
    make = Normaliser(file).record
    records: list[Record] = []
    path, number, line, offset = file.source.path, shard.first_record, shard.first_line, shard.offset
    in_memory = line is None
    step = 0 if in_memory else 1
    loads, at = orjson.loads, line or 0
    max_depth = file.max_depth
    for raw in data.split(b"\n"):
        length = len(raw)
        if raw and not raw.isspace():
            if in_memory:
                ref = Ref(path, number)
            else:
                ref = _new_tuple(Ref, (path, number, at, at, "", offset, length, None, None, None))
            try:
                value = loads(raw)
            except orjson.JSONDecodeError:
                value = values.broken(raw, ref, at_end=offset + length == shard.offset + shard.length)
            else:
                if value.__class__ is not dict or ambiguous(raw, value, max_depth):
                    value = values.doubtful(raw, value, ref)
            if value is not None:
                records.append(make(value, ref))
            number += 1
        offset += length + 1
        at += step
    return Batch(records, values.damages, _line_count(data))


def parse_text(shard: Shard, data: bytes) -> Batch:
    """Make a record of each line that is not blank."""
    values = ValueReader(shard.file)
    make = Normaliser(shard.file).record
    records: list[Record] = []
    number, line, offset = shard.first_record, shard.first_line or 1, shard.offset
    for raw in data.split(b"\n"):
        if raw and not raw.isspace():
            ref = Ref(shard.file.source.path, number, line, line, "", offset, len(raw))
            text = values.text(raw.removesuffix(b"\r"), ref)
            if text is not None:
                records.append(make({"text": text}, ref))
            number += 1
        offset += len(raw) + 1
        line += 1
    return Batch(records, values.damages, _line_count(data))


def _line_count(data: bytes) -> int:
    return data.count(b"\n") + (1 if data and not data.endswith(b"\n") else 0)
