"""What a rule said of pairs and groups of records: not asked again while the records hold the same.

A record is known by what its shard holds and by its position there, so an edit makes the records of one shard unknown
and no others. What is known is kept by the shard of the first record, many facts in one entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import pairwise
from typing import Any, Final, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from dslint.engine.cache.codec import DAMAGED, UNKEPT, pack, unpack
from dslint.engine.cache.digest import digest
from dslint.engine.cache.store import Store
from dslint.engine.crash import Crash
from dslint.engine.members import GroupBlock, PairBlock, Verdicts
from dslint.engine.shard import CONTENT
from dslint.engine.table import Rows
from dslint.features.unique import distinct
from dslint.model.finding import Finding, Related
from dslint.model.ref import Ref
from dslint.model.severity import Severity

STALE: Final = 256
"""Facts beyond four times those in use from which on an entry is cut down to these."""
_DIGEST: Final = 16


class MemberPlace(NamedTuple):
    """A place in one of a group's records."""

    member: int
    pointer: str
    span: tuple[int, int] | None


class Told(NamedTuple):
    """A finding, with places in members of its group."""

    rule: str
    severity: Severity
    message: str
    place: MemberPlace
    score: float
    related: tuple[tuple[MemberPlace, str], ...]
    key: str
    properties: Any


Verdict = tuple[int | None, tuple[Told, ...]]
"""How many records were judged together, if the rule asked, and what it found."""


@dataclass(slots=True)
class Facts:
    """What is known of pairs or groups, by the shard of their first records.

    Attributes:
        store: Where it is kept.
        key: Key of the rule and of what it was asked.
    """

    store: Store
    key: bytes
    _known: dict[bytes, dict[bytes, Any]] = field(default_factory=dict)
    _used: dict[bytes, dict[bytes, Any]] = field(default_factory=dict)
    _new: set[bytes] = field(default_factory=set)

    def get(self, home: bytes, name: bytes) -> Any:
        """Return a fact, or ``None``."""
        known = self._known.get(home)
        if known is None:
            known = self._known[home] = self._load(home)
        fact = known.get(name)
        if fact is not None:
            self._used.setdefault(home, {})[name] = fact
        return fact

    def put(self, home: bytes, name: bytes, fact: Any) -> None:
        """Note a fact."""
        self._known.setdefault(home, {})[name] = fact
        self._used.setdefault(home, {})[name] = fact
        self._new.add(home)

    def save(self) -> None:
        """Keep what is new."""
        for home in sorted(self._new):
            known, used = self._known[home], self._used[home]
            try:
                body = pack(used if len(known) > 4 * len(used) + STALE else known, {"dslint"})
            except UNKEPT:
                continue
            self.store.put(digest(self.key, home), body)
        self._new.clear()

    def _load(self, home: bytes) -> dict[bytes, Any]:
        body = self.store.get(digest(self.key, home))
        try:
            found = unpack(body, {"dslint"}) if body is not None else {}
        except DAMAGED:
            found = {}
        return found if isinstance(found, dict) else {}


