"""Logistic regression on sparse rows, in NumPy: Newton's method with conjugate gradients, the same on every run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_STEPS: Final = 50
_INNER_STEPS: Final = 60
_CLOSE: Final = 1e-6
_HALVINGS: Final = 30


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a sparse matrix, one behind the other.

    Attributes:
        starts: Where each row's entries begin; one more than there are rows.
        columns: Column of each entry.
        values: Value of each entry.
        width: How many columns there are.
    """

    starts: Ints
    columns: Ints
    values: Floats
    width: int

    @property
    def row_of(self) -> Ints:
        """The row of each entry."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    def times(self, weights: Floats) -> Floats:
        """Return the sum of each row's entries, each times the weight of its column."""
        return _sums(self.row_of, self.values * weights[self.columns], len(self.starts) - 1)

    def back(self, factors: Floats) -> Floats:
        """Return the sum of each column's entries, each times the factor of its row."""
        return _sums(self.columns, self.values * factors[self.row_of], self.width)


def fit(rows: Rows, labels: Floats, penalty: Floats) -> Floats:
    """Return the weights that make ``labels`` likeliest, less half of ``penalty`` times their squares.

    Args:
        rows: One row for each label.
        labels: 0 or 1.
        penalty: Of each column.
    """
    weights = np.zeros(rows.width)
    loss = _loss(rows, labels, penalty, weights)
    for _ in range(_STEPS):
        chances = sigmoid(rows.times(weights))
        gradient = rows.back(chances - labels) + penalty * weights
        if np.linalg.norm(gradient) < _CLOSE * len(labels):
            break
        step = _newton_step(rows, chances * (1 - chances), penalty, gradient)
        for halving in range(_HALVINGS):
            candidate = weights - step / 2**halving
            found = _loss(rows, labels, penalty, candidate)
            if found < loss:
                break
        else:
            break
        weights, loss = candidate, found
    return weights


def sigmoid(values: Floats) -> Floats:
    """Return the logistic function of each value."""
    return np.exp(-np.logaddexp(0, -values))


def _sums(places: Ints, values: Floats, size: int) -> Floats:
    return np.bincount(places, values, minlength=size).astype(np.float64, copy=False)


def _loss(rows: Rows, labels: Floats, penalty: Floats, weights: Floats) -> float:
    totals = rows.times(weights)
    return float(np.logaddexp(0, totals).sum() - labels @ totals + (penalty * weights) @ weights / 2)


def _newton_step(rows: Rows, curvature: Floats, penalty: Floats, gradient: Floats) -> Floats:
    """Solve for the step by conjugate gradients, to the accuracy that the next step needs."""
    solution = np.zeros_like(gradient)
    residual = gradient.copy()
    direction = residual.copy()
    size = float(residual @ residual)
    enough = min(0.01, np.sqrt(size)) ** 2 * size
    for _ in range(_INNER_STEPS):
        bent = rows.back(curvature * rows.times(direction)) + penalty * direction
        length = size / float(direction @ bent)
        solution += length * direction
        residual -= length * bent
        before, size = size, float(residual @ residual)
        if size <= enough:
            break
        direction = residual + size / before * direction
    return solution
