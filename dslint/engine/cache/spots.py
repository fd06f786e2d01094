"""Exact places of findings, and what the records there add to them: not looked up again in the same bytes."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from dslint.engine.cache.anchors import Anchor
from dslint.engine.cache.blocks import Facts
from dslint.engine.cache.digest import digest
from dslint.engine.cache.keys import Keys
from dslint.engine.cache.store import Store
from dslint.engine.resolve import Spot
from dslint.engine.shard import content_of
from dslint.model.finding import Finding
from dslint.model.ref import Ref
from dslint.sources.shards import Shard

_WHOLE_LINES: Final = ("lines", "text")
"""Layouts in which a record begins its line, so that its columns do not depend on what stands before it."""


class _Home(NamedTuple):
    anchor: Anchor
    content: bytes


@dataclass(slots=True)
class Spots:
    """What is known of places, by the shard that they are in.

    Attributes:
        facts: Where it is kept.
        sensitive: Ids of rules whose findings must not show text.
    """

    facts: Facts
    sensitive: frozenset[str]
    _first: dict[str, list[int]] = field(default_factory=dict)
    _homes: dict[str, list[_Home]] = field(default_factory=dict)

    def see(self, shard: Shard) -> None:
        """Take note of where a shard stands; the shards of a file come in their order."""
        if shard.file.layout in _WHOLE_LINES and not shard.file.in_memory:
            path = shard.file.source.path
            self._first.setdefault(path, []).append(shard.first_record)
            self._homes.setdefault(path, []).append(_Home(Anchor(shard), content_of(shard)))

    def place(self, ref: Ref) -> Ref | None:
        """Return the exact place of a reference."""
        found = self._fact(ref)
        return None if found is None else found[1].anchor.absolute(*found[0])

    def note_place(self, ref: Ref, exact: Ref) -> None:
        """Remember an exact place."""
        if (home := self._home(ref)) is not None:
            self.facts.put(home.content, _name(home, ref), home.anchor.relative(exact))

    def spot(self, finding: Finding) -> Spot | None:
        """Return what a finding's record adds to it."""
        found = self._fact(finding.place, *self._told(finding))
        if found is None:
            return None
        (place, excerpt, mark, fingerprint), home = found
        return Spot(home.anchor.absolute(*place), excerpt, mark, fingerprint)

    def note_spot(self, finding: Finding, spot: Spot) -> None:
        """Remember it."""
        if (home := self._home(finding.place)) is not None:
            fact = (home.anchor.relative(spot.ref), spot.excerpt, spot.mark, spot.fingerprint)
            self.facts.put(home.content, _name(home, finding.place, *self._told(finding)), fact)

    def save(self) -> None:
        """Keep what is new."""
        self.facts.save()

    def _told(self, finding: Finding) -> tuple[Any, ...]:
        return finding.rule, finding.key, finding.rule in self.sensitive

    def _fact(self, ref: Ref, *told: Any) -> tuple[Any, _Home] | None:
        home = self._home(ref)
        fact = None if home is None else self.facts.get(home.content, _name(home, ref, *told))
        return None if home is None or fact is None else (fact, home)

    def _home(self, ref: Ref) -> _Home | None:
        first = self._first.get(ref.path)
        if first is None or ref.record is None:
            return None
        at = bisect_right(first, ref.record) - 1
        return self._homes[ref.path][at] if at >= 0 else None


def _name(home: _Home, ref: Ref, *told: Any) -> bytes:
    return repr((home.anchor.relative(ref), *told)).encode("utf-8", "surrogatepass")


def spots_of(store: Store, keys: Keys, sensitive: frozenset[str]) -> Spots:
    """Return what is known in a store."""
    return Spots(Facts(store, digest("spots", keys.program)), sensitive)
