"""Where the records of a run are, by number.

Every record is numbered by its position in the run (files by path, records in order), so that nothing depends on
shards, processes or the order in which results arrive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from dslint.engine.columns import scope_key
from dslint.engine.shard import CONTENT, Places
from dslint.engine.spool import Space, SpillFile, Tape
from dslint.features.splits import HELD_OUT
from dslint.model.record import Source
from dslint.model.ref import Ref
from dslint.model.severity import Scope

Numbers = NDArray[np.int64]
UNKNOWN_SIZE: Final = 2_000
"""Bytes that a record is taken to have where its format does not tell."""
_LENGTH: Final = 4


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of the table, to be sent to a worker.

    Attributes:
        paths: The files of the run.
        files: For each row the index of its file.
        columns: ``int64[n, 5]``; see :class:`~dslint.engine.shard.Places`.
        contents: ``uint8[n, 24]``: what each record's shard holds, and its position there; so what the record holds.
    """

    paths: Sequence[str]
    files: NDArray[np.int32]
    columns: NDArray[np.int64]
    contents: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.files)

    def refs(self, rows: Any) -> Iterator[Ref]:
        """Yield the places of the records in some rows."""
        for file, place in zip(self.files[rows].tolist(), self.columns[rows].tolist(), strict=True):
            record, line, end, offset, length = (None if value < 0 else value for value in place)
            yield Ref(self.paths[file], record, line, end, byte_offset=offset, byte_length=length)

    def some(self, rows: Any) -> Rows:
        """Return a part of the rows."""
        return Rows(self.paths, self.files[rows], self.columns[rows], self.contents[rows])


@dataclass(frozen=True, slots=True)
class Sides:
    """Says which records belong to a split that is not trained on.

    Attributes:
        starts: The number of each shard's first record.
        held_out: Whether the shard is of such a split.
    """

    starts: NDArray[np.int64]
    held_out: NDArray[np.bool_]

    def __call__(self, numbers: NDArray[Any]) -> NDArray[np.bool_]:
        """Say it of some records."""
        return self.held_out[_shard_of(self.starts, numbers)]


class PlaceRows(Protocol):
    """Has a row for each record, as in :class:`~dslint.engine.shard.Places`, and returns some of them."""

    def take(self, at: Numbers) -> NDArray[np.int64]:
        """Return the rows of some records."""
        ...


class RecordTable:
    """Where every record of the run is.

    Args:
        space: Where the table is.
        elsewhere: Who has the places, if :meth:`add` is not given them.

    Attributes:
        starts: The number of each shard's first record.
        paths: The files that have shards.
    """

    def __init__(self, space: Space, elsewhere: PlaceRows | None = None) -> None:
        self.starts: list[int] = []
        self.paths: list[str] = []
        self._tape = Tape(SpillFile(space), space, np.int64, 5)
        self._columns: PlaceRows = self._tape if elsewhere is None else elsewhere
        self._count = 0
        self._sources: list[Source] = []
        self._files: list[int] = []
        self._held_out: list[bool] = []
        self._contents: list[bytes] = []

    def __len__(self) -> int:
        return self._count

    def add(self, source: Source, places: Places) -> None:
        """Add the records of a shard; shards come in the order of the run, those of one file together."""
        self.note(source, len(places.columns), places.content)
        self._tape.append(places.columns)

    def note(self, source: Source, count: int, content: bytes) -> None:
        """Add the records of a shard whose places are elsewhere; see :meth:`add`.

        Args:
            source: Its file.
            count: How many records it has.
            content: What tells it from other shards.
        """
        if not self.paths or self.paths[-1] != source.path:
            self.paths.append(source.path)
            self._held_out.append(source.split in HELD_OUT)
        self.starts.append(len(self))
        self._sources.append(source)
        self._files.append(len(self.paths) - 1)
        self._contents.append(content)
        self._count += count

    def counts(self, scope: Scope) -> Counter[str]:
        """Count the records of what is judged together."""
        counts: Counter[str] = Counter()
        for source, start, end in zip(self._sources, self.starts, [*self.starts[1:], len(self)], strict=True):
            counts[scope_key(scope, source)] += end - start
        return counts

    def sides(self) -> Sides:
        """Return what says which records belong to a split that is not trained on."""
        held_out = np.array(self._held_out, dtype=np.bool_)[np.array(self._files, dtype=np.int32)]
        return Sides(np.array(self.starts, dtype=np.int64), held_out)

    def rows(self, numbers: Numbers) -> Rows:
        """Return the rows of some records."""
        return Rows(self.paths, self._file(numbers), self._columns.take(numbers), self._content(numbers))

    def sizes(self, numbers: Numbers) -> NDArray[np.int64]:
        """Return how many bytes records have, as far as it is known."""
        lengths = self._columns.take(numbers)[:, _LENGTH]
        return np.where(lengths < 0, UNKNOWN_SIZE, lengths)

    def _file(self, numbers: NDArray[Any]) -> NDArray[np.int32]:
        return np.array(self._files, dtype=np.int32)[self._shard(numbers)]

    def _content(self, numbers: Numbers) -> NDArray[np.uint8]:
        shards = self._shard(numbers)
        held = np.frombuffer(b"".join(self._contents), np.uint8).reshape(-1, CONTENT)[shards]
        positions = (numbers - np.array(self.starts, dtype=np.int64)[shards]).astype("<i8")
        return np.concatenate((held, positions[:, None].view(np.uint8)), axis=1)

    def _shard(self, numbers: NDArray[Any]) -> NDArray[np.int64]:
        return _shard_of(self.starts, numbers)


def _shard_of(starts: Any, numbers: NDArray[Any]) -> NDArray[np.int64]:
    return np.asarray(np.searchsorted(starts, numbers.astype(np.int64), side="right") - 1)
