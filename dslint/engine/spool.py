"""Rows that grow with the records: in memory up to a limit for all together, in temporary files beyond it.

What is read back does not depend on where it was. Files have no name where the system allows that, so that nothing is
left of a run that is killed.
"""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator
from typing import IO, Any, Final, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from dslint.engine.limits import MEGABYTE, Limits, SpoolError

_PARTS: Final = 256
_PART_BITS: Final = np.uint64(56)
_SORTING: Final = 8
"""How many times its own size a part takes while it is sorted."""


class Holder(Protocol):
    """Has rows in memory that can go to a file."""

    def spill(self) -> None:
        """Write the rows that are in memory to a file."""
        ...


class Space:
    """The memory that all rows of a run share, and the files of those that do not fit.

    Args:
        limits: What they may take.

    Attributes:
        written: Bytes that went to files.
    """

    def __init__(self, limits: Limits) -> None:
        self.written = 0
        self.limits = limits
        self._held = 0
        self._holders: list[Holder] = []
        self._files: list[IO[bytes]] = []

    @property
    def rows_at_once(self) -> int:
        """How many rows of a key and a number may be sorted at once."""
        return max(1, self.limits.memory // (16 * _SORTING))

    def join(self, holder: Holder) -> None:
        """Let a holder take part; it is asked to spill when all together take too much."""
        self._holders.append(holder)

    def leave(self, holder: Holder, file: IO[bytes] | None) -> None:
        """Let go of a holder and its file."""
        self._holders.remove(holder)
        if file is not None:
            self._files.remove(file)
            file.close()

    def close(self) -> None:
        """Leave no file behind."""
        for file in self._files:
            file.close()

    def take(self, size: int) -> None:
        """Take note that a holder has ``size`` more bytes in memory, or less.

        Raises:
            SpoolError: If they do not fit, and cannot be written.
        """
        self._held += size
        if self._held > self.limits.memory:
            for holder in self._holders:
                holder.spill()
            self._held = 0

    def file(self) -> IO[bytes]:
        """Return a new file.

        Raises:
            SpoolError: If there can be none.
        """
        try:
            file = tempfile.TemporaryFile(prefix="dslint-", dir=self.limits.folder or None)  # noqa: SIM115 - see close
        except OSError as error:
            raise self._failed("written", error) from error
        self._files.append(cast("IO[bytes]", file))
        return self._files[-1]

    def write(self, file: IO[bytes], rows: NDArray[Any]) -> None:
        """Write rows behind what the file has.

        Raises:
            SpoolError: If they cannot be written.
        """
        try:
            file.write(np.ascontiguousarray(rows).data)
        except OSError as error:
            raise self._failed("written", error) from error
        self.written += rows.nbytes

    def read(self, file: IO[bytes], offset: int, rows: NDArray[Any]) -> None:
        """Fill rows with what stands at an offset.

        Raises:
            SpoolError: If it cannot be read.
        """
        try:
            file.seek(offset)
            count = file.readinto(rows.view(np.uint8)) if len(rows) else 0  # type: ignore[attr-defined]
        except OSError as error:
            raise self._failed("read", error) from error
        if count != rows.nbytes:
            raise self._failed("read", OSError(0, "it is shorter than what was written"))

    def _failed(self, done: str, error: OSError) -> SpoolError:
        where = self.limits.folder or tempfile.gettempdir()
        limit = self.limits.memory // MEGABYTE
        reason = error.strerror or type(error).__name__
        return SpoolError(f"rows beyond {limit:,} MB could not be {done} in {where}: {reason}")


class Tape:
    """Rows of one width that are read back by their position.

    Args:
        space: Where they are.
        dtype: Type of a value.
        width: Values of a row.
    """

    def __init__(self, space: Space, dtype: Any, width: int) -> None:
        self._space = space
        self._dtype = np.dtype(dtype)
        self._width = width
        self._waiting: list[NDArray[Any]] = []
        self._file: IO[bytes] | None = None
        self._map: mmap.mmap | None = None
        self._rows: NDArray[Any] | None = None
        self._count = 0
        space.join(self)

    def __len__(self) -> int:
        return self._count

    def append(self, rows: NDArray[Any]) -> None:
        """Add rows behind the others."""
        rows = rows.astype(self._dtype, copy=False)
        self._waiting.append(rows)
        self._count += len(rows)
        self._rows = None
        self._space.take(rows.nbytes)

    def spill(self) -> None:
        """Write the rows that are in memory to a file."""
        if self._waiting:
            self._file = self._file or self._space.file()
            for rows in self._waiting:
                self._space.write(self._file, rows)
            self._waiting.clear()
            self._rows = None

    def __getitem__(self, at: Any) -> NDArray[Any]:
        if self._rows is None:
            self._rows = self._all()
        chosen: NDArray[Any] = self._rows[at]
        if self._map is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)  # pages count as memory until the system wants it
        return chosen

    def close(self) -> None:
        """Let go of all rows."""
        self._space.take(-sum(rows.nbytes for rows in self._waiting))
        self._rows = self._map = None
        self._waiting.clear()
        self._space.leave(self, self._file)

    def _all(self) -> NDArray[Any]:
        if self._file is not None:
            self.spill()
        if self._file is None or not self._count:
            rows = np.concatenate([np.empty((0, self._width), self._dtype), *self._waiting])
            self._waiting = [rows]
            return rows
        self._file.flush()
        self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        return np.frombuffer(self._map, self._dtype).reshape(-1, self._width)


