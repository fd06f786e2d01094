"""The difference of two versions: records by content, and distributions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dslint.drift.side import Place, Side
from dslint.features.divergence import Measure, compare
from dslint.features.profile import Profile

VERSION: Final = 1
EVERYTHING: Final = "all"


@dataclass(frozen=True, slots=True)
class Changed:
    """A record whose question stayed and whose answer did not."""

    before: Place
    now: Place


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed.

    Attributes:
        before: Records of the old version.
        now: Records of the new version.
        same: Records that are in both.
        added: New records, by place in the new version.
        removed: Records that are gone, by place in the old version.
        changed: Records that ask the same and are otherwise different.
        measures: Comparisons of distributions, by dataset.
        profiles: Profiles before and now, by dataset.
        unread: Lines that are no record, before and now.
    """

    before: int
    now: int
    same: int
    added: tuple[Place, ...]
    removed: tuple[Place, ...]
    changed: tuple[Changed, ...]
    measures: Mapping[str, tuple[Measure, ...]]
    profiles: Mapping[str, tuple[Profile, Profile]]
    unread: tuple[int, int] = (0, 0)

    @property
    def shifts(self) -> list[tuple[str, Measure]]:
        """The comparisons above their limits, with their datasets."""
        return [(name, m) for name, measures in self.measures.items() for m in measures if m.shifted]

    def document(self, examples: int) -> dict[str, Any]:
        """Return it as JSON values, with some examples of records."""
        return {
            "version": VERSION,
            "records": {
                "before": self.before,
                "now": self.now,
                "same": self.same,
                "added": len(self.added),
                "removed": len(self.removed),
                "changed": len(self.changed),
                "unread": {"before": self.unread[0], "now": self.unread[1]},
            },
            "examples": {
                "added": [place._asdict() for place in self.added[:examples]],
                "removed": [place._asdict() for place in self.removed[:examples]],
                "changed": [
                    {"before": pair.before._asdict(), "now": pair.now._asdict()} for pair in self.changed[:examples]
                ],
            },
            "datasets": {
                name: {
                    "before": before.document(),
                    "now": now.document(),
                    "measures": [_document(measure) for measure in self.measures[name]],
                }
                for name, (before, now) in self.profiles.items()
            },
            "drift": bool(self.shifts),
        }


def difference(old: Side, new: Side) -> Difference:
    """Compare two sides.

    Records are told apart by their content, however they are ordered, split into files or formatted. Of those that are
    on one side only, two that ask the same are one changed record. Datasets are compared by name where both sides have
    the same ones, else all data at once.
    """
    gone, came = _only(old, new), _only(new, old)
    asked: dict[int, list[int]] = {}
    for number in reversed(gone):
        asked.setdefault(old.questions[number], []).append(number)
    changed: list[Changed] = []
    added: list[Place] = []
    matched: set[int] = set()
    for number in came:
        earlier = asked.get(new.questions[number])
        if earlier:
            matched.add(other := earlier.pop())
            changed.append(Changed(old.place(other), new.place(number)))
        else:
            added.append(new.place(number))
    removed = tuple(old.place(number) for number in gone if number not in matched)
    pairs = dict(_pairs(old.profiles, new.profiles))
    return Difference(
        before=old.records,
        now=new.records,
        same=new.records - len(came),
        added=tuple(added),
        removed=removed,
        changed=tuple(changed),
        measures={name: tuple(compare(*pair)) for name, pair in pairs.items()},
        profiles=pairs,
        unread=(old.unread, new.unread),
    )


def _only(here: Side, there: Side) -> list[int]:
    """Return the records of one side that the other does not have, or not as often."""
    left = Counter(there.contents)
    found = []
    for number, content in enumerate(here.contents):
        if left[content]:
            left[content] -= 1
        else:
            found.append(number)
    return found


def _pairs(old: Mapping[str, Profile], new: Mapping[str, Profile]) -> Iterator[tuple[str, tuple[Profile, Profile]]]:
    if old.keys() == new.keys():
        yield from ((name, (old[name], new[name])) for name in sorted(old))
        return
    pooled = []
    for profiles in (old, new):
        whole = Profile()
        for profile in profiles.values():
            whole.merge(profile)
        pooled.append(whole)
    yield EVERYTHING, (pooled[0], pooled[1])


def _document(measure: Measure) -> dict[str, Any]:
    return {
        "what": measure.what,
        "test": measure.test,
        "value": round(measure.value, 4),
        "limit": measure.limit,
        "chance": round(measure.chance, 4),
        "shifted": measure.shifted,
        "change": measure.change,
    }
