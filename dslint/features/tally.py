"""Counting with examples: a number, and the few places that best stand for it."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final, NamedTuple

from dslint.model.ref import Ref

_order: Final = attrgetter("order")


class Example(NamedTuple):
    """One counted place.

    Attributes:
        rank: What to show first, lowest first; places of one rank come in their order in the data.
        ref: The place.
        note: What is there.
    """

    rank: float
    ref: Ref
    note: str

    @property
    def order(self) -> tuple[float, tuple[str, int, int, str, tuple[int, int]], str]:
        """Sort key."""
        return (self.rank, self.ref.order, self.note)


@dataclass(slots=True)
class Tally:
    """How many places, and the first ``limit`` of them; merging in any order gives the same.

    Attributes:
        limit: How many examples are kept.
        count: How many places there are.
        examples: The kept ones, sorted.
    """

    limit: int
    count: int = 0
    examples: list[Example] = field(default_factory=list)

    def add(self, ref: Ref, note: str = "", rank: float = 0.0) -> None:
        """Count one place."""
        self.count += 1
        self._keep(Example(rank, ref, note))

    def add_all(self, count: int, first: Iterable[Ref]) -> None:
        """Count ``count`` places without a note, given the ``limit`` of them that come first."""
        self.count += count
        for ref in first:
            self._keep(Example(0.0, ref, ""))

    def merge(self, other: Tally) -> Tally:
        """Count the places of ``other`` in, and return self."""
        self.count += other.count
        for example in other.examples:
            self._keep(example)
        return self

    def _keep(self, example: Example) -> None:
        kept = self.examples
        if len(kept) >= self.limit:
            if example.order >= kept[-1].order:
                return
            kept.pop()
        insort(kept, example, key=_order)
