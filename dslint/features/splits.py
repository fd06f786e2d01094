"""Which records are trained on, and which only measured with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

from dslint.api import Feature, Record

HELD_OUT: Final = frozenset({"validation", "test"})
NO_ANSWER: Final = frozenset({"text", "evaluation", "unknown"})
"""Formats of which no text is known to be an answer that is trained on."""


def is_held_out(record: Record) -> bool:
    """Whether the record belongs to a split that is not trained on."""
    return record.source.split in HELD_OUT


class Trained(Feature[bool]):
    """Whether the record belongs to a split that is trained on."""

    def compute(self, records: Sequence[Record], /) -> Any:
        """Return ``bool[n]``."""
        import numpy as np

        # Records of one file share their source.
        return np.array([record.source.split not in HELD_OUT for record in records], np.bool_)


TrainedOn = Annotated[Any, Trained]
"""Ask, for a batch of records, which belong to a split that is trained on: ``bool[n]``."""


class Taught(Feature[bool]):
    """Whether the record's answers are to be learned, as far as its split, its format and its label tell."""

    def compute(self, records: Sequence[Record], trained: TrainedOn, /) -> Any:
        """Return ``bool[n]``."""
        import numpy as np

        return trained & np.fromiter(map(_is_wanted, records), np.bool_, len(records))


AreTaught = Annotated[Any, Taught]
"""Ask, for a batch of records, whose answers are to be learned: ``bool[n]``."""


def is_unwanted(record: Record) -> bool:
    """Whether the record is labelled as one whose answer is not wanted, as KTO trains on."""
    data = record.data
    if data.__class__ is not dict:
        return record.field("label") is False or record.field("kto_tag") is False
    return data.get("label") is False or data.get("kto_tag") is False


def is_taught(record: Record) -> bool:
    """Return what :class:`Taught` does, for one record."""
    return not is_held_out(record) and _is_wanted(record)


def _is_wanted(record: Record) -> bool:
    return record.format not in NO_ANSWER and not is_unwanted(record)
