"""How well probabilities tell poor answers from good ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SURE: Final = 0.8
"""Probability from which on a record is flagged by default."""
LEAST_AUC: Final = 0.70
LEAST_GAIN: Final = 0.03


@dataclass(frozen=True, slots=True)
class Measured:
    """How a model did on ratings that it had not seen.

    Attributes:
        records: How many there were.
        poor: How many of them are rated as poor.
        auc: How often a poor one got the higher probability than a good one.
        length_auc: The same for the length of the answer alone.
        flagged: How many got a probability above .8.
        flagged_poor: How many of these are poor.
    """

    records: int
    poor: int
    auc: float
    length_auc: float
    flagged: int
    flagged_poor: int

    @property
    def refusal(self) -> str:
        """Why the model must not be used; empty where it may."""
        if self.auc < LEAST_AUC:
            return f"AUC {self.auc:.3f} is below {LEAST_AUC:.2f}: it tells poor from good too badly"
        if self.auc <= self.length_auc + LEAST_GAIN:
            return (
                f"AUC {self.auc:.3f} is not {LEAST_GAIN:.2f} above {self.length_auc:.3f}, "
                "that of the length of the answer alone: use length-outlier rules instead"
            )
        return ""


def measure(chances: Floats, labels: Floats, length_chances: Floats) -> Measured:
    """Compare probabilities with labels (1 is poor)."""
    flagged = chances > SURE
    return Measured(
        len(labels),
        int(labels.sum()),
        auc(chances, labels),
        auc(length_chances, labels),
        int(flagged.sum()),
        int(labels[flagged].sum()),
    )


def auc(values: Floats, labels: Floats) -> float:
    """Return how often a value of label 1 is above one of label 0; an equal one counts half."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    # Equal values share the mean of their ranks.
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    sizes = np.diff(np.append(starts, len(ordered)))
    ranks = np.empty(len(values))
    ranks[order] = np.repeat(starts + (sizes + 1) / 2, sizes)
    ones = labels == 1
    count = int(ones.sum())
    return float((ranks[ones].sum() - count * (count + 1) / 2) / (count * (len(labels) - count)))
