"""Choosing: the best of each topic in turn, without what says the same."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dslint.selection.pool import Pool

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ALIKE: Final = {False: 0.8, True: 0.9}
"""Cosine of two questions from which on one of them is enough: by words, and by a model."""


@dataclass(slots=True)
class _Queue:
    """The records of one topic, the best first, and what was taken of them."""

    waiting: list[int]
    rows: NDArray[np.float32] | None = None
    at: int = 0
    read: int = 0
    taken: list[NDArray[np.float32]] = field(default_factory=list)


def choose(pool: Pool, size: int) -> list[int]:
    """Return the numbers of up to ``size`` clean records, in the order of the data.

    Topics give their best record in turn, until there are enough; so each has as many, or all that it has. A record
    that asks nearly the same as one that its topic gave before is left out.
    """
    queues = {topic: _Queue(waiting) for topic, waiting in _by_topic(pool).items()}
    chunk = max(16, 2 * size // max(1, len(queues)))
    chosen: list[int] = []
    while queues and len(chosen) < size:
        _read_ahead(pool, list(queues.values()), chunk)
        given = [(topic, number) for topic, queue in sorted(queues.items()) if (number := _next(pool, queue)) >= 0]
        given.sort(key=lambda pair: _rank(pool, pair[1]))
        chosen += [number for _, number in given[: size - len(chosen)]]
        done = {topic for topic, queue in queues.items() if queue.at >= len(queue.waiting)}
        queues = {topic: queue for topic, queue in queues.items() if topic not in done}
    return sorted(chosen)


def random_pick(pool: Pool, size: int) -> list[int]:
    """Return the numbers of ``size`` records, clean or not, drawn by what they hold: the same for the same data."""
    import xxhash

    drawn = sorted(range(len(pool)), key=lambda n: (xxhash.xxh3_64_intdigest(pool.digest[n].to_bytes(8)), n))
    return sorted(drawn[:size])


@dataclass(frozen=True)
class Measured:
    """What a subset is like.

    Attributes:
        records: How many records it has.
        topics: How many topics these are of.
        effective: How many topics an even mix of the same diversity would have.
        score: Their mean score; ``None`` where nothing says how good they are.
        alike: How many ask nearly the same as another one in the subset.
        found: Of how many findings speak.
    """

    records: int
    topics: int
    effective: float
    score: float | None
    alike: int
    found: int


def measured(pool: Pool, numbers: Sequence[int]) -> Measured:
    """Measure a subset."""
    counts = Counter(pool.topic[number] for number in numbers if pool.topic[number] >= 0)
    total = counts.total()
    shares = [count / total for _, count in sorted(counts.items())]
    scores = [pool.score[number] for number in numbers if not math.isnan(pool.score[number])]
    return Measured(
        len(numbers),
        len(counts),
        math.exp(-math.fsum(share * math.log(share) for share in shares)) if shares else 0.0,
        math.fsum(scores) / len(scores) if scores else None,
        _alike(pool, numbers),
        sum(not pool.clean[number] for number in numbers),
    )


def _by_topic(pool: Pool) -> dict[int, list[int]]:
    """Return the clean records of each topic, the best first; of equal records one."""
    found: dict[int, list[int]] = {}
    seen: set[int] = set()
    for number in sorted((n for n in range(len(pool)) if pool.clean[n]), key=lambda n: _rank(pool, n)):
        if pool.digest[number] not in seen:
            seen.add(pool.digest[number])
            found.setdefault(pool.topic[number], []).append(number)
    return found


def _rank(pool: Pool, number: int) -> tuple[float, int, int]:
    score = pool.score[number]
    return (math.inf if math.isnan(score) else -score, pool.digest[number], number)


def _read_ahead(pool: Pool, queues: Sequence[_Queue], chunk: int) -> None:
    hungry = [queue for queue in queues if queue.at >= queue.read and queue.at < len(queue.waiting)]
    wanted = [queue.waiting[queue.at : queue.at + chunk] for queue in hungry]
    numbers = [number for each in wanted for number in each]
    if not numbers:
        return
    rows, start = pool.rows(numbers), 0
    for queue, each in zip(hungry, wanted, strict=True):
        queue.rows, queue.read = rows[start : start + len(each)], queue.at + len(each)
        start += len(each)


def _next(pool: Pool, queue: _Queue) -> int:
    """Take the next record that is not like one that was taken; -1 where what was read has none."""
    import numpy as np

    limit = ALIKE[pool.training.encoded is not None]
    while queue.at < queue.read and queue.rows is not None:
        row = queue.rows[queue.at - queue.read]
        queue.at += 1
        if not queue.taken or not row.any() or float((np.stack(queue.taken) @ row).max()) < limit:
            queue.taken.append(row)
            return queue.waiting[queue.at - 1]
    return -1


def _alike(pool: Pool, numbers: Sequence[int]) -> int:
    import numpy as np

    rows = pool.rows(numbers)
    limit, count = ALIKE[pool.training.encoded is not None], 0
    for start in range(0, len(rows), 1024):
        products = rows[start : start + 1024] @ rows.T
        products[np.arange(len(products)), np.arange(start, start + len(products))] = -1
        count += int((products >= limit).any(axis=1).sum())
    return count
