"""Link records by the pairs that pass a comparison, comparing as few as will do."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dslint.engine.candidates import Groups, Pairs, grouped, split
from dslint.engine.table import Numbers
from dslint.features.unique import distinct

BLOCK: Final = 1 << 16
_HOPEFUL: Final = 3

Score = Callable[[Pairs], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Links:
    """Pairs that passed, without those whose records were linked already.

    Attributes:
        left: The smaller number of each pair.
        right: The other one.
        scores: How similar they are.
    """

    left: Numbers
    right: Numbers
    scores: NDArray[np.float64]

    def best(self) -> tuple[Numbers, Numbers, NDArray[np.float64]]:
        """Return every linked record, ascending, with the one it is most similar to, and how similar."""
        one, other = np.concatenate((self.left, self.right)), np.concatenate((self.right, self.left))
        scores = np.concatenate((self.scores, self.scores))
        order = np.lexsort((other, -scores, one))
        one, other, scores = one[order], other[order], scores[order]
        first = np.concatenate(([True], one[1:] != one[:-1])) if len(one) else np.zeros(0, dtype=np.bool_)
        return one[first], other[first], scores[first]


@dataclass(slots=True)
class Linker:
    """Finds the pairs that link records, in the order of the pairs: each joins what no pair before it has joined.

    What is linked does not depend on how many pairs are compared at once: the pairs that pass are an ordered graph, and
    the links its one spanning forest of earliest pairs. A pair that is in the forest of all pairs that are not known to
    fail, and passes, is in it; so those are compared first, and most of the others never.

    Attributes:
        count: How many records the run has.
        threshold: From which score on a pair passes.
        score: Compares pairs.
    """

    count: int
    threshold: float
    score: Score
    _parents: array[int] = field(init=False)

    def __post_init__(self) -> None:
        self._parents = array("Q", range(self.count))

    def links(self, blocks: Iterable[Pairs]) -> Links:
        """Return the links among pairs that come in sorted blocks."""
        linked: list[Pairs] = [np.empty(0, np.uint64)]
        scores: list[NDArray[np.float64]] = [np.empty(0)]
        for pairs in blocks:
            for start in range(0, len(pairs), BLOCK):
                block = pairs[start : start + BLOCK]
                left, right = (numbers.tolist() for numbers in split(block))
                passed = self._passed(block, [*map(self._root, left)], [*map(self._root, right)])
                joined = [position for position in sorted(passed) if self._join(left[position], right[position])]
                linked.append(block[joined])
                scores.append(np.array([passed[position] for position in joined]))
        return Links(*split(np.concatenate(linked)), np.concatenate(scores))

    def groups(self, links: Links) -> Groups:
        """Return the records that are linked, directly or not."""
        members = distinct(np.concatenate((links.left, links.right)))
        roots = np.fromiter((self._root(number) for number in members.tolist()), np.int64, len(members))
        return grouped(members, roots)

    def _passed(self, block: Pairs, left: Sequence[int], right: Sequence[int]) -> dict[int, float]:
        """Return the scores of pairs that pass, by position, among them all that join something.

        Args:
            block: The pairs.
            left: The roots of their records so far; nothing is joined meanwhile.
            right: The same.
        """
        passed: dict[int, float] = {}
        waiting = [p for p in range(len(block)) if left[p] != right[p]]
        turn = 0
        while waiting:
            chosen, waiting = _chosen(waiting, passed, left, right, hopeful=turn < _HOPEFUL)
            if not chosen:
                break
            scores = self.score(block[chosen])
            passed.update((p, s) for p, s in zip(chosen, scores.tolist(), strict=True) if s >= self.threshold)
            turn += 1
        return passed

    def _join(self, left: int, right: int) -> bool:
        a, b = self._root(left), self._root(right)
        self._parents[max(a, b)] = min(a, b)
        return a != b

    def _root(self, number: int) -> int:
        parents = self._parents
        while (parent := parents[number]) != number:
            parents[number] = parents[parent]
            number = parent
        return number


def _chosen(
    waiting: Sequence[int],
    passed: Mapping[int, float],
    left: Sequence[int],
    right: Sequence[int],
    *,
    hopeful: bool,
) -> tuple[list[int], list[int]]:
    """Return the pairs to compare, those that join something if all before them pass, and the others."""
    above: dict[int, int] = {}
    chosen: list[int] = []
    others: list[int] = []
    for position in sorted([*waiting, *passed]):
        a, b = left[position], right[position]
        while a in above:
            a = above[a]
        while b in above:
            b = above[b]
        if position in passed:
            if a != b:
                above[max(a, b)] = min(a, b)
        elif a == b:
            others.append(position)
        else:
            chosen.append(position)
            if hopeful:
                above[max(a, b)] = min(a, b)
    return chosen, others
