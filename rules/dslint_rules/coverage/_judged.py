"""What the rules about prompts that the data should cover share: data that is too small to tell is not judged."""

from __future__ import annotations

from typing import Any

from dslint.api import DatasetRule, Record
from dslint.features.coverage.neighbours import LEAST
from dslint.features.coverage.training import Training
from dslint.features.splits import is_held_out


class AgainstPrompts(DatasetRule[int]):
    """Counts the records that are trained on."""

    def zero(self) -> int:
        """Return no records."""
        return 0

    def add(self, state: int, record: Record) -> int:
        """Count the record if it is trained on."""
        return state + (not is_held_out(record))

    def merge(self, left: int, right: int) -> int:
        """Add the counts."""
        return left + right

    def unjudged(self, state: int) -> str:
        """Say that there is too little data to know what is near in it."""
        return f"{state:,} records tell too little of what is near; {LEAST} are needed" if 0 < state < LEAST else ""


def is_known(neighbours: Any, training: Training) -> bool:
    """Whether there is enough data to know what is near."""
    return neighbours is not None and len(training.questions) >= LEAST
