"""How much of a prompt that models are evaluated with stands in a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

from dslint.api import Feature, Record, Ref, setting
from dslint.features.patterns import expression
from dslint.features.question import question_of
from dslint.features.text import squeeze

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RUN: Final = (8, 8, 16)
SHARED_BY: Final = 2
FEW_RUNS: Final = 6
_LEAST_BYTES: Final = 12
_NUMBER: Final = expression(r"\d+")


class Overlap(NamedTuple):
    """The evaluation prompt that a record holds most of.

    Attributes:
        item: Where the prompt is.
        coverage: Share of its runs of eight words that stand in the record.
        numbers: Share of its numbers that stand in the record; 1 where it has none.
    """

    item: Ref
    coverage: float
    numbers: float = 1.0


@dataclass(frozen=True, eq=False)
class EvaluationIndex:
    """The runs of eight words of all evaluation prompts.

    Runs that more than two prompts have are left out: they are the benchmark's template. So are prompts of which this
    leaves too little.

    Attributes:
        items: Where the prompts are.
        sizes: How many runs each has.
        runs: The distinct runs, in order.
        owners: The one or two prompts that each run is of; the second is -1 where there is only one.
        numbers: The numbers in each prompt.
        digest: Stands for all of it.
    """

    items: Sequence[Ref]
    sizes: NDArray[np.int64]
    runs: NDArray[np.uint64]
    owners: NDArray[np.int64]
    numbers: Sequence[frozenset[str]]
    digest: bytes = b""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EvaluationIndex) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def best(self, texts: Sequence[str]) -> list[Overlap | None]:
        """Return for each text the prompt that it holds most of, if it holds a run of any."""
        from dslint.features.shingles import shingles

        found: list[Overlap | None] = []
        for block in shingles(texts, *RUN):
            for text, best in zip(texts[len(found) :], self._best(block.hashes, block.offsets), strict=False):
                found.append(None if best is None else self._overlap(text, *best))
        return found

    def _overlap(self, text: str, item: int, coverage: float) -> Overlap:
        wanted = self.numbers[item]
        share = len(wanted.intersection(_NUMBER.findall(text))) / len(wanted) if wanted else 1.0
        return Overlap(self.items[item], coverage, share)

    def _best(self, hashes: NDArray[np.uint64], offsets: NDArray[np.int64]) -> list[tuple[int, float] | None]:
        import numpy as np

        count = len(offsets) - 1
        result: list[tuple[int, float] | None] = [None] * count
        place = np.minimum(np.searchsorted(self.runs, hashes), len(self.runs) - 1)
        known = np.flatnonzero(self.runs[place] == hashes)
        if not len(known):
            return result
        text = np.repeat(np.arange(count), np.diff(offsets))[known]
        # A text may hold one run several times.
        pairs = np.unique(np.stack((text, place[known])), axis=1)
        owners = self.owners[pairs[1]]
        numbers = np.concatenate((pairs[0], pairs[0][owners[:, 1] >= 0]))
        items = np.concatenate((owners[:, 0], owners[:, 1][owners[:, 1] >= 0]))
        both, hits = np.unique(np.stack((numbers, items)), axis=1, return_counts=True)
        for number, item, hit in zip(*both.tolist(), hits.tolist(), strict=True):
            size = int(self.sizes[item])
            coverage = hit / size
            before = result[number]
            if (size >= FEW_RUNS or hit == size) and (before is None or coverage > before[1]):
                result[number] = (item, coverage)
        return result


def build_index(records: Iterable[Record]) -> EvaluationIndex:
    """Return the index of the prompts of evaluation records."""
    import numpy as np

    from dslint.features.shingles import shingles
    from dslint.features.unique import distinct

    asked = ((record.ref, evaluation_prompt(record)) for record in records)
    prompts = [(ref, text) for ref, text in asked if len(squeeze(text)) >= _LEAST_BYTES]
    sets = [block[n] for block in shingles([text for _, text in prompts], *RUN) for n in range(len(block))]
    hashes = np.concatenate(sets) if sets else np.empty(0, np.uint64)
    owner = np.repeat(np.arange(len(sets)), [len(each) for each in sets])
    order = np.argsort(hashes, kind="stable")
    hashes, owner = hashes[order], owner[order]
    runs = distinct(hashes)
    first = np.searchsorted(hashes, runs)
    counts = np.diff(np.append(first, len(hashes)))
    second = np.where(counts > 1, owner[np.minimum(first + 1, len(owner) - 1)], -1) if len(owner) else first
    kept = counts <= SHARED_BY
    runs, owners = runs[kept], np.stack((owner[first][kept], second[kept]), axis=1)
    sizes = np.bincount(owners[owners >= 0], minlength=len(sets))
    whole = np.array([len(each) for each in sets], dtype=np.int64)
    usable = sizes >= np.minimum(whole, FEW_RUNS)
    sizes = np.where(usable, sizes, np.iinfo(np.int64).max)
    refs = tuple(ref for ref, _ in prompts)
    numbers = tuple(frozenset(_NUMBER.findall(text)) for _, text in prompts)
    digest = blake2b(runs.tobytes() + owners.tobytes() + repr(refs).encode("utf-8", "surrogatepass")).digest()
    return EvaluationIndex(refs, sizes, runs, owners, numbers, digest)


def evaluation_prompt(record: Record) -> str:
    """Return what an evaluation record asks; of a record of no known format its longest text."""
    if record.messages:
        return question_of(record)
    values = record.data.values() if isinstance(record.data, Mapping) else ()
    return max((value for value in values if isinstance(value, str)), key=len, default="")


@dataclass(frozen=True)
class EvaluationOverlap(Feature[Overlap | None]):
    """The evaluation prompt that stands in a record, if any.

    Attributes:
        eval_sets: The index of the files that the setting ``eval-sets`` names; whoever runs the feature reads them.
    """

    eval_sets: Any = setting(None)  # noqa: RUF009 - a dataclass field

    def compute(self, records: Sequence[Record], /) -> Sequence[Overlap | None]:
        """Return one value for each record."""
        index = self.eval_sets
        if not isinstance(index, EvaluationIndex) or not len(index.runs):
            return [None] * len(records)
        # Prompts of a few words are found only where they are all that is asked.
        whole = index.best(["\n".join(turn.text for turn in (*r.messages, *r.rejected)) for r in records])
        alone = index.best([question_of(record) for record in records])
        return [_more(*pair) for pair in zip(whole, alone, strict=True)]


InEvaluation = Annotated[Overlap | None, EvaluationOverlap]
"""Ask for the evaluation prompt that stands in a record."""


def _more(left: Overlap | None, right: Overlap | None) -> Overlap | None:
    if left is None or right is None:
        return left or right
    return right if right.coverage > left.coverage else left
