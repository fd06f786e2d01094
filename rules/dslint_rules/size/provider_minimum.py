"""Datasets that the provider refuses for their size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final

from dslint.api import DatasetRule, Finding, Record, Severity, Target, shared
from dslint.features.splits import TrainedOn

MINIMUM: Final[Mapping[Target, int]] = {Target.OPENAI: 10}


class ProviderMinimum(DatasetRule[int]):
    """Fewer records than the provider accepts, so the training job fails when it is started.

    OpenAI refuses a training file of fewer than 10 examples; other targets have no minimum. Splits that are not trained
    on are left out.

    **References.** OpenAI, fine-tuning guide: preparing your dataset.

    **When to ignore.** The file is one of several that are uploaded together.
    """

    severity: ClassVar[Severity] = Severity.ERROR
    precision: ClassVar[str] = "Exact: it counts records. Read on made data only."

    target: Target = shared(Target.GENERIC, description="The trainer whose behaviour decides how bad a defect is.")

    def zero(self) -> int:
        """Return no records."""
        return 0

    def add_batch(self, state: int, _records: Sequence[Record], trained: TrainedOn, /) -> int:
        """Count the records that are trained on."""
        return state + int(trained.sum())

    def merge(self, left: int, right: int) -> int:
        """Add the counts."""
        return left + right

    def finish(self, state: int) -> Iterator[Finding]:
        """Compare the count with the minimum."""
        least = MINIMUM.get(self.target, 0)
        if 0 < state < least:
            told = f"dataset has {state} record{'s'[: state != 1]}, {self.target} takes {least} or more"
            yield self.finding(None, told, score=1.0, key=self.target, records=state)
