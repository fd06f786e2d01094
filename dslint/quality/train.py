"""Training a quality model, and judging it on ratings that it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dslint.api import Record
from dslint.features.quality.model import CLIP, FORMAT, QualityModel, Trained, Trait
from dslint.features.quality.traits import TRAITS, VERSION, answered, grams, traits
from dslint.features.quality.verdict import Judge
from dslint.quality.folds import FOLDS, folds
from dslint.quality.measures import Measured, measure
from dslint.quality.ratings import Ratings, RatingsError
from dslint.quality.regression import Rows, fit, sigmoid
from dslint.version import __version__

Floats = NDArray[np.float64]

LEAST_RECORDS: Final = 200
LEAST_OF_ONE: Final = 20
MOST_GRAMS: Final = 20_000
_SEEN_IN: Final = 2
_PENALTY: Final = 0.5
_TRAIT_PENALTY: Final = 1.0
_LOOSE: Final = 1e-6
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Seen:
    """What a model sees of records.

    Attributes:
        starts: Where each record's grams begin in the next two; one more than there are records.
        keys: Digests of grams.
        values: Their weights in the record.
        numbers: One row of numbers about the form for each record.
        lengths: Logarithm of the length of each answer, and its square.
    """

    starts: NDArray[np.int64]
    keys: NDArray[np.uint64]
    values: Floats
    numbers: Floats
    lengths: Floats

    def of(self, chosen: NDArray[np.int64]) -> Seen:
        """Return what is seen of some of the records."""
        spans = [np.arange(self.starts[each], self.starts[each + 1]) for each in chosen]
        places = np.concatenate(spans) if spans else np.zeros(0, dtype=np.int64)
        starts = np.concatenate(([0], np.cumsum([len(span) for span in spans]))).astype(np.int64)
        return Seen(starts, self.keys[places], self.values[places], self.numbers[chosen], self.lengths[chosen])


@dataclass(frozen=True, slots=True)
class Regression:
    """A fitted model, before its sums are made probabilities."""

    keys: NDArray[np.uint64]
    weights: Floats
    trait_weights: Floats
    intercept: float
    means: Floats
    deviations: Floats

    def totals(self, seen: Seen) -> Floats:
        """Return the sum of contributions of each record."""
        rows = _rows(seen, self.keys, _scaled(seen.numbers, self.means, self.deviations))
        return rows.times(np.concatenate((self.weights, self.trait_weights, [self.intercept])))


def train(ratings: Ratings, good_from: float | None) -> tuple[QualityModel | None, Measured]:
    """Train a model, and judge it by cross-validation.

    Returns:
        The model, or ``None`` where it is too bad to be used, and how it did on parts that it had not seen.

    Raises:
        RatingsError: There are too few ratings, or nothing says which are good.
    """
    labels, good_from = ratings.poor(good_from)
    _check(labels, good_from)
    seen = see(ratings.records)
    totals, length_totals = _cross_validated(seen, labels, folds(ratings.records, labels))
    slope, shift = _calibration(totals, labels)
    measured = measure(sigmoid(slope * totals + shift), labels, length_totals)
    if measured.refusal:
        return None, measured
    trained = Trained(
        dslint=__version__,
        ratings=ratings.digest,
        records=measured.records,
        poor=measured.poor,
        good_from=good_from,
        folds=FOLDS,
        auc=round(measured.auc, 4),
        length_auc=round(measured.length_auc, 4),
        flagged=measured.flagged,
        flagged_poor=measured.flagged_poor,
    )
    return _model(_regression(seen, labels), slope, shift, trained), measured


def evaluate(model: QualityModel, ratings: Ratings, good_from: float | None = None) -> Measured:
    """Judge a model on ratings that it was not trained on.

    Raises:
        RatingsError: All ratings are good, or all are poor.
    """
    labels, limit = ratings.poor(model.trained.good_from if good_from is None else good_from)
    if not 0 < labels.sum() < len(labels):
        raise RatingsError(f"all of {len(labels):,} ratings are {'below' if labels.any() else 'at least'} {limit:g}")
    judge = Judge(model)
    chances = np.array([judge.verdict(record).poor for record in ratings.records])
    seen = see(ratings.records)
    return measure(chances, labels, _length_only(seen.lengths, labels, seen.lengths))


def see(records: Sequence[Record]) -> Seen:
    """Return what a model sees of ``records``."""
    keys, values = [], []
    for record in records:
        some = grams(record)
        keys.append(np.fromiter((gram.key for gram in some), dtype=np.uint64, count=len(some)))
        values.append(np.fromiter(some.values(), dtype=np.float64, count=len(some)))
    starts = np.concatenate(([0], np.cumsum([len(some) for some in keys]))).astype(np.int64)
    lengths = np.log([len(answered(record)) + 1 for record in records])
    numbers = np.array([traits(record) for record in records])
    return Seen(starts, np.concatenate(keys), np.concatenate(values), numbers, np.stack((lengths, lengths**2), axis=1))


def _check(labels: Floats, good_from: float) -> None:
    if len(labels) < LEAST_RECORDS:
        raise RatingsError(f"{len(labels):,} rated records are too few; {LEAST_RECORDS} are needed")
    poor = int(labels.sum())
    if min(poor, len(labels) - poor) < LEAST_OF_ONE:
        raise RatingsError(
            f"{poor:,} of {len(labels):,} records are rated below {good_from:g}; "
            f"at least {LEAST_OF_ONE} poor and {LEAST_OF_ONE} good ones are needed"
        )


def _cross_validated(seen: Seen, labels: Floats, parts: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return for each record the sum of a model that has not seen its part, and that of a length-only model."""
    totals, lengths = np.zeros(len(labels)), np.zeros(len(labels))
    for part in range(FOLDS):
        inside, outside = np.flatnonzero(parts == part), np.flatnonzero(parts != part)
        for place in (inside, outside):
            if not 0 < labels[place].sum() < len(place):
                raise RatingsError("too many rated records are nearly the same: no part of them can be left out")
        totals[inside] = _regression(seen.of(outside), labels[outside]).totals(seen.of(inside))
        lengths[inside] = _length_only(seen.lengths[outside], labels[outside], seen.lengths[inside])
    return totals, lengths


