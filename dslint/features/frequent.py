"""What is frequent in a dataset, in bounded memory and whatever the order of counting."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

import orjson
import xxhash

from dslint.api import Feature, Record

_BUCKETS: Final = 1 << 16
_FEW: Final = 1 << 13
"""Counts that are kept one by one."""


def stable_hash(text: str) -> int:
    """Return 64 bits that stand for ``text`` in every process."""
    return xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass"))


def stable_hashes(texts: Sequence[str]) -> Any:
    """Return :func:`stable_hash` of each text, as ``uint64[n]``."""
    import numpy as np

    try:
        encoded = list(map(str.encode, texts))
    except UnicodeEncodeError:  # lone surrogates
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    return np.fromiter(map(xxhash.xxh3_64_intdigest, encoded), np.uint64, len(texts))


class RecordHash(Feature[int]):
    """A hash of all that a record holds, by which samples are drawn.

    Where the record stands has no part in it, so a sample stays the same when records are inserted before it. Copies of
    a record count once in a sample; :class:`Frequent` still counts them all.
    """

    def compute(self, records: Sequence[Record], /) -> Any:
        """Return ``uint64[n]``."""
        import numpy as np

        hashes = (xxhash.xxh3_64_intdigest(_as_bytes(record.data)) for record in records)
        return np.fromiter(hashes, np.uint64, len(records))


RecordHashes = Annotated[Any, RecordHash]
"""Ask, for a batch of records, for what decides which of them fall into a sample: ``uint64[n]``."""
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

    def smallest(self, keys: Any, counted: Any) -> list[int]:
        """Return the positions of the keys that would be kept after all that are counted were added.

        For values that are costly to make: of a batch in order, most would be kept only until the next ones come.

        Args:
            keys: ``uint64[n]``.
            counted: Which of them are counted, ``bool[n]``.
        """
        import numpy as np

        if len(self.entries) >= self.size:
            counted = counted & (keys <= np.uint64(self.entries[-1][0]))
        ordered = np.sort(keys[counted])  # by np.unique it takes ten times as long
        if not len(ordered):
            return []
        last = np.flatnonzero(ordered[1:] != ordered[:-1])
        bound = ordered[last[self.size - 1] if len(last) >= self.size else -1]
        found: list[int] = np.flatnonzero(counted & (keys <= bound)).tolist()
        return found

    def add(self, key: int, value: Any) -> None:
        """Keep ``value`` if its key is among the smallest; of two values with one key the smaller stays."""
        key = int(key)
        if not self.wants(key) and key != self.entries[-1][0]:
            return
        place = bisect_left(self.entries, key, key=lambda entry: entry[0])
        if place < len(self.entries) and self.entries[place][0] == key:
            self.entries[place] = min(self.entries[place], (key, value))
            return
        self.entries.insert(place, (key, value))
        del self.entries[self.size :]

    def add_all(self, entries: Iterable[tuple[int, Any]]) -> None:
        """Keep of keys and values what :meth:`add` would, one after the other."""
        # In falling order, so that of one key the smallest value comes last, and stays.
        kept = dict(sorted([*self.entries, *entries], reverse=True))
        self.entries = [*kept.items()][: -self.size - 1 : -1]

    def merge(self, other: Sample) -> Sample:
        """Keep the smallest of both, and return self."""
        self.add_all(other.entries)
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
        counts: Counts by hash, while there are few.
        table: All other counts, ``uint32`` by hash: two of them are added a hundred times as fast.
        sample: Some of the counted values, each with where it was.
    """

    total: int = 0
    counts: Counter[int] = field(default_factory=Counter)
    table: Any = None
    sample: Sample = field(default_factory=lambda: Sample(256))

    def add(self, value: str, key: int, where: Any = None) -> None:
        """Count ``value`` in; ``key`` is a hash of the record that has it."""
        self.total += 1
        self.counts[stable_hash(value) % _BUCKETS] += 1
        if self.sample.wants(key):
            self.sample.add(key, (value, where))

    def add_all(self, values: Sequence[str], keys: Any, records: Sequence[Record]) -> None:
        """Count values in, each with the record that has it and with its hash; empty ones do not count."""
        import numpy as np

        counted = np.fromiter(map(bool, values), np.bool_, len(values))
        self.total += int(counted.sum())
        counts = Counter(values)
        counts.pop("", None)
        known = self.counts
        for bucket, count in zip((stable_hashes([*counts]) % _BUCKETS).tolist(), counts.values(), strict=True):
            known[bucket] = known.get(bucket, 0) + count
        found = self.sample.smallest(keys, counted)
        self.sample.add_all([(int(keys[at]), (values[at], records[at].ref)) for at in found])

    def merge(self, other: Frequent) -> Frequent:
        """Add the counts of ``other``, and return self."""
        self.total += other.total
        if self.table is None and other.table is None and len(self.counts) + len(other.counts) <= _FEW:
            self.counts.update(other.counts)
        else:
            self._tabulate(self.counts)
            self._tabulate(other.counts)
            self.counts = Counter()
            if other.table is not None:
                self.table += other.table
        self.sample.merge(other.sample)
        return self

    def _tabulate(self, counts: Counter[int]) -> None:
        import numpy as np

        if self.table is None:
            self.table = np.zeros(_BUCKETS, np.uint32)
        hashes = np.fromiter(counts, np.int64, len(counts))  # distinct, so that plain indexing adds each of them
        self.table[hashes] += np.fromiter(counts.values(), np.uint32, len(counts))

    def _count(self, value: str) -> int:
        bucket = stable_hash(value) % _BUCKETS
        return self.counts[bucket] + (0 if self.table is None else int(self.table[bucket]))

    def most_common(self) -> tuple[str, int]:
        """Return the most frequent value and its count; an empty value where nothing was counted."""
        seen = {value for value, _ in self.sample.values}
        counted = [(self._count(value), value) for value in sorted(seen)]
        count, value = max(counted, default=(0, ""), key=lambda pair: pair[0])
        return value, count

    def places(self, value: str, limit: int) -> list[Any]:
        """Return where some occurrences of ``value`` are."""
        return sorted(where for other, where in self.sample.values if other == value)[:limit]