class Spool:
    """Columns of 64-bit values, each with a number, that are read back by ranges of the value.

    Rows go to the file in pieces, and in a piece each column by the upper eight bits of its values; so what has one
    value is in one range, and a range is read in as many reads as there are pieces.

    Args:
        space: Where they are.
        columns: How many.
    """

    def __init__(self, space: Space, columns: int) -> None:
        self._space = space
        self._columns = columns
        self._waiting: list[tuple[NDArray[np.uint64], NDArray[np.uint32]]] = []
        self._file: IO[bytes] | None = None
        self._pieces: list[tuple[int, NDArray[np.int64]]] = []
        self._size = 0
        space.join(self)

    def add(self, values: NDArray[np.uint64], numbers: NDArray[np.int64]) -> None:
        """Add rows: ``uint64[n, columns]``, and a number below 2**32 for each."""
        self._waiting.append((values, numbers.astype(np.uint32)))
        self._space.take(values.nbytes + self._waiting[-1][1].nbytes)

    def spill(self) -> None:
        """Write the rows that are in memory to a file."""
        if not self._waiting:
            return
        self._file = self._file or self._space.file()
        numbers = np.concatenate([each for _, each in self._waiting])
        bounds = np.zeros((self._columns, _PARTS + 1), np.int64)
        start = self._size
        for column in range(self._columns):
            values = np.concatenate([each[:, column] for each, _ in self._waiting])
            part = (values >> _PART_BITS).astype(np.uint8)
            np.cumsum(np.bincount(part, minlength=_PARTS), out=bounds[column, 1:])
            order = np.argsort(part, kind="stable")  # of bytes: a counting sort
            for rows in (values[order], numbers[order]):
                self._space.write(self._file, rows)
                self._size += rows.nbytes
        self._pieces.append((start, bounds))
        self._waiting.clear()

    def parts(self, column: int) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.int64]]]:
        """Yield values and numbers of a column: the ranges in ascending order, rows of one value as they were added."""
        if self._file is None:
            if self._waiting:
                values = np.concatenate([each[:, column] for each, _ in self._waiting])
                yield values, np.concatenate([each for _, each in self._waiting]).astype(np.int64)
            return
        self.spill()
        counts = sum((np.diff(bounds[column]) for _, bounds in self._pieces), np.zeros(_PARTS, np.int64))
        first = 0
        while first < _PARTS:
            ahead = np.cumsum(counts[first:])
            last = first + max(1, int(np.searchsorted(ahead, self._space.rows_at_once, side="right")))
            if ahead[last - 1 - first]:
                yield self._range(column, first, last)
            first = last

    def close(self) -> None:
        """Let go of all rows."""
        self._space.take(-sum(values.nbytes + numbers.nbytes for values, numbers in self._waiting))
        self._waiting.clear()
        self._space.leave(self, self._file)

    def _range(self, column: int, first: int, last: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        ends = [(start, bounds[column, -1], *bounds[column, [first, last]]) for start, bounds in self._pieces]
        total = sum(int(end - begin) for _, _, begin, end in ends)
        values, numbers = np.empty(total, np.uint64), np.empty(total, np.uint32)
        at = 0
        for start, count, begin, end in ends:
            size = int(end - begin)
            base = start + column * int(count) * 12
            self._space.read(cast("IO[bytes]", self._file), base + 8 * int(begin), values[at : at + size])
            offset = base + 8 * int(count) + 4 * int(begin)
            self._space.read(cast("IO[bytes]", self._file), offset, numbers[at : at + size])
            at += size
        return values, numbers.astype(np.int64)
