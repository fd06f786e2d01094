"""Rules of one project: list this file under ``local-rules`` in the configuration."""

import json

from dslint.api import Dataset, Record
from dslint.features.length import Lengths


def check_extraction_answers_are_json(record: Record) -> None:
    """An extraction task is answered with JSON."""
    if record.question.startswith("Extract"):
        assert is_json(record.response), "answer is not JSON"


def check_answers_are_long_enough(dataset: Dataset, lengths: Lengths, *, min_median: int = 40) -> None:
    """Half of the answers are shorter than a short sentence."""
    if dataset.split != "test" and lengths.overall is not None:
        assert lengths.overall.characters >= min_median


def is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
