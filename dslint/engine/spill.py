"""Findings that may be more than memory holds: what does not fit lies in a temporary file, in blocks.

The file has no name (on Windows it goes when it is closed), so nothing is left behind, however the process ends.
"""

from __future__ import annotations

import heapq
import tempfile
import weakref
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from io import BytesIO
from itertools import chain, islice
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar

from dslint.api.attempt import attempt
from dslint.engine.limits import SpoolError
from dslint.model.finding import Finding, Related

AT_ONCE: Final = 50_000
"""Items that are held in memory; findings of a kilobyte each, with all that they refer to."""
BLOCK: Final = 64
"""Items that are read back at once."""
_RUNS: Final = 64
"""Sorted runs that are merged into one: of each, one block is in memory when they are read."""

T = TypeVar("T")


class Pages(Generic[T]):
    """Items in a temporary file, written in order, read block by block.

    Args:
        folder: Where the file is; empty for the system's folder of temporary files.

    Raises:
        SpoolError: If there can be none, or it cannot be written or read.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        try:
            self._file = tempfile.TemporaryFile(prefix="dslint-", dir=folder or None, buffering=0)  # noqa: SIM115
        except OSError as error:
            raise self._told(error) from error
        weakref.finalize(self, self._file.close)
        self._ends = array("Q", [0])
        self._strange: dict[tuple[int, int], T] = {}

    def write(self, items: Iterable[T]) -> range:
        """Append items; return the numbers of their blocks, all of which but the last are full."""
        first, iterator = len(self._ends) - 1, iter(items)
        while block := list(islice(iterator, BLOCK)):
            data = memoryview(self._packed(block))
            self._ends.append(self._ends[-1] + len(data))
            try:
                self._file.seek(self._ends[-2])
                while data:
                    data = data[self._file.write(data) or 0 :]
            except OSError as error:
                raise self._told(error) from error
        return range(first, len(self._ends) - 1)

    def block(self, number: int) -> list[T]:
        """Read one block."""
        start, end = self._ends[number], self._ends[number + 1]
        try:
            self._file.seek(start)
            data = self._file.read(end - start)
        except OSError as error:
            raise self._told(error) from error
        import pickle

        items: list[T] = pickle.loads(data)  # noqa: S301 - written by this process to a file that nobody else can open
        if self._strange:
            items = [self._strange.get((number, position), item) for position, item in enumerate(items)]
        return items

    def read(self, blocks: range) -> Iterator[T]:
        """Yield the items of some blocks."""
        for number in blocks:
            yield from self.block(number)

    def close(self) -> None:
        """Give the disk space back."""
        self._file.close()

    def _told(self, error: OSError) -> SpoolError:
        where = self._folder or tempfile.gettempdir()
        return SpoolError(f"findings cannot be kept in {where} (spill-dir): {error.strerror or error}")

    def _packed(self, block: list[T]) -> bytes:
        packed = attempt(_dumps, block)
        if not isinstance(packed, Exception):
            return packed
        # What a rule made that cannot be pickled stays in memory.
        written: list[T | None] = []
        for position, item in enumerate(block):
            strange = isinstance(attempt(_dumps, item), Exception)
            if strange:
                self._strange[len(self._ends) - 1, position] = item
            written.append(None if strange else item)
        return _dumps(written)


class ExternalList(Generic[T]):
    """Items that are read, as often as wanted, in the order in which they were written.

    Args:
        folder: Where those are that do not fit into memory.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._held: list[T] = []
        self._pages: Pages[T] | None = None
        self._runs: list[range] = []

    @property
    def spilled(self) -> bool:
        """Whether a part of it lies on disk."""
        return self._pages is not None

    def add(self, item: T) -> None:
        """Append an item."""
        self._held.append(item)
        if len(self._held) >= AT_ONCE:
            if self._pages is None:
                self._pages = Pages(self._folder)
            self._runs.append(self._pages.write(self._ordered(self._held)))
            self._held = []
            if len(self._runs) >= _RUNS:
                self._join(self._pages)

    def extend(self, items: Iterable[T]) -> None:
        """Append items."""
        for item in items:
            self.add(item)

    def __iter__(self) -> Iterator[T]:
        """Yield the items."""
        held = self._ordered(self._held)
        return iter(held) if self._pages is None else self._merged([*map(self._pages.read, self._runs), iter(held)])

    def close(self) -> None:
        """Forget all items."""
        self._held, self._runs = [], []
        if self._pages is not None:
            self._pages.close()
            self._pages = None

    def _ordered(self, items: list[T]) -> Sequence[T]:
        return items

    def _merged(self, runs: Iterable[Iterator[T]]) -> Iterator[T]:
        return chain.from_iterable(runs)

    def _join(self, pages: Pages[T]) -> None:
        """Nothing to do: runs that follow one another are read one after another."""


class ExternalSort(ExternalList[T]):
    """Items that are read in the order of a key; of equal ones the one that was written first comes first.

    Args:
        folder: Where those are that do not fit into memory.
        key: What to sort by.
    """

    def __init__(self, folder: str, key: Callable[[T], Any]) -> None:
        super().__init__(folder)
        self._key = key

    def _ordered(self, items: list[T]) -> Sequence[T]:
        return sorted(items, key=self._key)

    def _merged(self, runs: Iterable[Iterator[T]]) -> Iterator[T]:
        return heapq.merge(*runs, key=self._key)

    def _join(self, pages: Pages[T]) -> None:
        joined: Pages[T] = Pages(self._folder)
        self._runs = [joined.write(self._merged(map(pages.read, self._runs)))]
        self._pages = joined
        pages.close()


def _flat(kind: type) -> Callable[[Any], Any]:
    values = attrgetter(*(field.name for field in fields(kind)))
    return lambda item: (kind, values(item))


FLAT: Final[dict[type, Any]] = {kind: _flat(kind) for kind in (Finding, Related)}
"""How findings are pickled: as the tuples of their fields, in a third of the time that dataclasses take themselves."""


def _dumps(value: Any) -> bytes:
    import pickle

    buffer = BytesIO()
    pickler = pickle.Pickler(buffer, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = FLAT
    pickler.dump(value)
    return buffer.getvalue()
