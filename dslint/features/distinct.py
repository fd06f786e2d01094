"""How many different values there are, exactly up to a limit and closely beyond, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import Final

_RANGE: Final = 1 << 64


@dataclass(slots=True)
class Distinct:
    """The values with the smallest hashes; how densely they lie says how many there are.

    The count is exact up to ``limit`` values. Beyond, its standard error is one in the root of ``limit``. States merge
    in any order and grouping.

    Attributes:
        limit: How many hashes are kept.
        hashes: 64-bit hashes of values; up to twice as many as ``limit`` before they are thinned out.
        bound: Hashes from here on are left out; ``None`` while all are kept.
    """

    limit: int
    hashes: set[int] = field(default_factory=set)
    bound: int | None = None

    def add(self, value: int) -> None:
        """Take the hash of a value in."""
        if self.bound is None or value < self.bound:
            self.hashes.add(value)
            if len(self.hashes) > 2 * self.limit:
                self._thin()

    def update(self, values: Iterable[int]) -> None:
        """Take hashes in."""
        for value in values:
            self.add(value)

    def merge(self, other: Distinct) -> Distinct:
        """Take the hashes of ``other`` in, and return self."""
        if other.bound is not None:
            self.bound = other.bound if self.bound is None else min(self.bound, other.bound)
            self.hashes = {value for value in self.hashes if value < self.bound}
        self.update(other.hashes)
        return self

    @property
    def count(self) -> int:
        """How many different values were added."""
        if self.bound is None and len(self.hashes) <= self.limit:
            return len(self.hashes)
        self._thin()
        return round((len(self.hashes) - 0.5) / ((self.bound or _RANGE) / _RANGE))

    def _thin(self) -> None:
        if len(self.hashes) > self.limit:
            kept = nsmallest(self.limit + 1, self.hashes)
            # All hashes below the bound are there.
            self.bound = kept.pop()
            self.hashes = set(kept)
