"""Parts of rated records such that nothing in one part is nearly the same as something in another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dslint.api import Record
from dslint.features.digest import content_digest, context_key
from dslint.features.minhash import band_keys, bands_for, signatures
from dslint.features.quality.traits import answered, asked
from dslint.features.shingles import jaccard, shingles

FOLDS: Final = 5
SIMILAR: Final = 0.7
_SHINGLE: Final = (3, 5, 5)
_TELLING: Final = 20


def folds(records: Sequence[Record], labels: NDArray[np.float64], parts: int = FOLDS) -> NDArray[np.int64]:
    """Return the part of each record, 0 to ``parts - 1``; each part has about its share of both labels.

    Records with the same prompt or nearly the same answer go to one part: a model that has seen one of them knows the
    other. What goes where depends on the records and not on their order.
    """
    groups = _groups(records)
    members: dict[int, list[int]] = {}
    for place, group in enumerate(groups):
        members.setdefault(group, []).append(place)
    digests = [content_digest(record, "none") for record in records]
    held = np.zeros((parts, 2))
    found = np.zeros(len(records), dtype=np.int64)
    # The largest first, as they fit worst.
    for places in sorted(members.values(), key=lambda some: (-len(some), min(digests[place] for place in some))):
        own = np.bincount(labels[places].astype(int), minlength=2)
        # Where its rarer label is short, or else where there is least.
        part = min(range(parts), key=lambda each: (float(held[each] @ own) / len(places), held[each].sum(), each))
        held[part] += own
        found[places] = part
    return found


def _groups(records: Sequence[Record]) -> list[int]:
    """Return for each record the first one of its group."""
    parents = list(range(len(records)))

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    def join(left: int, right: int) -> None:
        low, high = sorted((root(left), root(right)))
        parents[high] = low

    first: dict[bytes, int] = {}
    for place, record in enumerate(records):
        join(first.setdefault(context_key(record) if record.context else bytes([0]) + _own(place), place), place)
    for left, right in _similar([_compared(record) for record in records]):
        join(left, right)
    return [root(place) for place in range(len(records))]


def _own(place: int) -> bytes:
    return place.to_bytes(8, "little")


def _compared(record: Record) -> str:
    """Return the answer, or all of the record where the answer is too short to tell anything."""
    answer = answered(record)
    return answer if len(answer.split(None, _TELLING)) > _TELLING else f"{asked(record)}\n{answer}"


def _similar(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Return pairs of texts with many shingles in common, enough of them to link all that are similar."""
    blocks = list(shingles(texts, *_SHINGLE))
    sets = [block[index] for block in blocks for index in range(len(block))]
    rows = np.concatenate([signatures(block) for block in blocks])
    keys = band_keys(rows, bands_for(SIMILAR))
    pairs: dict[tuple[int, int], None] = {}
    for column in keys.T:
        first: dict[int, int] = {}
        for place, key in enumerate(column.tolist()):
            pairs.setdefault((first.setdefault(key, place), place))
    return [
        (left, right) for left, right in pairs if left != right and jaccard(sets[left], sets[right], SIMILAR) >= SIMILAR
    ]
