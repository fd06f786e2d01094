"""Counting keys of which there may be without end, in bounded memory and with the same result in any order."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from dslint.api import Ref

RECORD: Final = "record"
TURN: Final = "turn"
CAPACITY: Final = 512


@dataclass(slots=True)
class Seen:
    """How often a key was seen.

    Attributes:
        count: How often at all.
        near: How often it may have stood for another key.
        meant: That key; the first in order of the alphabet where there are several.
        place: The first place.
    """

    count: int
    near: int
    meant: str
    place: Ref


@dataclass(slots=True)
class KeyUse:
    """Which keys the records and turns of one file have.

    Of each level the keys with the ``CAPACITY`` smallest hashes are kept. A key that is among them in the end was among
    them all along, so its count is exact whatever the order.
    """

    records: int = 0
    turns: int = 0
    keys: dict[str, dict[str, Seen]] = field(default_factory=lambda: {RECORD: {}, TURN: {}})

    def at(self, level: str) -> dict[str, Seen]:
        """Return the keys of a level that are kept."""
        if len(self.keys[level]) > CAPACITY:
            self._prune(level)
        return self.keys[level]

    def count(self, level: str, key: str, record: Ref, pointer: str, meant: str | None, times: int = 1) -> None:
        """Count one key of one record or turn, or of several of which it is the first."""
        seen = self.keys[level].get(key)
        if seen is not None and not meant and (seen.place.record or 0) <= (record.record or 0):
            seen.count += times
            return
        self._put(level, key, Seen(times, times if meant else 0, meant or "", record.at(pointer)))

    def merge(self, other: KeyUse) -> KeyUse:
        """Add the counts of ``other``."""
        self.records += other.records
        self.turns += other.turns
        for level, keys in other.keys.items():
            for key, seen in keys.items():
                self._put(level, key, seen)
        return self

    def _put(self, level: str, key: str, new: Seen) -> None:
        keys = self.keys[level]
        old = keys.get(key)
        if old is None:
            keys[key] = new
            if len(keys) > 2 * CAPACITY:
                self._prune(level)
            return
        meant = min(filter(None, (old.meant, new.meant)), default="")
        place = min(old.place, new.place, key=lambda ref: ref.order)
        keys[key] = Seen(old.count + new.count, old.near + new.near, meant, place)

    def _prune(self, level: str) -> None:
        kept = sorted(self.keys[level], key=lambda key: blake2b(key.encode("utf-8", "replace")).digest())[:CAPACITY]
        self.keys[level] = {key: self.keys[level][key] for key in kept}
