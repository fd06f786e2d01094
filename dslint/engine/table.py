"""Where the records of a run are, by number.

Every record is numbered by its position in the run (files by path, records in order), so that nothing depends on
shards, processes or the order in which results arrive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dslint.engine.shard import Places
from dslint.features.splits import HELD_OUT
from dslint.model.record import Source
from dslint.model.ref import Ref

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
    """

    paths: Sequence[str]
    files: NDArray[np.int32]
    columns: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.files)

    def refs(self, rows: Any) -> Iterator[Ref]:
        """Yield the places of the records in some rows."""
        for file, place in zip(self.files[rows].tolist(), self.columns[rows].tolist(), strict=True):
            record, line, end, offset, length = (None if value < 0 else value for value in place)
            yield Ref(self.paths[file], record, line, end, byte_offset=offset, byte_length=length)


class RecordTable:
    """Where every record of the run is."""

    def __init__(self, places: Sequence[tuple[Source, Places]]) -> None:
        first = {source.path: source for source, _ in reversed(places)}
        self.paths = tuple(dict.fromkeys(source.path for source, _ in places))
        index = {path: number for number, path in enumerate(self.paths)}
        self._starts = np.cumsum([0] + [len(held.columns) for _, held in places])
        self._files = np.array([index[source.path] for source, _ in places], dtype=np.int32)
        self._held_out = np.array([first[path].split in HELD_OUT for path in self.paths], dtype=np.bool_)
        self._columns = np.concatenate([held.columns for _, held in places]) if places else np.empty((0, 5), np.int64)

    def __len__(self) -> int:
        return len(self._columns)

    def held_out(self, numbers: NDArray[Any]) -> NDArray[np.bool_]:
        """Say which records belong to a split that is not trained on."""
        return self._held_out[self._file(numbers)]

    def rows(self, numbers: Numbers) -> Rows:
        """Return the rows of some records."""
        return Rows(self.paths, self._file(numbers), self._columns[numbers])

    def sizes(self, numbers: Numbers) -> NDArray[np.int64]:
        """Return how many bytes records have, as far as it is known."""
        lengths = self._columns[numbers, _LENGTH]
        return np.where(lengths < 0, UNKNOWN_SIZE, lengths)

    def _file(self, numbers: NDArray[Any]) -> NDArray[np.int32]:
        return self._files[np.searchsorted(self._starts, numbers.astype(np.int64), side="right") - 1]