def _regression(seen: Seen, labels: Floats) -> Regression:
    keys = _known(seen)
    means = seen.numbers.mean(axis=0)
    deviations = np.where(seen.numbers.std(axis=0) > 0, seen.numbers.std(axis=0), 1.0)
    rows = _rows(seen, keys, _scaled(seen.numbers, means, deviations))
    penalty = np.concatenate((np.full(len(keys), _PENALTY), np.full(len(TRAITS), _TRAIT_PENALTY), [_LOOSE]))
    weights = fit(rows, labels, penalty)
    size = len(keys)
    return Regression(keys, weights[:size], weights[size:-1], float(weights[-1]), means, deviations)


def _known(seen: Seen) -> NDArray[np.uint64]:
    """Return the digests that are in more than one record, in order; the most frequent where there are too many."""
    keys, counts = np.unique(seen.keys, return_counts=True)
    keys, counts = keys[counts >= _SEEN_IN], counts[counts >= _SEEN_IN]
    most = np.argsort(-counts, kind="stable")[:MOST_GRAMS]
    return np.sort(keys[most])


def _rows(seen: Seen, keys: NDArray[np.uint64], numbers: Floats) -> Rows:
    """Return a row for each record: known grams, numbers, and a one for the intercept."""
    at = np.minimum(np.searchsorted(keys, seen.keys), max(len(keys) - 1, 0))
    known = keys[at] == seen.keys if len(keys) else np.zeros(len(seen.keys), dtype=bool)
    count, width = len(numbers), numbers.shape[1] + 1
    owner = np.repeat(np.arange(count), np.diff(seen.starts))[known]
    dense = np.concatenate((numbers, np.ones((count, 1))), axis=1)
    columns = np.concatenate((at[known], np.tile(np.arange(width) + len(keys), count)))
    values = np.concatenate((seen.values[known], dense.ravel()))
    owner = np.concatenate((owner, np.repeat(np.arange(count), width)))
    order = np.argsort(owner, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=count)))).astype(np.int64)
    return Rows(starts, columns[order], values[order], len(keys) + width)


def _scaled(numbers: Floats, means: Floats, deviations: Floats) -> Floats:
    return np.clip((numbers - means) / deviations, -CLIP, CLIP)


def _length_only(lengths: Floats, labels: Floats, asked: Floats) -> Floats:
    """Return the sums of a model of nothing but the length of answers, which may find both ends poor."""
    means, deviations = lengths.mean(axis=0), np.maximum(lengths.std(axis=0), 1e-9)

    def rows(some: Floats) -> Rows:
        dense = np.concatenate(((some - means) / deviations, np.ones((len(some), 1))), axis=1)
        starts = np.arange(len(some) + 1, dtype=np.int64) * dense.shape[1]
        return Rows(starts, np.tile(np.arange(dense.shape[1]), len(some)), dense.ravel(), dense.shape[1])

    weights = fit(rows(lengths), labels, np.array([0.1, 0.1, _LOOSE]))
    return rows(asked).times(weights)


def _calibration(totals: Floats, labels: Floats) -> tuple[float, float]:
    """Return slope and shift that make sums of unseen records probabilities that are as often right as they say."""
    dense = np.stack((totals, np.ones(len(totals))), axis=1)
    starts = np.arange(len(totals) + 1, dtype=np.int64) * 2
    weights = fit(
        Rows(starts, np.tile(np.arange(2), len(totals)), dense.ravel(), 2), labels, np.array([_LOOSE, _LOOSE])
    )
    # A model that is worse than a coin has no slope; it is refused before anything asks it.
    return max(float(weights[0]), 1e-3), float(weights[1])


def _model(made: Regression, slope: float, shift: float, trained: Trained) -> QualityModel:
    rows = zip(TRAITS, made.means, made.deviations, made.trait_weights, strict=True)
    return QualityModel(
        format=FORMAT,
        version=VERSION,
        trained=trained,
        intercept=round(made.intercept, _DIGITS),
        slope=round(slope, _DIGITS),
        shift=round(shift, _DIGITS),
        traits={
            name: Trait(
                mean=round(float(mean), _DIGITS),
                deviation=max(round(float(by), _DIGITS), 1e-6),
                weight=round(float(weight), _DIGITS),
            )
            for name, mean, by, weight in rows
        },
        grams={
            f"{key:016x}": round(float(weight), _DIGITS) for key, weight in zip(made.keys, made.weights, strict=True)
        },
    )
