"""Findings in the order in which they are reported, however many there are."""

from __future__ import annotations

import pickle
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NoReturn, overload

from dslint.engine.spill import BLOCK, ExternalSort, Pages
from dslint.model.finding import Finding
from dslint.model.report import Tally, tally_key

Numbered = tuple[int, Finding]
"""A finding and its position in the order of places."""


class Ranking:
    """Ranks findings, and numbers those with the same identity.

    Args:
        folder: Where findings are that do not fit into memory.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._counted: ExternalSort[Numbered] = ExternalSort(folder, _order)
        self._silenced: ExternalSort[Numbered] = ExternalSort(folder, _order)
        self._identities = array("Q")

    def add(self, finding: Finding) -> None:
        """Take the next finding in the order of places; its fingerprint is its identity so far."""
        into = self._silenced if finding.suppressed else self._counted
        into.add((len(self._identities), finding))
        # Half of the digest only tells which are the same: two different ones would at worst be told apart twice.
        self._identities.append(int(finding.fingerprint[:16], 16))

    def findings(self) -> tuple[Sequence[Finding], Sequence[Finding]]:
        """Return the findings that count and those that are silenced, both ranked."""
        again = _occurrences(self._identities)
        return self._sequence(self._counted, again), self._sequence(self._silenced, again)

    def _sequence(self, ranked: ExternalSort[Numbered], again: Any) -> Sequence[Finding]:
        named = (_named(finding, int(again[number])) for number, finding in ranked)
        found = RankedFindings(named, self._folder) if ranked.spilled else list(named)
        ranked.close()
        return found


class RankedFindings(Sequence[Finding]):
    """Findings in a temporary file, read block by block.

    Args:
        findings: The findings, ranked.
        folder: Where the file is.

    Attributes:
        tally: How often each severity, rule and reason for silence occurs.
    """

    def __init__(self, findings: Iterable[Finding], folder: str) -> None:
        self.tally: Tally = Counter()
        self._pages: Pages[Finding] = Pages(folder)
        self._last: tuple[int, list[Finding]] = (-1, [])
        self._blocks = self._pages.write(self._told(findings))

    def __len__(self) -> int:
        return self.tally.total()

    def __iter__(self) -> Iterator[Finding]:
        """Yield the findings."""
        return self._pages.read(self._blocks)

    @overload
    def __getitem__(self, index: int) -> Finding: ...

    @overload
    def __getitem__(self, index: slice) -> list[Finding]: ...

    def __getitem__(self, index: int | slice) -> Finding | list[Finding]:
        if isinstance(index, slice):
            return list(self._at(range(len(self))[index]))
        return next(self._at([range(len(self))[index]]))

    def __reduce__(self) -> NoReturn:
        raise pickle.PicklingError("findings that do not fit into memory are not sent or kept")

    def _at(self, positions: Iterable[int]) -> Iterator[Finding]:
        for position in positions:
            number = position // BLOCK
            if number != self._last[0]:
                self._last = number, self._pages.block(number)
            yield self._last[1][position % BLOCK]

    def _told(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        for finding in findings:
            self.tally[tally_key(finding)] += 1
            yield finding


def rank(finding: Finding) -> tuple[int, float, tuple[Any, ...], str, str]:
    """Sort key: severity, then score, then place."""
    return (finding.severity.rank, -finding.score, finding.place.order, finding.rule, finding.message)


def _order(item: Numbered) -> tuple[Any, ...]:
    return rank(item[1])


def _occurrences(identities: array[int]) -> Any:
    """Return how often the identity at each position has stood before it."""
    import numpy as np

    values = np.frombuffer(identities, np.uint64) if len(identities) else np.empty(0, np.uint64)
    order = np.argsort(values, kind="stable").astype(np.uint32)
    ordered = values[order]
    first = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1]))) if len(values) else order
    counts = np.diff(first, append=len(values))
    again = np.empty(len(values), np.uint32)
    again[order] = np.arange(len(values)) - np.repeat(first, counts)
    return again


def _named(finding: Finding, again: int) -> Finding:
    return finding.with_(fingerprint=f"{finding.fingerprint}-{again + 1}") if again else finding
