"""How models are judged, and the regression itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dslint.quality.measures import Measured, auc
from dslint.quality.regression import Rows, fit, sigmoid


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=60))
def test_auc_is_the_share_of_pairs_in_order(rows: list[tuple[int, bool]]) -> None:
    poor = [value for value, label in rows if label]
    good = [value for value, label in rows if not label]
    if not poor or not good:
        return
    pairs = [(p > g) + (p == g) / 2 for p in poor for g in good]
    values, labels = np.array([v for v, _ in rows], float), np.array([float(v) for _, v in rows])
    assert auc(values, labels) == pytest.approx(sum(pairs) / len(pairs))


@given(arrays(float, (40, 3), elements=st.floats(-3, 3)), arrays(np.int64, 40, elements=st.integers(0, 1)))
def test_the_fit_is_where_the_gradient_vanishes(dense: np.ndarray, chosen: np.ndarray) -> None:
    rows = Rows(np.arange(41) * 3, np.tile(np.arange(3), 40), dense.ravel(), 3)
    labels, penalty = chosen.astype(float), np.full(3, 0.5)
    weights = fit(rows, labels, penalty)
    gradient = dense.T @ (sigmoid(dense @ weights) - labels) + penalty * weights
    assert np.abs(gradient).max() < 1e-3


@pytest.mark.parametrize(
    ("auc", "length", "refused"),
    [(0.69, 0.5, "below 0.70"), (0.8, 0.78, "not 0.03 above"), (0.8, 0.7, ""), (0.73, 0.69, "")],
)
def test_the_bar(auc: float, length: float, refused: str) -> None:
    refusal = Measured(300, 100, auc, length, 10, 9).refusal
    assert refused in refusal if refused else not refusal
