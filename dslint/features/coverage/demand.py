"""What production asks beside what training data asks: topics, and how much of both belongs to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dslint.features.coverage.chance import UNLIKELY, at_least, differ
from dslint.features.coverage.neighbours import FAR, Neighbours
from dslint.features.coverage.training import Training
from dslint.features.topics.clusters import cluster, merged
from dslint.features.topics.names import names

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_APART = 3.3
"""Standard errors; a difference of so many is chance once in a thousand comparisons."""


@dataclass(frozen=True)
class Topic:
    """A topic.

    Attributes:
        name: Its most typical words.
        asked: How many of production's queries belong to it.
        trained: How many of the training questions do.
        share_asked: Their share of the queries.
        share_trained: Their share of the training questions.
        queries: Numbers of its queries, those nearest to its middle first.
        skew: ``1`` where production asks more than training shows, ``-1`` where it asks less, ``0`` else.
    """

    name: str
    asked: int
    trained: int
    share_asked: float
    share_trained: float
    queries: tuple[int, ...]
    skew: int


@dataclass(frozen=True)
class Demand:
    """How well training data covers production.

    Attributes:
        queries: How many different queries were looked for.
        alone: Numbers of those that no record is near to, the farthest first.
        beyond: Whether these are more than chance explains.
        limit: Cosine from which on a record is near.
        sampled: Queries and training questions whose topics were counted.
        topics: The topics, by their share of the queries.
    """

    queries: int
    alone: tuple[int, ...]
    beyond: bool
    limit: float
    sampled: tuple[int, int]
    topics: tuple[Topic, ...]


def demand(
    neighbours: Neighbours, training: Training, rows: NDArray[np.float32], *, ratio: float, least: int
) -> Demand:
    """Compare production with training data.

    Args:
        neighbours: Of the queries.
        training: The data.
        rows: Unit vectors of the queries.
        ratio: How many times as large one share is than the other before it counts.
        least: How many queries, or training questions, a topic needs to count.
    """
    from dslint.features.topics.clusters import UNIT

    products = neighbours.of_prompts.products[:, 0].tolist()
    limit = max(1, neighbours.limit(1))
    alone = sorted((n for n, product in enumerate(products) if product < limit), key=lambda n: (products[n], n))
    beyond = at_least(len(alone), len(products), FAR) < UNLIKELY
    topics, sampled = _topics(neighbours, training, rows, ratio, least)
    return Demand(len(products), tuple(alone), beyond, limit / UNIT**2, sampled, topics)


def _topics(
    neighbours: Neighbours, training: Training, asking: NDArray[np.float32], ratio: float, least: int
) -> tuple[tuple[Topic, ...], tuple[int, int]]:
    import numpy as np

    queries = neighbours.prompts.texts
    texts = [*queries, *training.questions]
    rows = np.concatenate((asking, training.sampled()))
    found = cluster(rows)
    labels, cosines = found.assign(rows)
    together = np.array([*merged(found, neighbours.certain), -1])
    labels = together[labels]
    known = names(texts, labels.tolist(), len(found))
    asked, trained = labels[: len(queries)], labels[len(queries) :]
    topics = []
    for number, name in enumerate(known):
        if number not in labels:
            continue
        members = np.flatnonzero(asked == number)
        order = members[np.lexsort((members, -cosines[members]))]
        counts = (len(members), int((trained == number).sum()))
        shares = (counts[0] / max(1, len(asked)), counts[1] / max(1, len(trained)))
        skew = _skew(counts, (len(asked), len(trained)), ratio, least)
        topics.append(Topic(name, *counts, *shares, tuple(order.tolist()), skew))
    topics.sort(key=lambda topic: (-topic.asked, -topic.trained, topic.name))
    return tuple(topics), (len(asked), len(trained))


def _skew(counts: tuple[int, int], totals: tuple[int, int], ratio: float, least: int) -> int:
    asked, trained = counts
    apart = differ(asked, totals[0], trained, totals[1])
    if asked >= least and apart > _APART and asked * totals[1] >= ratio * trained * totals[0]:
        return 1
    if trained >= least and apart < -_APART and trained * totals[0] >= ratio * asked * totals[1]:
        return -1
    return 0