class Scores:
    """Scores of pairs that were compared before."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def split(self, block: PairBlock) -> tuple[PairBlock | None, Callable[[Any], Any]]:
        """Return the pairs without a score, and what puts their scores beside those that are known."""
        contents = block.rows.contents
        joined = np.concatenate((contents[block.left], contents[block.right]), axis=1)
        names = _pieces(joined, np.arange(len(joined) + 1))
        found = [self._facts.get(name[:CONTENT], name[CONTENT:]) for name in names]
        missing = np.array([at for at, score in enumerate(found) if score is None], dtype=np.int64)

        def complete(scores: NDArray[np.float64] | Crash | None) -> Any:
            if isinstance(scores, Crash):
                return scores
            for at, score in zip(missing.tolist(), [] if scores is None else scores.tolist(), strict=True):
                found[at] = score
                self._facts.put(names[at][:CONTENT], names[at][CONTENT:], score)
            return np.array(found, dtype=np.float64)

        if not len(missing):
            return None, complete
        left, right = block.left[missing], block.right[missing]
        rows = distinct(np.concatenate((left, right)))
        return PairBlock(block.rows.some(rows), np.searchsorted(rows, left), np.searchsorted(rows, right)), complete


class Judgements:
    """Findings in groups that were judged before."""

    def __init__(self, facts: Facts, total: int) -> None:
        self._facts = facts
        self._total = total

    def split(self, block: GroupBlock) -> tuple[GroupBlock | None, Callable[[Any], Any]]:
        """Return the groups that are not known, and what puts what is found in them beside what is known."""
        homes, names = _named(block)
        found = [self._verdict(home, name) for home, name in zip(homes, names, strict=True)]
        missing = [at for at, verdict in enumerate(found) if verdict is None]

        def complete(made: Verdicts | Crash | None) -> Any:
            if isinstance(made, Crash):
                return made
            merged: list[Finding] = []
            ends: list[int] = []
            counted: list[bool] = []
            bounds = [*pairwise(block.offsets.tolist())]
            fresh = iter(_parts(made))
            refs = _refs(block, [None if verdict is None else verdict[1] for verdict in found])
            for at, verdict in enumerate(found):
                start, end = bounds[at]
                if verdict is None:
                    findings, asked = next(fresh)
                    told = _told(findings, block.rows, start, end)
                    if told is not None:
                        self._facts.put(homes[at], names[at], (self._total if asked else None, told))
                else:
                    findings, asked = _findings(verdict[1], refs, start), verdict[0] is not None
                merged += findings
                ends.append(len(merged))
                counted.append(asked)
            return Verdicts(merged, ends, counted)

        return (_some(block, missing) if missing else None), complete

    def _verdict(self, home: bytes, name: bytes) -> Verdict | None:
        fact = self._facts.get(home, name)
        return None if fact is None or fact[0] not in (None, self._total) else cast(Verdict, fact)


def _pieces(rows: NDArray[np.uint8], bounds: NDArray[Any]) -> list[bytes]:
    data, width = rows.tobytes(), rows.shape[1]
    cuts = (bounds * width).tolist()
    return [data[start:end] for start, end in pairwise(cuts)]


def _named(block: GroupBlock) -> tuple[list[bytes], list[bytes]]:
    """Return for each group the shard of its first record, and what tells the group from others."""
    rows = [block.rows.contents]
    if block.other is not None and block.scores is not None:
        columns = (block.other.astype("<i8"), block.scores.astype("<f8"))
        rows += [np.ascontiguousarray(column)[:, None].view(np.uint8) for column in columns]
    pieces = _pieces(np.ascontiguousarray(np.concatenate(rows, axis=1)), block.offsets)
    return [piece[:CONTENT] for piece in pieces], [blake2b(piece, digest_size=_DIGEST).digest() for piece in pieces]


def _some(block: GroupBlock, groups: list[int]) -> GroupBlock:
    """Return a block of some of the groups."""
    starts, lengths = block.offsets[groups], np.diff(block.offsets)[groups]
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    rows = np.arange(offsets[-1]) - np.repeat(offsets[:-1] - starts, lengths)
    other = None if block.other is None else block.other[rows]
    scores = None if block.scores is None else block.scores[rows]
    return GroupBlock(block.rows.some(rows), offsets, other, scores)


def _parts(made: Verdicts | None) -> Iterator[tuple[list[Finding], bool]]:
    if made is not None:
        for start, end, asked in zip([0, *made.ends], made.ends, made.counted, strict=False):
            yield made.findings[start:end], asked


def _told(findings: Iterable[Finding], rows: Rows, start: int, end: int) -> tuple[Told, ...] | None:
    """Return findings with places in members; ``None`` where one is somewhere else."""
    members: dict[tuple[str, int | None], int] = {}
    told = []
    for finding in findings:
        if not members:
            members = {(ref.path, ref.record): at for at, ref in enumerate(rows.refs(slice(start, end)))}
        refs = [finding.ref, *(related.ref for related in finding.related)]
        places = [_place(ref, members) for ref in refs]
        kept = [place for place in places if place is not None]
        if len(kept) < len(refs):
            return None
        related = tuple((place, each.message) for place, each in zip(kept[1:], finding.related, strict=True))
        told.append(
            Told(
                finding.rule, finding.severity, finding.message, kept[0], finding.score, related, finding.key,
                dict(finding.properties),
            )
        )  # fmt: skip
    return tuple(told)


def _place(ref: Ref | None, members: dict[tuple[str, int | None], int]) -> MemberPlace | None:
    at = None if ref is None else members.get((ref.path, ref.record))
    return None if ref is None or at is None else MemberPlace(at, ref.pointer, ref.span)


def _refs(block: GroupBlock, known: Iterable[tuple[Told, ...] | None]) -> dict[int, Ref]:
    """Return the places that what is known of a block speaks of, by row: all are made at once."""
    starts = block.offsets.tolist()
    rows = {
        start + place.member
        for start, told in zip(starts, known, strict=False)
        for each in told or ()
        for place in (each.place, *(place for place, _ in each.related))
    }
    wanted = sorted(rows)
    return dict(zip(wanted, block.rows.refs(wanted), strict=True))


def _findings(told: Iterable[Told], refs: Mapping[int, Ref], start: int) -> list[Finding]:
    def ref(place: MemberPlace) -> Ref:
        return refs[start + place.member].at(place.pointer, place.span)

    return [
        Finding(
            each.rule, each.severity, each.message, ref(each.place), each.score,
            tuple(Related(ref(place), message) for place, message in each.related), each.key,
            properties=each.properties,
        )
        for each in told
    ]  # fmt: skip
