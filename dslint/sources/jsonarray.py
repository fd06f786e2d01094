"""JSON arrays, and objects that stand one after another over several lines: records with their exact places."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import orjson

from dslint.model.finding import Damage, DamageKind
from dslint.model.record import Record
from dslint.model.ref import Ref
from dslint.sources.cutting import Cutter, Note, ends_shard, file_damage
from dslint.sources.jsonscan import OBJECT, STRING, Walk
from dslint.sources.normalise import Normaliser
from dslint.sources.spec import Batch, FileSpec, Shard
from dslint.sources.streams import BLOCK, open_stream
from dslint.sources.values import ValueReader, ambiguous

_GAP: Final = re.compile(rb"[\s,]*+")
_SCALAR: Final = re.compile(rb'[^\s,\[\]{}"]++')
_FIRST_KEY: Final = re.compile(rb'\{\s*+("[^"\\\n]*+")\s*+:')
_INDENT: Final = re.compile(rb"\n[ \t]*+\Z")
_STRIKES: Final = 4
_new_tuple: Final = tuple.__new__


class Unit(NamedTuple):
    """A piece of the file that ends with an element.

    Attributes:
        data: The bytes since the last unit.
        start: Where in them the element begins.
        end: Where it ends; equal to ``start`` where there is none.
        notes: What was met between the elements.
    """

    data: bytes
    start: int
    end: int
    notes: tuple[Note, ...] = ()


class Scanner:
    """Finds the elements of an array, or objects one after another, in a stream; memory is bounded by one element."""

    def __init__(self, reader: Any, file: FileSpec) -> None:
        self._reader = reader
        self._limit = file.max_record_bytes
        self._listed = file.layout == "array"
        self._wrapped = bool(file.pointer)
        self._data = b""
        self._mark = 0
        self._at = 0
        self._eof = False
        self._pattern: re.Pattern[bytes] | None = None
        self._strikes = 0

    def units(self) -> Iterator[Unit]:
        """Yield the file in pieces, each with one element; the last ones with none."""
        notes: list[Note] = []
        seen = 0
        while True:
            gap = self._skip_gap()
            if self._at >= len(self._data):
                if self._listed:
                    self._note(notes, DamageKind.TRUNCATED, "file ends inside the array, its bracket is not closed")
                break
            if self._listed and self._data[self._at] == 0x5D:
                if gap.count(b","):
                    self._note(notes, DamageKind.TRAILING_COMMA, "comma before the array's closing bracket", True)
                self._at += 1
                break
            if gap.count(b",") != (1 if seen and self._listed else 0):
                self._note(notes, DamageKind.INVALID_JSON, _comma_words(gap, listed=self._listed), True)
            start = self._at
            end = self._element_end(start)
            start = self._at
            if end < 0:
                if not self._cut_short(notes):
                    break
                end = self._broken_end(start)
                start = self._at
            yield self._unit(start, end, tuple(notes))
            notes.clear()
            seen += 1
        yield from self._tail(notes)

    def _note(self, notes: list[Note], kind: DamageKind, message: str, recovered: bool = False) -> None:
        notes.append((kind, message, self._at - self._mark, recovered))

    def _more(self) -> bool:
        """Read on, as much again as is held, so that the cost stays linear; forget what lies before the mark."""
        if self._eof:
            return False
        kept = self._data[self._mark :]
        block = self._reader.read(max(BLOCK, len(kept)))
        if not block:
            self._eof = True
            return False
        self._data = kept + block
        self._at -= self._mark
        self._mark = 0
        return True

    def _skip_gap(self) -> bytes:
        begin = self._at - self._mark
        while True:
            gap = _GAP.match(self._data, self._at)
            self._at = gap.end() if gap else self._at
            if self._at < len(self._data) or not self._more():
                return self._data[self._mark + begin : self._at]

    def _unit(self, start: int, end: int, notes: tuple[Note, ...]) -> Unit:
        mark, self._mark, self._at = self._mark, end, end
        return Unit(self._data[mark:end], start - mark, end - mark, notes)

    def _element_end(self, start: int) -> int:
        """Return the end of the element at ``start``, or -1; the buffer may move, ``self._at`` with it."""
        match = OBJECT.match(self._data, start)
        if match is not None:
            return match.end()
        if self._data[start] in b"{[":
            return self._walk()
        while True:
            pattern = STRING if self._data[self._at] == 0x22 else _SCALAR
            match = pattern.match(self._data, self._at)
            if match is not None and (match.end() < len(self._data) or not self._more()):
                return match.end()
            if match is None and (len(self._data) - self._at > self._limit or not self._more()):
                return -1

    def _walk(self) -> int:
        walk = Walk(self._at)
        while True:
            stop = len(self._data)
            if self._strikes >= _STRIKES:
                stop = self._next_start() or stop
            end = walk.run(self._data, stop, self._eof)
            if end >= 0:
                return end
            if walk.broken or stop < len(self._data) or len(self._data) - self._at > self._limit:
                return -1
            before = self._at
            if not self._more():
                return -1
            walk.position -= before - self._at

    def _next_start(self) -> int:
        """Return where the next element seems to begin, 0 when that is not in the buffer."""
        if self._pattern is None:
            self._pattern = self._start_pattern()
        match = self._pattern.search(self._data, self._at + 1)
        return match.end() - len(match[0].lstrip(b"\n \t,")) if match else 0

    def _start_pattern(self) -> re.Pattern[bytes]:
        """Elements of one file begin alike: behind the same indentation, or with the same key."""
        indent = _INDENT.search(self._data[self._mark : self._at])
        if indent is not None:
            return re.compile(re.escape(indent[0]) + rb"[{\[]")
        key = _FIRST_KEY.match(self._data, self._at)
        return re.compile(rb",\s*+\{\s*+" + (re.escape(key[1]) if key else rb'"'))

    def _cut_short(self, notes: list[Note]) -> bool:
        """Whether an element that has no end is followed by another; if not, say so."""
        self._strikes += 1
        while not self._next_start():
            if len(self._data) - self._at > self._limit:
                words = f"record is longer than {self._limit:,} bytes, the rest of the file is not read"
                self._note(notes, DamageKind.TOO_LONG, words)
                return False
            if not self._more():
                body = self._data[self._at :].rstrip()
                if self._listed and body.endswith(b"]") and len(body) > 1:
                    return True
                self._note(notes, DamageKind.TRUNCATED, "file ends inside the record")
                return False
        return True

    def _broken_end(self, start: int) -> int:
        following = self._next_start()
        if following:
            return start + len(self._data[start:following].rstrip(b" \t\r\n,"))
        body = self._data[start:].rstrip()
        return start + len(body[:-1].rstrip(b" \t\r\n,"))

    def _tail(self, notes: list[Note]) -> Iterator[Unit]:
        """Yield what follows the last element."""
        checked = self._wrapped or not self._listed or bool(notes and notes[-1][0] is not DamageKind.TRAILING_COMMA)
        while True:
            rest = self._data[self._at :]
            if not checked and rest.strip():
                self._at += len(rest) - len(rest.lstrip())
                self._note(notes, DamageKind.INVALID_JSON, "more text follows the array's closing bracket")
                checked = True
            if rest or self._at > self._mark or notes:
                self._at = len(self._data)
                yield self._unit(self._at, self._at, tuple(notes))
                notes.clear()
            if not self._more():
                return


def _comma_words(gap: bytes, *, listed: bool) -> str:
    if not listed:
        return "comma between records"
    return "comma is missing between two records" if b"," not in gap else "comma without a record"


class _Group:
    """The units of the shard that is being made."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.places = array("I")
        self.length = 0
        self.records = 0
        self.damages: list[Damage] = []

    def add(self, unit: Unit, cutter: Cutter) -> None:
        for kind, message, at, recovered in unit.notes:
            line = cutter.line + sum(piece.count(b"\n") for piece in self.pieces) + unit.data.count(b"\n", 0, at)
            record = None if recovered else cutter.record + self.records
            ref = Ref(cutter.file.source.path, record, line, line)
            self.damages.append(Damage(kind, ref, message, recovered))
        self.pieces.append(unit.data)
        if unit.end > unit.start:
            self.places.extend((self.length + unit.start, self.length + unit.end))
            self.records += 1
        self.length += len(unit.data)

    def shard(self, cutter: Cutter) -> Shard:
        data = b"".join(self.pieces)
        return cutter.shard(data, self.records, places=self.places.tobytes(), damages=self.damages)


