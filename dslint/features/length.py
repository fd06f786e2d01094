"""How long answers are, and what is usual for their kind."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Annotated, Final, NamedTuple
from zlib import crc32

from dslint.api import DatasetFeature, Feature, Record, Scope
from dslint.features.patterns import expression
from dslint.features.script import BLOCKS
from dslint.features.task import Kinds, TaskType
from dslint.features.views import LastAnswers

STEPS: Final = 32
SLOTS: Final = 1024
MIN_BUCKET: Final = 30
MIN_RECORDS: Final = 100
MIN_SPREAD: Final = 0.25
TAIL: Final = 0.02
NORMAL: Final = 1.4826
"""Standard deviation of a normal distribution, in median absolute deviations."""

_UNSPACED: Final = expression("[" + "".join(BLOCKS[name] for name in ("han", "kana", "thai")) + "]")


class AnswerLength(NamedTuple):
    """The length of a record's last answer.

    Attributes:
        characters: Its characters.
        step: Its length on the logarithmic scale of :class:`LengthProfile`.
        bucket: Number of the kind of record that it is compared with.
    """

    characters: int
    step: int
    bucket: int


class AnswerLengths(Feature[AnswerLength | None]):
    """The length of the last answer; ``None`` for records without one, or with an empty one."""

    def compute(self, records: Sequence[Record], kinds: Kinds, /) -> Sequence[AnswerLength | None]:
        """Return each record's length."""
        return [_measured(record, kind) for record, kind in zip(records, kinds, strict=True)]


Length = Annotated[AnswerLength | None, AnswerLengths]
"""Ask for the length of a record's last answer."""


class Typical(NamedTuple):
    """What is usual among records of one kind, in steps.

    Attributes:
        median: The median.
        spread: Median absolute deviation, as the standard deviation of a normal distribution would be.
        low: What all but the shortest 2 % reach.
        high: What all but the longest 2 % stay at or below.
    """

    median: int
    spread: float
    low: int
    high: int

    @property
    def characters(self) -> int:
        """The median in characters."""
        return round(math.expm1(self.median / STEPS))

    @property
    def log_spread(self) -> float:
        """The spread of the natural logarithm of the length."""
        return self.spread / STEPS

    def z(self, step: int) -> float:
        """Return how many spreads a length is from the median."""
        return (step - self.median) / max(self.spread, MIN_SPREAD * STEPS)


@dataclass(frozen=True)
class LengthProfile:
    """What is usual in a file.

    Lengths are compared on a logarithmic scale in steps of 1/32, that is three per cent: fine enough to judge by, and
    coarse enough that the profile seldom changes with one record.

    Attributes:
        overall: Of all records; ``None`` when there are too few to tell.
        kinds: Of the kinds of record, by number, that are frequent enough to tell.
    """

    overall: Typical | None = None
    kinds: Mapping[int, Typical] = field(default_factory=dict)

    @cached_property
    def shortest(self) -> int:
        """The lowest of all medians, in characters."""
        return min((usual.characters for usual in self._all()), default=0)

    @cached_property
    def longest(self) -> int:
        """The highest of all medians, in characters."""
        return max((usual.characters for usual in self._all()), default=0)

    def _all(self) -> list[Typical]:
        return [*self.kinds.values(), *([] if self.overall is None else [self.overall])]

    def least_outlier(self, z: float) -> float:
        """Return a number of characters below which no length :meth:`is_long`."""
        known = self._least.get(z)
        if known is None:
            told = (usual for usual in self._all() if usual.z(usual.high) <= z)
            lowest = min((usual.median + z * max(usual.spread, MIN_SPREAD * STEPS) for usual in told), default=None)
            # A step less, for lengths are rounded to steps.
            known = math.inf if lowest is None else math.expm1((lowest - 1) / STEPS)
            self._least[z] = known
        return known

    @cached_property
    def _least(self) -> dict[float, float]:
        return {}

    def is_long(self, length: AnswerLength, z: float) -> bool:
        """Whether a length is more than ``z`` spreads above what is usual, where lengths are not simply mixed."""
        usual = self.typical(length)
        return usual is not None and usual.z(length.step) > z >= usual.z(usual.high)

    def typical(self, length: AnswerLength) -> Typical | None:
        """Return what is usual for records of the same kind, else for all."""
        return self.kinds.get(length.bucket, self.overall)


