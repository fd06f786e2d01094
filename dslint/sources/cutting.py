"""What all readers share when they cut a file into shards."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple, Protocol

import xxhash

from dslint.model.finding import Damage, DamageKind
from dslint.model.ref import Ref
from dslint.sources.spec import FileSpec, Shard

SHARD_BYTES: Final = 16 * 2**20
"""A shard ends here at the latest, however few its records."""
_RARELY: Final = 8
"""How many times more rarely than at the wanted size a shard ends before it, and more often behind it."""

Note = tuple[DamageKind, str, int, bool]
"""A damage of no single record while its line is not known: kind, message, offset in the data, recovered."""


class Cutter:
    """Makes shards of consecutive pieces of a file and keeps count of where they begin."""

    def __init__(self, file: FileSpec) -> None:
        self.file = file
        self.record = 0
        self.line = file.first_line
        self.offset = file.start
        self._bare = replace(file, content=None)
        self._keep = bool(file.compression) or file.in_memory or file.columnar or file.carried
        self._reading = file.reading
        self._index = 0

    def shard(
        self,
        data: bytes,
        records: int,
        *,
        places: bytes = b"",
        damages: Iterable[Damage] = (),
        skipped: int = 0,
        ends: int | None = None,
    ) -> Shard:
        """Make the next shard.

        Args:
            data: Its bytes.
            records: How many record positions it has.
            places: See :class:`~dslint.sources.spec.Shard`.
            damages: What belongs to no record that :func:`parse` will see.
            skipped: Bytes behind ``data`` that are not read: the rest of a record that is too long.
            ends: How many line ends ``data`` has, where that is known; to count them takes as long as to read them.
        """
        found = tuple(damages)
        first_line = None if self.file.in_memory else self.line
        shard = Shard(
            file=self._bare,
            index=self._index,
            first_record=self.record,
            first_line=first_line,
            offset=self.offset,
            length=len(data) + skipped,
            digest=self._digest(data, places, found),
            payload=data if self._keep or skipped else None,
            places=places,
            damages=found,
        )
        self._index += 1
        self.record += records
        self.line += (data.count(b"\n") if ends is None else ends) + (1 if skipped else 0)
        self.offset += len(data) + skipped
        return shard

    def _digest(self, data: bytes, places: bytes, damages: tuple[Damage, ...]) -> bytes:
        digest = xxhash.xxh3_128(self._reading)
        if self._index == 0:
            digest.update(b"%d" % self.file.first_line)
        digest.update(data)
        digest.update(places)
        if damages:
            # These have places outside the shard's own bytes, so the shard is another one wherever it moves.
            digest.update(repr((damages, self.record, self.line, self.offset)).encode("utf-8", "surrogatepass"))
        return digest.digest()


def file_damage(file: FileSpec, kind: DamageKind, message: str, *, recovered: bool = False, line: int = 1) -> Damage:
    """Make a damage of the file as a whole."""
    number = None if file.in_memory or file.columnar else line
    return Damage(kind, Ref(file.source.path, None, number, number), message, recovered)


def ends_shard(count: int, size: int, data: bytes, length: int) -> bool:
    """Whether a shard ends behind a record.

    The content decides, so that an inserted record moves no boundary but its own. Up to the wanted size few records end
    a shard, beyond it many: an edit costs as much as the shard that it is in, and large ones have the most records to
    edit. Half and four times the wanted size bound what repeated records could do to that.

    Args:
        count: Records in the shard.
        size: Wanted number of records.
        data: Bytes of the last record.
        length: Bytes in the shard.
    """
    if count >= 4 * size or length >= SHARD_BYTES:
        return True
    if count * 2 < size:
        return False
    one_in = size * _RARELY if count < size else max(1, size // _RARELY)
    return xxhash.xxh3_64_intdigest(data) % one_in == 0


class Piece(NamedTuple):
    """A run of whole lines, a record each, that ends where it does whatever comes behind it.

    Attributes:
        digest: Digest of its bytes.
        length: How many they are.
        records: How many lines.
    """

    digest: bytes
    length: int
    records: int


@dataclass(slots=True)
class Pieces:
    """Pieces of one file by the digest of their first line: what begins and goes on like one ends as it did.

    Attributes:
        known: As it was cut before.
        found: As it is cut now.
    """

    known: Mapping[bytes, Piece] = field(default_factory=dict)
    found: dict[bytes, Piece] = field(default_factory=dict)

    def read(self, line: bytes, reader: Rereadable) -> tuple[bytes, int] | None:
        """Read on behind a line to the end of the known piece that begins with it, if the bytes are those.

        Returns:
            The bytes and how many records they are; ``None`` where the piece is another, and nothing was read.
        """
        name = xxhash.xxh3_128_digest(line)
        piece = self.known.get(name)
        if piece is None:
            return None
        reader.seek(-len(line), os.SEEK_CUR)
        data = reader.read(piece.length)
        if xxhash.xxh3_128_digest(data) != piece.digest:
            reader.seek(len(line) - len(data), os.SEEK_CUR)
            return None
        self.found[name] = piece
        return data, piece.records

    def note(self, line: bytes, data: bytes, records: int) -> None:
        """Remember a piece that begins with a line."""
        piece = Piece(xxhash.xxh3_128_digest(data), len(data), records)
        self.found[xxhash.xxh3_128_digest(line)] = piece


class Rereadable(Protocol):
    """A file that can be read from an earlier place again."""

    def read(self, size: int, /) -> bytes:
        """Read bytes."""
        ...

    def seek(self, offset: int, whence: int, /) -> int:
        """Go to another place."""
        ...
