"""States of neighbouring shards, merged and kept together: an edit merges one bundle again, and then the bundles."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from dslint.engine.cache.anchors import Anchor, Anchors, anchors_of
from dslint.engine.cache.codec import DAMAGED, UNKEPT, pack, unpack
from dslint.engine.cache.digest import digest
from dslint.engine.cache.store import Store
from dslint.engine.columns import scope_key
from dslint.engine.crash import Crash
from dslint.engine.plan import Plan
from dslint.engine.shard import ShardResult
from dslint.engine.states import Sources, Units, merge_state, of_shard, results_of
from dslint.model.severity import Scope

SIZE: Final = 16
"""Wanted number of shards, about the root of those of a million records: so a bundle is as much to merge as all are."""


class Member(NamedTuple):
    """The states of a shard.

    Attributes:
        key: Key of the shard's result; ``None`` where that is not kept, so that no bundle with it may be.
        anchor: Where the shard stands.
        states: Returns the states, which whoever asks may change.
    """

    key: bytes | None
    anchor: Anchor
    states: Callable[[], Mapping[str, Any]]


@dataclass(slots=True)
class Bundles:
    """Merges the states of one pass.

    Attributes:
        plan: What runs.
        store: Where bundles are kept.
        packages: Top-level names of the packages whose classes they may hold.
    """

    plan: Plan
    store: Store
    packages: frozenset[str]
    _open: list[Member] = field(default_factory=list)
    _units: Units = field(default_factory=dict)
    _crashes: dict[str, Crash] = field(default_factory=dict)
    _sources: Sources = field(default_factory=dict)

    def add(self, member: Member) -> None:
        """Add the next shard; which ones end a bundle follows from what they hold, so that an edit moves no other."""
        self._open.append(member)
        for scope in Scope:
            self._sources.setdefault((scope, scope_key(scope, member.anchor.source)), member.anchor.source)
        count = len(self._open)
        ends = member.key is not None and member.key[0] % (SIZE // 2) == 0
        if (ends and count * 2 >= SIZE) or count >= 2 * SIZE:
            self._end()

    def results(self) -> Iterator[ShardResult]:
        """Yield the merged states as results of shards."""
        self._end()
        return results_of(self.plan, self._units, self._crashes.values(), self._sources)

    def _end(self) -> None:
        members, self._open = self._open, []
        keys = [member.key for member in members if member.key is not None]
        key = digest("bundle", keys) if len(keys) == len(members) > 1 else None
        anchors = anchors_of(member.anchor for member in members)
        units = self._load(key, anchors)
        if units is None:
            units, before = {}, len(self._crashes)
            for member in members:
                self._merge(units, of_shard(self.plan, member.anchor.source, member.states()))
            if key is not None and len(self._crashes) == before:
                with contextlib.suppress(*UNKEPT):
                    self.store.put(key, pack(units, self.packages, anchors))
        self._merge(self._units, units)

    def _merge(self, into: Units, units: Units) -> None:
        for unit, states in units.items():
            for scope, state in states.items():
                crash = None if unit in self._crashes else merge_state(self.plan, into, unit, scope, state)
                if crash is not None:
                    self._crashes[unit] = crash

    def _load(self, key: bytes | None, anchors: Anchors) -> Units | None:
        body = None if key is None else self.store.get(key)
        if body is None:
            return None
        try:
            units: Units = unpack(body, self.packages, anchors)
        except DAMAGED:
            return None
        return units