class AnswerLengthProfile(DatasetFeature[dict[int, Counter[int]], LengthProfile]):
    """Distribution of the answers' lengths in a file, by kind of task and by whether there is an input.

    Files are kept apart, because each source has its own style: pooled, the answers of one model are the outliers of
    another's.
    """

    scope = Scope.FILE

    def zero(self) -> dict[int, Counter[int]]:
        """Return no histograms."""
        return {}

    def add_batch(
        self, state: dict[int, Counter[int]], records: Sequence[Record], kinds: Kinds, answers: LastAnswers, /
    ) -> dict[int, Counter[int]]:
        """Count answers; as :class:`AnswerLengths` has them, but records that are alike are counted first."""
        sizes = [0 if text.isspace() else len(text) for text in answers]
        given = [
            (part := record.input) is not None and part.text != "" and not part.text.isspace() for record in records
        ]
        for (size, kind, has_input), count in Counter(zip(sizes, kinds, given, strict=True)).items():
            if size:
                state.setdefault(_bucket(kind, has_input), Counter())[_step(size)] += count
        return state

    def merge(self, left: dict[int, Counter[int]], right: dict[int, Counter[int]]) -> dict[int, Counter[int]]:
        """Add the histograms up."""
        for bucket, histogram in right.items():
            left.setdefault(bucket, Counter()).update(histogram)
        return left

    def finish(self, state: dict[int, Counter[int]]) -> LengthProfile:
        """Return medians and spreads."""
        overall: Counter[int] = Counter()
        for histogram in state.values():
            overall.update(histogram)
        if overall.total() < MIN_RECORDS:
            return LengthProfile()
        kinds = {
            bucket: _typical(histogram)
            for bucket, histogram in sorted(state.items())
            if histogram.total() >= MIN_BUCKET
        }
        return LengthProfile(_typical(overall), kinds)


Lengths = Annotated[LengthProfile, AnswerLengthProfile]
"""Ask for what lengths are usual in the file."""


def lengths_of(records: Sequence[Record]) -> Sequence[AnswerLength | None]:
    """Return what :class:`AnswerLengths` does: for rules that judge few records."""
    return AnswerLengths().compute(records, TaskType().compute(records))


def word_count(text: str) -> int:
    """Count words; where a script writes none apart (Chinese, Japanese, Thai), two letters count as one."""
    words = len(text.split())
    return words if text.isascii() else words + len(_UNSPACED.findall(text)) // 2


def _measured(record: Record, kind: str) -> AnswerLength | None:
    answer = record.answer
    text = "" if answer is None else answer.text
    if not text or text.isspace():
        return None
    given = "" if record.input is None else record.input.text
    has_input = given != "" and not given.isspace()
    size = len(text)
    return AnswerLength(size, _step(size), _bucket(kind, has_input))


def _bucket(kind: str, has_input: bool) -> int:
    return 2 * _slot(kind) + has_input


@lru_cache(maxsize=1 << 14)
def _step(characters: int) -> int:
    return round(math.log1p(characters) * STEPS)


@lru_cache(maxsize=SLOTS)
def _slot(kind: str) -> int:
    # Hashed, because labels in the data may be many: rare kinds then share a bucket, and the state stays small.
    return crc32(kind.encode("utf-8", "replace")) % SLOTS


def _typical(histogram: Counter[int]) -> Typical:
    median = _quantile(histogram, 0.5)
    deviations: Counter[int] = Counter()
    for step, count in histogram.items():
        deviations[abs(step - median)] += count
    spread = round(_quantile(deviations, 0.5) * NORMAL, 3)
    return Typical(median, spread, _quantile(histogram, TAIL), _quantile(histogram, 1 - TAIL))


def _quantile(histogram: Counter[int], share: float) -> int:
    """Return the value that ``share`` of the values lie below."""
    wanted, seen = int(share * (histogram.total() - 1)), 0
    for step in sorted(histogram):
        seen += histogram[step]
        if seen > wanted:
            return step
    raise ValueError("no values")
