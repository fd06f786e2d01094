"""Rows that grow with the records: in memory up to a limit for all together, in temporary files beyond it.

What is read back does not depend on where it was. Files have no name where the system allows that, so that nothing is
left of a run that is killed.
"""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any, Final, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from dslint.engine.limits import MEGABYTE, Disk, Limits, SpoolError

_PARTS: Final = 256
_PART_BITS: Final = np.uint64(56)
_SMALL: Final = 1 << 14
_SORTING: Final = 8
"""How many times its own size a part takes while it is sorted."""


KeyBlock = tuple[NDArray[np.uint64], NDArray[np.uint32]]
"""Rows of a spool that were added at once: ``uint64[n, columns]``, and a number for each."""


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
        disk: What files take and may take.
        share: Which share of the data has been read, as far as is known.
        files: The files.
    """

    def __init__(self, limits: Limits) -> None:
        self.written = 0
        self.limits = limits
        self.disk = Disk(limits)
        self.share = 1.0
        self._held = 0
        self._holders: list[Holder] = []
        self.files: list[SpillFile] = []

    @property
    def rows_at_once(self) -> int:
        """How many rows of a key and a number may be sorted at once."""
        return max(1, self.limits.memory // (16 * _SORTING))

    def join(self, holder: Holder) -> None:
        """Let a holder take part; it is asked to spill when all together take too much."""
        self._holders.append(holder)

    def leave(self, holder: Holder) -> None:
        """Let go of a holder."""
        self._holders.remove(holder)

    def close(self) -> None:
        """Leave no file behind."""
        for file in self.files:
            file.close()

    def write(self, size: int) -> None:
        """Take note of bytes that are about to be written to a file.

        Raises:
            SpoolError: If files may not take as many.
        """
        self.disk.take(size, int((self.disk.taken + size) / max(self.share, 0.001)))
        self.written += size

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


class SpillFile:
    """A temporary file that is made when something is written; several holders may share one.

    Args:
        space: Whose limits count.
    """

    def __init__(self, space: Space) -> None:
        self._space = space
        self._file: IO[bytes] | None = None
        self._size = 0
        self._map: mmap.mmap | None = None
        space.files.append(self)

    def append(self, rows: NDArray[Any]) -> int:
        """Write rows behind what the file has, and return where they begin.

        Raises:
            SpoolError: If they cannot be written.
        """
        try:
            self._space.write(rows.nbytes)
            if self._file is None:
                made = tempfile.TemporaryFile(prefix="dslint-", dir=self._space.limits.folder or None)  # noqa: SIM115
                self._file = cast("IO[bytes]", made)
            self._file.seek(self._size)
            self._file.write(np.ascontiguousarray(rows).data)
        except SpoolError:
            raise
        except OSError as error:
            raise self._failed("written", error) from error
        self._size += rows.nbytes
        return self._size - rows.nbytes

    def read(self, offset: int, rows: NDArray[Any]) -> None:
        """Fill rows with what stands at an offset.

        Raises:
            SpoolError: If it cannot be read.
        """
        if not len(rows) or self._file is None:
            return
        try:
            self._file.seek(offset)
            count = self._file.readinto(rows.view(np.uint8))  # type: ignore[attr-defined]
        except OSError as error:
            raise self._failed("read", error) from error
        if count != rows.nbytes:
            raise self._failed("read", OSError(0, "it is shorter than what was written"))

    def mapped(self) -> mmap.mmap:
        """Return all that was written, as memory that the system may let go of.

        Raises:
            SpoolError: If it cannot be read.
        """
        if self._map is None or len(self._map) < self._size:
            file = cast("IO[bytes]", self._file)
            try:
                file.flush()
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except (OSError, ValueError) as error:
                raise self._failed("read", OSError(0, str(error))) from error
        return self._map

    def close(self) -> None:
        """Remove the file."""
        self._map = None
        if self._file is not None:
            self._file.close()
            self._space.disk.take(-self._size)
            self._size = 0

    def _failed(self, done: str, error: OSError) -> SpoolError:
        limit = self._space.limits.memory // MEGABYTE
        reason = error.strerror or type(error).__name__
        return SpoolError(f"rows beyond {limit:,} MB could not be {done} in {self._space.limits.place}: {reason}")


class Tape:
    """Rows of one width that are read back by their position.

    Args:
        file: Where they are beyond the limit.
        space: What they share it with.
        dtype: Type of a value.
        width: Values of a row.
    """

    def __init__(self, file: SpillFile, space: Space, dtype: Any, width: int) -> None:
        self._file = file
        self._space = space
        self._dtype = np.dtype(dtype)
        self._width = width
        self._waiting: list[NDArray[Any]] = []
        self._pieces: list[tuple[int, int]] = []
        self._count = 0
        space.join(self)

    def __len__(self) -> int:
        return self._count

    def append(self, rows: NDArray[Any]) -> None:
        """Add rows behind the others."""
        self._waiting.append(rows.astype(self._dtype, copy=False))
        self._count += len(rows)
        self._space.take(self._waiting[-1].nbytes)

    def spill(self) -> None:
        """Write the rows that are in memory to the file."""
        if self._waiting:
            rows = self._all()
            self._pieces.append((self._file.append(rows), len(rows)))
            self._waiting.clear()

    def take(self, at: NDArray[np.int64]) -> NDArray[Any]:
        """Return the rows at some positions."""
        if not self._pieces:
            return self._all()[at]
        self.spill()
        mapped = self._file.mapped()
        ends = np.cumsum([count for _, count in self._pieces])
        piece = np.searchsorted(ends, at, side="right")
        found = np.empty((len(at), self._width), self._dtype)
        for index, (offset, count) in enumerate(self._pieces):
            chosen = piece == index
            rows = np.frombuffer(mapped, self._dtype, count * self._width, offset).reshape(count, self._width)
            found[chosen] = rows[at[chosen] - (ends[index] - count)]
        if hasattr(mmap, "MADV_DONTNEED"):
            mapped.madvise(mmap.MADV_DONTNEED)  # pages count as memory until the system wants it
        return found

    def close(self) -> None:
        """Let go of all rows."""
        self._space.take(-sum(rows.nbytes for rows in self._waiting))
        self._waiting.clear()
        self._space.leave(self)

    def _all(self) -> NDArray[Any]:
        """Return the rows that are in memory, as one array from then on."""
        if len(self._waiting) != 1:
            self._waiting = [np.concatenate([np.empty((0, self._width), self._dtype), *self._waiting])]
        return self._waiting[0]


class Spool:
    """Columns of 64-bit values, each with a number, that are read back by ranges of the value.

    Rows go to the file in pieces, and in a piece each column by the upper eight bits of its values; so what has one
    value is in one range, and a range is read in as many reads as there are pieces. Of a small piece it is not kept
    where ranges begin: it is read whole.

    Args:
        file: Where they are beyond the limit.
        space: What they share it with.
        columns: How many.
    """

    def __init__(self, file: SpillFile, space: Space, columns: int) -> None:
        self._file = file
        self._space = space
        self._columns = columns
        self._waiting: list[KeyBlock] = []
        self._pieces: list[_Piece] = []
        space.join(self)

    def add(self, values: NDArray[np.uint64], numbers: NDArray[np.int64]) -> None:
        """Add rows: ``uint64[n, columns]``, and a number below 2**32 for each."""
        self._waiting.append((values, numbers.astype(np.uint32)))
        self._space.take(values.nbytes + self._waiting[-1][1].nbytes)

    def spill(self) -> None:
        """Write the rows that are in memory to the file."""
        if not self._waiting:
            return
        numbers = np.concatenate([each for _, each in self._waiting])
        bounds = np.zeros((self._columns, _PARTS + 1), np.int64)
        starts: list[int] = []
        for column in range(self._columns):
            values = np.concatenate([each[:, column] for each, _ in self._waiting])
            part = _part(values)
            np.cumsum(np.bincount(part, minlength=_PARTS), out=bounds[column, 1:])
            order = np.argsort(part, kind="stable")  # of bytes: a counting sort
            starts.append(self._file.append(values[order]))
            self._file.append(numbers[order])
        self._pieces.append(_Piece(starts, len(numbers), bounds if len(numbers) > _SMALL else None))
        self._waiting.clear()

    def sift(self, sifted: Callable[[list[KeyBlock]], list[KeyBlock]]) -> bool:
        """Let go of the rows that are not among the sifted ones; of none, and return so, where some are in the file."""
        if self._pieces:
            return False
        before = self._size()
        self._waiting = sifted(self._waiting)
        self._space.take(self._size() - before)
        return True

    def parts(self, column: int) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.int64]]]:
        """Yield values and numbers of a column: the ranges in ascending order, rows of one value as they were added."""
        if not self._pieces:
            if self._waiting:
                values = np.concatenate([each[:, column] for each, _ in self._waiting])
                yield values, np.concatenate([each for _, each in self._waiting]).astype(np.int64)
            return
        self.spill()
        counts = sum((piece.counts(column) for piece in self._pieces), np.zeros(_PARTS))
        first = 0
        while first < _PARTS:
            ahead = np.cumsum(counts[first:])
            last = first + max(1, int(np.searchsorted(ahead, self._space.rows_at_once, side="right")))
            pieces = [self._piece(piece, column, first, last) for piece in self._pieces]
            values = np.concatenate([each for each, _ in pieces])
            if len(values):
                yield values, np.concatenate([each for _, each in pieces]).astype(np.int64)
            first = last

    def close(self) -> None:
        """Let go of all rows."""
        self._space.take(-self._size())
        self._waiting.clear()
        self._space.leave(self)

    def _size(self) -> int:
        return sum(values.nbytes + numbers.nbytes for values, numbers in self._waiting)

    def _piece(
        self, piece: _Piece, column: int, first: int, last: int
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
        begin, end = (0, piece.rows) if piece.bounds is None else piece.bounds[column, [first, last]].tolist()
        values, numbers = np.empty(end - begin, np.uint64), np.empty(end - begin, np.uint32)
        self._file.read(piece.starts[column] + 8 * begin, values)
        self._file.read(piece.starts[column] + 8 * piece.rows + 4 * begin, numbers)
        if piece.bounds is None:
            part = _part(values)
            chosen = (part >= first) & (part < last)
            values, numbers = values[chosen], numbers[chosen]
        return values, numbers


@dataclass(frozen=True, slots=True)
class _Piece:
    """Rows of a spool in the file.

    Attributes:
        starts: Where each column begins: its values, and then its numbers.
        rows: How many.
        bounds: Of each column the row where each range begins, and their end; ``None`` of a small piece.
    """

    starts: list[int]
    rows: int
    bounds: NDArray[np.int64] | None

    def counts(self, column: int) -> NDArray[np.float64]:
        """Return how many rows a range has, about."""
        if self.bounds is None:
            return np.full(_PARTS, self.rows / _PARTS)
        return np.asarray(np.diff(self.bounds[column]), np.float64)


def _part(values: NDArray[np.uint64]) -> NDArray[np.uint8]:
    return (values >> _PART_BITS).astype(np.uint8)
