"""Which training records are near to prompts, and how near is near."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Final

from dslint.api import DatasetFeature, Record, setting
from dslint.features.coverage.encoded import PromptVectors, prompt_rows
from dslint.features.coverage.nearest import Nearest, nearest
from dslint.features.coverage.prompts import Prompts
from dslint.features.coverage.training import Asked, Training, questions
from dslint.features.frequent import stable_hash
from dslint.features.topics.clusters import UNIT, whole

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GAUGED: Final = 512
"""Training questions by which it is known how near records of the data are to one another."""
LEAST: Final = 100
"""Different questions below which that is not known."""
FAR: Final = 0.05
"""Share of training questions that lie farther from the others than what counts as near."""
BY_WORDS: Final = 0.5
BY_MEANING: Final = 0.6
"""Cosines that are near in any data: where all questions are of one form, that is no measure."""
_BLOCK: Final = 1024
SEARCHED: Final = 2000
"""Prompts that are looked for; of more a sample, as looking takes time for each prompt and record."""


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The training records nearest to prompts, and to some of the training questions themselves.

    Attributes:
        prompts: The prompts.
        of_prompts: What is nearest to each prompt, in their order.
        of_training: What is nearest to each training question that serves as a gauge, but for itself.
        certain: Cosine that is near in any data.
    """

    prompts: Prompts
    of_prompts: Nearest
    of_training: Nearest
    certain: float = BY_WORDS

    @property
    def searched(self) -> int:
        """How many of the prompts were looked for."""
        return len(self.of_prompts.products)

    def limit(self, examples: int) -> int:
        """Return the product from which on a record is near: nearly all training questions have so many others."""
        import numpy as np

        own = np.sort(self.of_training.products[:, examples - 1])
        return min(int(own[int(FAR * len(own))]), int(self.certain * UNIT**2)) if len(own) else 0

    def limits(self, examples: int, rows: NDArray[np.float32]) -> NDArray[np.int64]:
        """Return for each prompt the product from which on a record is near.

        Other prompts that ask for the same tell how near that is: a record that is farther from a prompt than several
        of these is about something else.

        Args:
            examples: How many near records, or other prompts, a prompt is looked at with.
            rows: Unit vectors of the prompts that were looked for.
        """
        import numpy as np

        made = whole(rows)
        fellows = np.zeros(len(made), dtype=np.int64)
        if len(made) > examples:
            for start in range(0, len(made), _BLOCK):
                products = made[start : start + _BLOCK] @ made.T
                products[np.arange(len(products)), np.arange(start, start + len(products))] = -np.inf
                fellows[start : start + _BLOCK] = np.partition(products, -examples, axis=1)[:, -examples]
        return np.clip(fellows, max(1, self.limit(examples)), int(self.certain * UNIT**2))

    def near(self, limits: NDArray[np.int64]) -> list[int]:
        """Return how many near records each prompt has; no more than five are counted."""
        return [int(count) for count in (self.of_prompts.products >= limits[:, None]).sum(axis=1)]


@dataclass(slots=True)
class NeighbourState:
    """The nearest records so far; nothing of a dataset that is not trained on."""

    of_prompts: Nearest | None = None
    of_training: Nearest | None = None
    certain: float = BY_WORDS


class _NeighboursOf(DatasetFeature[NeighbourState, Neighbours | None]):
    def prompts(self) -> Any:
        """Return what is looked for, once it is configured."""
        raise NotImplementedError

    def zero(self) -> NeighbourState:
        """Return nothing."""
        return NeighbourState()

    def add_batch(
        self, state: NeighbourState, records: Sequence[Record], training: Asked, encoded: PromptVectors, /
    ) -> NeighbourState:
        """Look among the records."""
        import numpy as np

        prompts = self.prompts()
        texts = questions(records)
        if not texts or not isinstance(prompts, Prompts):
            return state
        rows = training.rows_of(records, texts)
        keys = np.array([stable_hash(text) for text in texts], dtype=np.uint64)
        wanted, gauges, own = _queries(prompts, training, encoded)
        found = NeighbourState(
            nearest(rows, records, wanted), nearest(rows, records, gauges, (keys, own)), training_is_near(training)
        )
        return self.merge(state, found)

    def merge(self, left: NeighbourState, right: NeighbourState) -> NeighbourState:
        """Keep the nearest of both."""
        if left.of_prompts is None or left.of_training is None:
            return right
        if right.of_prompts is None or right.of_training is None:
            return left
        prompts, training = left.of_prompts.merge(right.of_prompts), left.of_training.merge(right.of_training)
        return NeighbourState(prompts, training, left.certain)

    def finish(self, state: NeighbourState) -> Neighbours | None:
        """Return them with the prompts."""
        if state.of_prompts is None or state.of_training is None:
            return None
        return Neighbours(self.prompts(), state.of_prompts, state.of_training, state.certain)


@dataclass(frozen=True)
class NeighboursOfFailures(_NeighboursOf):
    """The training records nearest to each prompt of the setting ``failures``."""

    failures: Any = setting(None)  # noqa: RUF009 - a dataclass field

    def prompts(self) -> Any:
        """Return the failed prompts."""
        return self.failures


@dataclass(frozen=True)
class NeighboursOfProduction(_NeighboursOf):
    """The training records nearest to some of the queries of the setting ``production``."""

    production: Any = setting(None)  # noqa: RUF009 - a dataclass field

    def prompts(self) -> Any:
        """Return the queries."""
        return self.production


NearFailures = Annotated[Neighbours | None, NeighboursOfFailures]
NearProduction = Annotated[Neighbours | None, NeighboursOfProduction]


Queries = tuple["NDArray[np.float32]", "NDArray[np.float32]", "NDArray[np.uint64]"]


def training_is_near(training: Training) -> float:
    """Return the cosine that is near in any data, for the kind of vectors that there are."""
    return BY_WORDS if training.encoded is None else BY_MEANING


def _queries(prompts: Prompts, training: Training, encoded: Any) -> Queries:
    """Return vectors of prompts and of training questions, and the keys of these; the same for each shard."""
    return _by_words(prompts, training) if encoded is None else _made(prompts, training, encoded)


@lru_cache(maxsize=4)
def _by_words(prompts: Prompts, training: Training) -> Queries:
    return _made(prompts, training, None)


def _made(prompts: Prompts, training: Training, encoded: Any) -> Queries:
    import numpy as np

    keys = np.array([stable_hash(text) for text in training.questions[:GAUGED]], dtype=np.uint64)
    return whole(prompt_rows(prompts, training, encoded)[:SEARCHED]), whole(training.sampled(GAUGED)), keys
