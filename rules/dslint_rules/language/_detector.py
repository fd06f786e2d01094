"""What rules that ask the detectors have in common."""

from __future__ import annotations

from dslint.api import Record, RecordRule, shared
from dslint.features.language import Detector, missing_detector
from dslint.features.splits import NO_ANSWER, is_unwanted


class DetectorRule(RecordRule):
    """A rule for which a fast detector and langdetect tell languages apart."""

    language_detector: Detector = shared("auto", description="What tells languages of one script apart.")

    def unmet(self) -> str:
        """Ask for the detector."""
        return missing_detector(self.language_detector)


def is_judged(record: Record) -> bool:
    """Whether the record has answers that are meant to be given."""
    return record.format not in NO_ANSWER and not is_unwanted(record)
