"""Which records share a key with another one: after an edit only their keys, and those of new ones, are sorted.

A row that shared its key with no other of an earlier run shares it with none of the rows that are left of that run. So
it is left out, unless a new row may have its key. What is kept of a shard is known by its keys themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import xxhash
from numpy.typing import NDArray

from dslint.engine.cache.codec import DAMAGED, pack, unpack
from dslint.engine.cache.digest import digest
from dslint.engine.cache.store import Store
from dslint.engine.spool import KeyBlock
from dslint.engine.table import Numbers

LEAST: Final = 1 << 16
"""Rows from which on to sort them takes longer than to find out which need not be."""
NEW: Final = 1 << 14
"""New rows up to which most others are told apart from them by the upper bits of their keys."""
_BITS: Final = 20
_SHIFT: Final = np.uint64(64 - _BITS)


@dataclass(slots=True)
class KnownSharing:
    """Knows it of all rules.

    Attributes:
        store: Where it is kept.
        program: Digest of the code that mixes and compares keys.
    """

    store: Store
    program: bytes

    def of(self, rule: str, unit: str) -> Sharing:
        """Return what is known of the records that a rule judges together."""
        return Sharing(self.store, digest("sharing", self.program, rule, unit))


@dataclass(slots=True)
class Sharing:
    """Knows it of what is judged together.

    Attributes:
        store: Where it is kept.
        key: Under which key.
    """

    store: Store
    key: bytes
    _shards: list[tuple[bytes, NDArray[np.uint32]]] = field(default_factory=list)
    _known: list[tuple[bytes, bytes]] = field(default_factory=list)
    _shared: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))

    def sifted(self, blocks: list[KeyBlock]) -> list[KeyBlock]:
        """Return blocks, one for each shard, without rows that share no key."""
        if sum(len(numbers) for _, numbers in blocks) < LEAST:
            return blocks
        self._shards = [(xxhash.xxh3_128_digest(np.ascontiguousarray(keys).data), numbers) for keys, numbers in blocks]
        self._shared = np.zeros(1 + max(int(numbers.max(initial=0)) for _, numbers in blocks), np.bool_)
        self._known = self._load()
        flags: dict[bytes, list[bytes]] = {}
        for name, packed in self._known:
            flags.setdefault(name, []).append(packed)
        found = [flags[name].pop() if flags.get(name) else None for name, _ in self._shards]
        new = [keys for (keys, _), packed in zip(blocks, found, strict=True) if packed is None]
        if sum(map(len, new)) > NEW:
            return blocks
        may_have = _table(new, blocks[0][0].shape[1])
        return [
            block if packed is None else _chosen(block, packed, may_have)
            for block, packed in zip(blocks, found, strict=True)
        ]

    def note(self, numbers: Numbers) -> None:
        """Remember records that share a key."""
        if self._shards:
            self._shared[numbers] = True

    def save(self) -> None:
        """Keep what is new, once all keys were seen."""
        if not self._shards:
            return
        now = [(name, np.packbits(self._shared[numbers]).tobytes()) for name, numbers in self._shards]
        if now != self._known:
            self.store.put(self.key, pack(now, ()))

    def _load(self) -> list[tuple[bytes, bytes]]:
        body = self.store.get(self.key)
        try:
            known: list[tuple[bytes, bytes]] = [] if body is None else unpack(body, ())
        except DAMAGED:
            return []
        return known


def _table(new: list[NDArray[np.uint64]], width: int) -> NDArray[np.bool_]:
    """Return for each column the upper bits that new keys have."""
    table = np.zeros((width, 1 << _BITS), np.bool_)
    for keys in new:
        for column in range(width):
            table[column, keys[:, column] >> _SHIFT] = True
    return table


def _chosen(block: KeyBlock, packed: bytes, may_have: NDArray[np.bool_]) -> KeyBlock:
    keys, numbers = block
    chosen = np.unpackbits(np.frombuffer(packed, np.uint8), count=len(numbers)).view(np.bool_)
    at = (keys >> _SHIFT).view(np.int64)
    at += np.arange(len(may_have)) << _BITS
    chosen |= may_have.ravel().take(at, mode="clip").any(axis=1)  # all are inside; other modes look at each first
    return keys[chosen], numbers[chosen]
