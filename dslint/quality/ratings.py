"""Rated records: those that carry a score, and those whose scores stand in another file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dslint.api import Record
from dslint.features.digest import content_digest
from dslint.features.quality.traits import answered
from dslint.features.ratings import rating, value_at
from dslint.sources.files import Discovery
from dslint.sources.shards import parse, shards

DIGEST = "digest"
"""The field by which a rating names its record."""
_ROOM: Final = 4
"""How many times the size of a sample is kept while it is drawn."""


class RatingsError(ValueError):
    """Ratings cannot be used; the message says why."""


@dataclass(slots=True)
class Ratings:
    """Records with their scores.

    Attributes:
        records: The rated ones.
        scores: Score of each.
        unrated: How many had no number as score.
        unanswered: How many had no answer that could be rated.
        unknown: How many ratings named a record that is not there.
    """

    records: list[Record] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    unrated: int = 0
    unanswered: int = 0
    unknown: int = 0

    def add(self, record: Record, score: float | None) -> None:
        """Count a record in."""
        if score is None:
            self.unrated += 1
        elif not answered(record).strip():
            self.unanswered += 1
        else:
            self.records.append(record)
            self.scores.append(score)

    @property
    def digest(self) -> str:
        """What stands for all records and scores, whatever their order."""
        pairs = sorted(zip(map(digest_of, self.records), self.scores, strict=True))
        return blake2b(repr(pairs).encode(), digest_size=16).hexdigest()

    def poor(self, good_from: float | None) -> tuple[NDArray[np.float64], float]:
        """Return 1 for each poor record and 0 for each good one, and the score from which on they are good.

        Raises:
            RatingsError: Nothing says which scores are good.
        """
        levels = sorted(set(self.scores))
        if good_from is None:
            if len(levels) > 2:
                raise RatingsError(
                    f"scores have {len(levels)} values from {levels[0]:g} to {levels[-1]:g}; "
                    "say with --good-from which are good"
                )
            good_from = levels[-1] if levels else 0.0
        return (np.array(self.scores) < good_from).astype(np.float64), good_from


def digest_of(record: Record) -> str:
    """Return what names a record in a file of ratings: a digest of all that it teaches."""
    return content_digest(record, "none").hex()


def read_ratings(discovery: Discovery, score: str, rated: Discovery | None = None) -> Ratings:
    """Read rated records.

    Args:
        discovery: Files of ratings.
        score: The field, or path with dots, of the score.
        rated: Files of the records that the ratings name by ``digest``; ``None`` where ratings are records themselves.
    """
    found = Ratings()
    if rated is None:
        for record in records_of(discovery):
            found.add(record, rating(record, score))
        return found
    named: dict[str, float | None] = {}
    for row in records_of(discovery):
        name = value_at(row.data, DIGEST)
        if isinstance(name, str):
            named[name] = rating(row, score)
        else:
            found.unknown += 1
    for record in records_of(rated):
        name = digest_of(record)
        if name in named:
            found.add(record, named.pop(name))
    found.unknown += len(named)
    return found


def records_of(discovery: Discovery) -> Iterator[Record]:
    """Yield the records of files."""
    for file in discovery.files:
        for shard in shards(file):
            yield from parse(shard).records


def sheet_line(record: Record) -> str:
    """Return a line of JSON for people to rate a record in; it can be trained on as it is."""
    row = {DIGEST: digest_of(record), "prompt": record.prompt, "response": record.response, "score": None}
    return json.dumps(row, ensure_ascii=False) + "\n"


def sample(records: Iterable[Record], size: int) -> Sequence[Record]:
    """Return records to be rated: as if drawn at random, the same on every run, no record twice."""
    drawn: dict[bytes, Record] = {}
    for record in records:
        if answered(record).strip():
            drawn.setdefault(blake2b(digest_of(record).encode(), digest_size=8).digest(), record)
        if len(drawn) > _ROOM * size:
            drawn = {key: drawn[key] for key in sorted(drawn)[:size]}
    return [drawn[key] for key in sorted(drawn)[:size]]
