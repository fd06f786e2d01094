"""Where shards stand in their files: what the places in their results are counted from, so that shards may move."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dslint.engine.shard import Places
from dslint.model.ref import Ref
from dslint.sources.shards import Shard

_new_ref: Final = tuple.__new__
_LINES: Final = b"l"
"""Marks the lengths of records of which each is a line, and all that stands there; they say where all are."""
_OTHER: Final = b"o"


class Anchor:
    """Where a shard stands.

    Args:
        shard: The shard.
    """

    def __init__(self, shard: Shard) -> None:
        self.source = shard.file.source
        self.record = shard.first_record
        self.line = shard.first_line or 0
        self.offset = shard.offset

    def relative(self, ref: Ref) -> tuple[Any, ...]:
        """Count a place from here."""
        _, record, line, end, pointer, offset, length, *rest = ref
        place = (
            None if record is None else record - self.record,
            None if line is None else line - self.line,
            None if end is None else end - self.line,
            pointer,
            None if offset is None else offset - self.offset,
            length,
        )
        return place if rest == [None, None, None] else (*place, *rest)

    def absolute(
        self,
        record: int | None,
        line: int | None,
        end: int | None,
        pointer: str,
        offset: int | None,
        length: int | None,
        span: tuple[int, int] | None = None,
        column: int | None = None,
        end_column: int | None = None,
    ) -> Ref:
        """Count a place from the beginning of the file."""
        place = (
            self.source.path,
            None if record is None else record + self.record,
            None if line is None else line + self.line,
            None if end is None else end + self.line,
            pointer,
            None if offset is None else offset + self.offset,
            length,
            span,
            column,
            end_column,
        )
        return _new_ref(Ref, place)

    def packed(self, places: Places) -> bytes:
        """Return the places of records, counted from here."""
        moved = np.where(places.columns < 0, -1, places.columns - self._base)
        lengths = moved[:, -1]
        if lengths.min(initial=0) >= 0 and np.array_equal(moved, _line_by_line(lengths)):
            return _LINES + lengths.astype("<u4").tobytes()
        return _OTHER + zlib.compress(np.diff(moved, axis=0, prepend=0).astype("<i8").tobytes(), 1)

    def unpacked(self, data: bytes, content: bytes) -> Places:
        """Return places as :meth:`packed` was given them, counted from the beginning of the file."""
        if data.startswith(_LINES):
            return Places(_line_by_line(np.frombuffer(data, "<u4", offset=1)) + self._base, content)
        moved = np.cumsum(np.frombuffer(zlib.decompress(data[1:]), "<i8").reshape(-1, 5), axis=0, dtype=np.int64)
        return Places(np.where(moved < 0, -1, moved + self._base), content)

    @property
    def _base(self) -> NDArray[np.int64]:
        return np.array([self.record, self.line, self.line, self.offset, 0], dtype=np.int64)


Anchors = Mapping[str, Anchor]
"""Where shards stand, by the path of their file."""


def anchors_of(anchors: Iterable[Anchor]) -> Anchors:
    """Return the first place in each file, of shards that follow one another: the others keep their distance to it."""
    first: dict[str, Anchor] = {}
    for anchor in anchors:
        first.setdefault(anchor.source.path, anchor)
    return first


def _line_by_line(lengths: NDArray[Any]) -> NDArray[np.int64]:
    places = np.empty((len(lengths), 5), np.int64)
    places[:, :3] = np.arange(len(lengths))[:, None]
    places[:, 3] = np.cumsum(lengths + np.int64(1)) - lengths - 1
    places[:, 4] = lengths
    return places
