"""Boilerplate: lines and sentences that many prompts of a dataset share, such as a tool header."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Final

import xxhash

from dslint.api import DatasetFeature, Record
from dslint.features.patterns import expression
from dslint.features.unique import distinct

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MIN_SHARE = 0.01
MIN_RECORDS = 20

_BUCKETS: Final = 1 << 22
_SPARSE: Final = 1 << 18
_LISTS: Final = 64
_LONG_LINE: Final = 80
_SENTENCE_END: Final = expression(r"(?<=[.:!?])\s+|(?<=[\u3002\uff1a\uff01\uff1f\u0964])\s*")
_ASCII_SENTENCE_END: Final = expression(r"\s(?<=[.:!?]\s)\s*")
"""The same where there is nothing but ASCII: looks at white space only, which takes a third of the time."""


@dataclass(frozen=True)
class SharedLines:
    """The lines that are boilerplate.

    Attributes:
        buckets: Hashes of the lines, 22 bits each, in order: a few dozen numbers that rarely change with one record.
    """

    buckets: tuple[int, ...] = ()

    def removed_from(self, text: str) -> str:
        """Return ``text`` without its boilerplate lines and sentences."""
        if not self.buckets:
            return text
        return "\n".join(unit for unit in units(text) if bucket(unit) not in self._set)

    @cached_property
    def _set(self) -> frozenset[int]:
        return frozenset(self.buckets)


@dataclass(slots=True)
class LineCounts:
    """In how many records each hash of a line occurs: lists of hashes, and a table of fixed size once they are many.

    Attributes:
        records: How many records were counted.
        few: Hashes that are not in the table, ``uint32``, each as often as records have the line: to add and to merge
            them looks nothing up.
        many: ``uint32`` counts of all other hashes.
    """

    records: int = 0
    few: list[NDArray[np.uint32]] = field(default_factory=list)
    many: NDArray[np.uint32] | None = None

    def count(self, records: int, hashes: Iterable[int]) -> None:
        """Count the distinct hashes of each of some records in."""
        import numpy as np

        self.records += records
        self.few.append(np.fromiter(hashes, dtype=np.uint32))
        self.bound()

    def bound(self) -> None:
        """Bring the hashes into the table where they are many, and their lists into one."""
        import numpy as np

        if len(self.few) > _LISTS:
            self.few = [np.concatenate(self.few)]
        if sum(map(len, self.few)) > _SPARSE:
            self.compact()

    def compact(self) -> NDArray[np.uint32]:
        """Bring all hashes into the table of fixed size, and return it."""
        import numpy as np

        if self.many is None:
            self.many = np.zeros(_BUCKETS, dtype=np.uint32)
        for hashes in self.few:
            np.add.at(self.many, hashes, np.uint32(1))
        self.few = []
        return self.many


class BoilerplateLines(DatasetFeature[LineCounts, SharedLines]):
    """Lines of prompts that at least one record in a hundred has, and at least twenty.

    Of lines longer than 80 characters each sentence counts by itself. Lines are told apart by 22 bits of their hash, so
    that memory is bounded; a line is mistaken for boilerplate once in about forty thousand.
    """

    def zero(self) -> LineCounts:
        """Return the state of no records."""
        return LineCounts()

    def add_batch(self, state: LineCounts, records: Sequence[Record], /) -> LineCounts:
        """Count the records' distinct lines in."""
        found: list[int] = []
        for record in records:
            prompt = record.prompt
            if len(prompt) <= _LONG_LINE and "\n" not in prompt:
                if line := prompt.strip():
                    found.append(bucket(line))
            else:
                found += {bucket(unit) for unit in units(prompt)}
        state.count(len(records), found)
        return state

    def merge(self, left: LineCounts, right: LineCounts) -> LineCounts:
        """Add the counts of both sides."""
        left.records += right.records
        if right.many is not None:
            if left.many is None:
                left.many = right.many.copy()
            else:
                left.many += right.many
        left.few += right.few
        left.bound()
        return left

    def finish(self, state: LineCounts) -> SharedLines:
        """Return the lines that enough records have."""
        least = max(MIN_RECORDS, MIN_SHARE * state.records)
        if state.many is None:
            import numpy as np

            ordered = np.sort(np.concatenate([np.empty(0, np.uint32), *state.few]))
            before = math.ceil(least) - 1
            return SharedLines(tuple(distinct(ordered[before:][ordered[before:] == ordered[:-before]]).tolist()))
        return SharedLines(tuple((state.compact() >= least).nonzero()[0].tolist()))


Boilerplate = Annotated[SharedLines, BoilerplateLines]


def units(text: str) -> list[str]:
    """Return the lines of ``text`` that are not blank; of long lines the sentences."""
    found: list[str] = []
    for line in text.split("\n"):
        stripped = line.strip()
        if len(stripped) > _LONG_LINE:
            ends = _ASCII_SENTENCE_END if stripped.isascii() else _SENTENCE_END
            found += filter(None, ends.split(stripped))
        elif stripped:
            found.append(stripped)
    return found


def bucket(unit: str) -> int:
    """Return the hash of a line or sentence."""
    return xxhash.xxh3_64_intdigest(unit.encode("utf-8", "surrogatepass")) & (_BUCKETS - 1)
