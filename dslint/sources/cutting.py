"""What all readers share when they cut a file into shards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import xxhash

from dslint.model.finding import Damage, DamageKind
from dslint.model.ref import Ref
from dslint.sources.spec import FileSpec, Shard

SHARD_BYTES: Final = 16 * 2**20
"""A shard ends here at the latest, however few its records."""

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
    ) -> Shard:
        """Make the next shard.

        Args:
            data: Its bytes.
            records: How many record positions it has.
            places: See :class:`~dslint.sources.spec.Shard`.
            damages: What belongs to no record that :func:`parse` will see.
            skipped: Bytes behind ``data`` that are not read: the rest of a record that is too long.
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
        self.line += data.count(b"\n") + (1 if skipped else 0)
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

    The content decides, so that an inserted record moves no boundary but its own; a quarter and four times the wanted
    size bound what repeated records could do to that.

    Args:
        count: Records in the shard.
        size: Wanted number of records.
        data: Bytes of the last record.
        length: Bytes in the shard.
    """
    return (
        (count * 4 >= size and xxhash.xxh3_64_intdigest(data) % size == 0) or count >= 4 * size or length >= SHARD_BYTES
    )
