"""Training: what is learnt, what is refused, and that nothing leaks from part to part."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from rated import by_length, rated, unrelated

from dslint.features.quality.model import read_model, write_model
from dslint.quality.folds import folds
from dslint.quality.ratings import Ratings, RatingsError
from dslint.quality.train import evaluate, train
from dslint.sources.files import in_memory
from dslint.sources.shards import parse, shards


def ratings(rows: list[dict[str, Any]]) -> Ratings:
    found = Ratings()
    for shard in shards(in_memory(rows, "ratings")):
        for record in parse(shard).records:
            found.add(record, record.data["score"])
    return found


def test_a_model_tells_poor_from_good_on_records_that_it_has_not_seen() -> None:
    model, measured = train(ratings(rated(300)), 4.5)
    assert model is not None
    assert measured.auc > 0.9 > measured.length_auc
    others = evaluate(model, ratings(rated(300, seed=9)))
    assert others.auc > 0.9
    assert others.flagged_poor >= 0.9 * others.flagged > 0


def test_probabilities_are_as_often_right_as_they_say() -> None:
    # A fifth of the ratings are wrong, so a model that is surer than four in five is too sure.
    model, _ = train(ratings(rated(600, noise=0.2)), 4.5)
    assert model is not None
    measured = evaluate(model, ratings(rated(600, noise=0.2, seed=9)))
    assert measured.flagged_poor >= 0.7 * measured.flagged
    assert measured.flagged < measured.poor


def test_scores_without_a_reason_are_refused() -> None:
    model, measured = train(ratings(unrelated(300)), 4.5)
    assert model is None
    assert "below 0.70" in measured.refusal


def test_what_length_tells_needs_no_model() -> None:
    model, measured = train(ratings(by_length(300)), 4.5)
    assert model is None
    assert "length of the answer alone" in measured.refusal


@pytest.mark.parametrize(
    ("rows", "good_from", "why"),
    [
        (rated(150), 4.5, "too few; 200"),
        (rated(300), 0.5, "0 of 300"),
        (rated(300), 9.0, "300 of 300"),
        (rated(300), None, "--good-from"),
        ([{**row, "output": "The same thing happens. " * 9} for row in rated(300)], 4.5, "nearly the same"),
    ],
)
def test_ratings_that_no_model_can_be_made_of(rows: list[dict[str, Any]], good_from: float | None, why: str) -> None:
    with pytest.raises(RatingsError, match=why):
        train(ratings(rows), good_from)


def test_two_values_say_by_themselves_which_is_good() -> None:
    rows = [{**row, "score": float(row["score"] > 4)} for row in rated(300)]
    model, _ = train(ratings(rows), None)
    assert model is not None
    assert model.trained.good_from == 1


def test_the_order_of_ratings_does_not_matter() -> None:
    rows = rated(250)
    shuffled = random.Random(5).sample(rows, len(rows))
    first, second = (train(ratings(some), 4.5)[0] for some in (rows, shuffled))
    assert first is not None
    assert second is not None
    assert first.trained.ratings == second.trained.ratings
    assert first.trained.auc == second.trained.auc
    assert list(first.grams) == list(second.grams)
    assert np.allclose(list(first.grams.values()), list(second.grams.values()), atol=1e-3)


def test_nearly_the_same_texts_stay_in_one_part() -> None:
    rows = rated(120)
    copies = [
        {**row, "instruction": f"Tell me: {row['instruction']}", "output": row["output"] + " Indeed."} for row in rows
    ]
    found = ratings([*rows, *copies])
    labels, _ = found.poor(4.5)
    parts = folds(found.records, labels)
    assert (parts[:120] == parts[120:]).all()
    assert {int(part) for part in parts} == {0, 1, 2, 3, 4}


def test_a_model_survives_writing_and_reading() -> None:
    model, _ = train(ratings(rated(220)), 4.5)
    assert model is not None
    assert read_model(write_model(model).encode()) == model


def test_a_model_holds_no_text() -> None:
    model, _ = train(ratings(rated(220)), 4.5)
    assert model is not None
    assert not any(word in write_model(model) for word in ("harbour", "violin", "glacier"))
