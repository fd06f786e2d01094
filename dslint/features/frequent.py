"""What is frequent in a dataset, in bounded memory and whatever the order of counting."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

import orjson
import xxhash

from dslint.api import Feature, Record

_BUCKETS: Final = 1 << 16


def stable_hash(text: str) -> int:
    """Return 64 bits that stand for ``text`` in every process."""
    return xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass"))


class RecordHash(Feature[int]):
    """A hash of all that a record holds, by which samples are drawn.

    Where the record stands has no part in it, so a sample stays the same when records are inserted before it. Copies of
    a record count once in a sample; :class:`Frequent` still counts them all.
    """

    def compute(self, records: Sequence[Record], /) -> Sequence[int]:
        """Return each record's hash."""
        return [xxhash.xxh3_64_intdigest(_as_bytes(record.data)) for record in records]


RecordHashes = Annotated[Sequence[int], RecordHash]
"""Ask, for a batch of records, for what decides which of them fall into a sample."""
OwnHash = Annotated[int, RecordHash]
"""Ask for what decides whether a record falls into a sample."""


def _as_bytes(data: Any) -> bytes:
    try:
        return orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # lone surrogates, integers beyond 64 bits, what came from memory or a table
        return repr(data).encode("utf-8", "surrogatepass")


@dataclass(slots=True)
class Sample:
    """The values with the smallest keys: a random sample if keys are hashes, and the same however it was merged.

    Attributes:
        size: How many values are kept.
        entries: Key and value, by key; one value a key.
    """

    size: int
    entries: list[tuple[int, Any]] = field(default_factory=list)

    def wants(self, key: int) -> bool:
        """Whether a value with this key would be kept."""
        return len(self.entries) < self.size or key < self.entries[-1][0]

    def smallest(self, keys: Sequence[int | None]) -> list[int]:
        """Return the positions of the keys that would be kept after all of ``keys`` were added; not those of ``None``.

        For values that are costly to make: of a batch in order, most would be kept only until the next ones come.
        """
        limit = self.entries[-1][0] if len(self.entries) >= self.size else None
        wanted = sorted({key for key in keys if key is not None and (limit is None or key <= limit)})[: self.size]
        bound = wanted[-1] if wanted else -1
        return [at for at, key in enumerate(keys) if key is not None and key <= bound]

    def add(self, key: int, value: Any) -> None:
        """Keep ``value`` if its key is among the smallest; of two values with one key the smaller stays."""
        if not self.wants(key) and key != self.entries[-1][0]:
            return
        place = bisect_left(self.entries, key, key=lambda entry: entry[0])
        if place < len(self.entries) and self.entries[place][0] == key:
            self.entries[place] = min(self.entries[place], (key, value))
            return
        self.entries.insert(place, (key, value))
        del self.entries[self.size :]

    def merge(self, other: Sample) -> Sample:
        """Keep the smallest of both, and return self."""
        for key, value in other.entries:
            self.add(key, value)
        return self

    @property
    def values(self) -> list[Any]:
        """The kept values, by key."""
        return [value for _, value in self.entries]


@dataclass(slots=True)
class Frequent:
    """Counts of values of which only the frequent ones matter.

    Counts are kept by 16 bits of a value's hash, so that memory is bounded, and the values themselves in a sample. A
    count is too high by what shares the hash, on average by 1/65,536 of the total; a value that a tenth of different
    records have is missing from a sample of 256 once in 10^11 datasets.

    Attributes:
        total: How many values were counted.
        counts: Counts by hash.
        sample: Some of the counted values, each with where it was.
    """

    total: int = 0
    counts: Counter[int] = field(default_factory=Counter)
    sample: Sample = field(default_factory=lambda: Sample(256))

    def add(self, value: str, key: int, where: Any = None) -> None:
        """Count ``value`` in; ``key`` is a hash of the record that has it."""
        self.total += 1
        self.counts[stable_hash(value) % _BUCKETS] += 1
        if self.sample.wants(key):
            self.sample.add(key, (value, where))

    def add_all(self, values: Sequence[str], keys: Sequence[int], places: Sequence[Any]) -> None:
        """Count values in, each with a hash of the record that has it and with where it is."""
        self.total += len(values)
        for value, count in Counter(values).items():
            self.counts[stable_hash(value) % _BUCKETS] += count
        for at in self.sample.smallest(keys):
            self.sample.add(keys[at], (values[at], places[at]))

    def merge(self, other: Frequent) -> Frequent:
        """Add the counts of ``other``, and return self."""
        self.total += other.total
        self.counts.update(other.counts)
        self.sample.merge(other.sample)
        return self

    def most_common(self) -> tuple[str, int]:
        """Return the most frequent value and its count; an empty value where nothing was counted."""
        seen = {value for value, _ in self.sample.values}
        counted = [(self.counts[stable_hash(value) % _BUCKETS], value) for value in sorted(seen)]
        count, value = max(counted, default=(0, ""), key=lambda pair: pair[0])
        return value, count

    def places(self, value: str, limit: int) -> list[Any]:
        """Return where some occurrences of ``value`` are."""
        return sorted(where for other, where in self.sample.values if other == value)[:limit]
