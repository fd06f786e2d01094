"""One side of a comparison: everything that is kept of the records of some files."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from dslint.features.digest import content_digest, context_key
from dslint.features.profile import Profile
from dslint.features.task import TaskType
from dslint.model.record import Record, Source
from dslint.sources.files import Discovery
from dslint.sources.shards import parse, shards


class Place(NamedTuple):
    """Where a record is; ``line`` is the row, from 1, in files without lines."""

    path: str
    line: int


@dataclass(slots=True)
class Side:
    """What is kept of the records: 32 bytes each.

    Attributes:
        profiles: By dataset.
        contents: Digest of all that each record teaches, in order.
        questions: Digest of what each record asks.
        files: Number of each record's file.
        lines: Line of each record, or its row.
        paths: The files.
        unread: Lines that are no record.
    """

    profiles: dict[str, Profile] = field(default_factory=dict)
    contents: array[int] = field(default_factory=lambda: array("Q"))
    questions: array[int] = field(default_factory=lambda: array("Q"))
    files: array[int] = field(default_factory=lambda: array("Q"))
    lines: array[int] = field(default_factory=lambda: array("Q"))
    paths: list[str] = field(default_factory=list)
    unread: int = 0

    @property
    def records(self) -> int:
        """How many records there are."""
        return len(self.contents)

    def place(self, number: int) -> Place:
        """Return where a record is."""
        return Place(self.paths[self.files[number]], self.lines[number])


def profiles_of(discovery: Discovery) -> dict[str, Profile]:
    """Return the profile of each dataset."""
    found: dict[str, Profile] = {}
    for source, records, _ in _batches(discovery):
        _count(found, source, records)
    return found


def side_of(discovery: Discovery) -> Side:
    """Return what a comparison needs of the files."""
    side = Side()
    for source, records, unread in _batches(discovery):
        _count(side.profiles, source, records)
        if not side.paths or side.paths[-1] != source.path:
            side.paths.append(source.path)
        side.unread += unread
        for record in records:
            side.contents.append(int.from_bytes(content_digest(record, "none")[:8], "little"))
            side.questions.append(int.from_bytes(context_key(record)[:8], "little"))
            side.files.append(len(side.paths) - 1)
            side.lines.append(record.ref.line or (record.ref.record or 0) + 1)
    return side


def _batches(discovery: Discovery) -> Iterator[tuple[Source, list[Record], int]]:
    for file in discovery.files:
        for shard in shards(file):
            batch = parse(shard)
            yield file.source, list(batch.records), sum(not damage.recovered for damage in batch.damages)


def _count(profiles: dict[str, Profile], source: Source, records: Iterable[Record]) -> None:
    profile = profiles.setdefault(source.dataset, Profile())
    records = list(records)
    for record, kind in zip(records, TaskType().compute(records), strict=True):
        profile.add(record, kind)