def cut_array(file: FileSpec, size: int) -> Iterator[Shard]:
    """Cut an array between its elements."""
    cutter, group = Cutter(file), _Group()
    waiting: _Group | None = None
    reader, stream = open_stream(file)
    with reader:
        reader.read(file.start)
        for unit in Scanner(reader, file).units():
            if waiting is not None:
                yield waiting.shard(cutter)
                waiting = None
            group.add(unit, cutter)
            if ends_shard(group.records, size, unit.data[unit.start : unit.end], group.length):
                waiting, group = group, _Group()
    last = waiting or group
    if stream.failure is not None:
        last.damages = [damage for damage in last.damages if damage.kind is not DamageKind.TRUNCATED]
        last.damages.append(file_damage(file, *stream.failure, line=cutter.line))
    if last.length or last.damages:
        yield last.shard(cutter)


def parse_array(shard: Shard, data: bytes) -> Batch:
    """Parse the elements of a shard."""
    file = shard.file
    values = ValueReader(file)
    make = Normaliser(file).record
    records: list[Record] = []
    places = array("I", shard.places)
    path, number, line, offset = file.source.path, shard.first_record, shard.first_line or 1, shard.offset
    loads, max_depth = orjson.loads, file.max_depth
    behind = 0
    for start, end in zip(places[::2], places[1::2], strict=True):
        raw = data[start:end]
        line += data.count(b"\n", behind, start)
        last = line + raw.count(b"\n")
        ref = _new_tuple(Ref, (path, number, line, last, "", offset + start, end - start, None, None, None))
        try:
            value = loads(raw)
        except orjson.JSONDecodeError:
            value = values.broken(raw, ref, at_end=False)
        else:
            if value.__class__ is not dict or ambiguous(raw, value, max_depth):
                value = values.doubtful(raw, value, ref)
        if value is not None:
            records.append(make(value, ref))
        number += 1
        line, behind = last, end
    return Batch(records, values.damages, _lines(shard, data))


def _lines(shard: Shard, data: bytes) -> int:
    """Count line ends; the last line, which has none, counts where the file ends with something else."""
    return data.count(b"\n") + (1 if shard.offset + shard.length == shard.file.size and data[-1:] != b"\n" else 0)
