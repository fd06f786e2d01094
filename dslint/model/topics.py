"""What the questions of a dataset are about, as a map."""

from __future__ import annotations

from typing import NamedTuple

from dslint.model.ref import Ref


class TopicPoint(NamedTuple):
    """A record on the map.

    Attributes:
        ref: The record.
        x: From -1 to 1.
        y: From -1 to 1.
        topic: Number of its topic.
    """

    ref: Ref
    x: float
    y: float
    topic: int


class TopicMap(NamedTuple):
    """A sample of a dataset's records, near ones near each other.

    Attributes:
        topics: Names of the topics: their most typical words.
        points: The records.
    """

    topics: tuple[str, ...] = ()
    points: tuple[TopicPoint, ...] = ()
