"""Vectors of the prompts that training data is compared with, where a model is configured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from dslint.api import Record, setting
from dslint.features.coverage.prompts import Prompts
from dslint.features.coverage.training import Training
from dslint.features.embedding.vectors import AskingModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class PromptEncoding(AskingModel[int, Any]):
    """The vectors of all prompts, by the digest of their file: the model runs in one process only."""

    failures: Any = setting(None)  # noqa: RUF009 - a dataclass field
    production: Any = setting(None)  # noqa: RUF009 - a dataclass field

    def zero(self) -> int:
        """Return nothing: no record is looked at."""
        return 0

    def add_batch(self, state: int, _records: Sequence[Record], /) -> int:
        """Leave the records to others."""
        return state

    def finish(self, _state: int) -> Mapping[bytes, NDArray[np.float16]]:
        """Encode the prompts."""
        import numpy as np

        from dslint.features.embedding.encoding import vectors_of

        given = [each for each in (self.failures, self.production) if isinstance(each, Prompts)]
        return {
            each.digest: vectors_of(each.texts, self.embeddings, self.vectors_dir).astype(np.float16) for each in given
        }


PromptVectors = Annotated[Any, PromptEncoding]
"""Ask for the vectors of the prompts; ``None`` without a model."""


def prompt_rows(
    prompts: Prompts, training: Training, encoded: Mapping[bytes, NDArray[np.float16]] | None
) -> NDArray[np.float32]:
    """Return a unit vector for each prompt, of the kind that those of the training questions are of."""
    import numpy as np

    if training.encoded is None or encoded is None:
        return training.by_words(prompts.texts)
    return encoded[prompts.digest].astype(np.float32)
