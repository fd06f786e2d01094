"""Rules and features of every kind, small enough to reason about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import numpy as np

from dslint.api import (
    Cluster,
    Dataset,
    DatasetFeature,
    DatasetRule,
    Feature,
    Field,
    Finding,
    Group,
    GroupRule,
    PairRule,
    Record,
    RecordRule,
    Severity,
    turns,
)


class WordCount(Feature[int]):
    def compute(self, records: Sequence[Record]) -> list[int]:
        return [len(record.response.split()) for record in records]


Words = Annotated[int, WordCount]


class Longest(DatasetFeature[int, int]):
    def zero(self) -> int:
        return 0

    def add(self, state: int, record: Record, words: Words) -> int:
        return max(state, words)

    def merge(self, left: int, right: int) -> int:
        return max(left, right)

    def finish(self, state: int) -> int:
        return state


LongestResponse = Annotated[int, Longest]


class Share(Feature[float]):
    def compute(self, records: Sequence[Record], words: Words, longest: LongestResponse) -> list[float]:
        return [count / longest if longest else 0.0 for count in words]


class ShoutedAnswer(RecordRule):
    """An answer shouts."""

    candidates = turns("assistant").matches("[A-Z]{4}")

    def check(self, record: Record) -> Iterator[Finding]:
        for turn in record.turns("assistant"):
            if any(word.isupper() and len(word) >= 4 for word in turn.text.split()):
                yield self.finding(turn, "answer shouts")


class WrongCandidates(RecordRule):
    """Leaves out what it would find."""

    candidates = turns("assistant").matches("never")

    def check(self, record: Record) -> Iterator[Finding]:
        yield self.finding(record, "found")


class LongAnswer(RecordRule):
    """An answer has three words or more: asks for all at once which records are worth a look, and for few of those."""

    candidates = turns("assistant").matches("a")

    def candidate_rows(self, records: Sequence[Record], words: Annotated[Sequence[int], WordCount]) -> Any:
        return np.flatnonzero(np.array(words) >= 3)

    def check(self, record: Record, longest: LongestResponse) -> Iterator[Finding]:
        words = len(record.response.split())
        if words >= 3 and "a" in record.response:
            yield self.finding(record, f"answer has {words} words, the longest {longest}")


class WrongRows(RecordRule):
    """Leaves out what it would find."""

    def candidate_rows(self, records: Sequence[Record]) -> Any:
        return np.arange(len(records))[1:]

    def check(self, record: Record) -> Iterator[Finding]:
        yield self.finding(record, "found")


class LongestAnswer(RecordRule):
    """An answer is the longest of its dataset: asks for a dataset feature, so it runs in the second pass."""

    def check(self, record: Record, words: Words, longest: LongestResponse) -> Iterator[Finding]:
        if words == longest:
            yield self.finding(record, f"answer of {words} words is the longest")


class RelativeLength(RecordRule):
    """Asks for a record feature that asks for a dataset feature."""

    def check(self, record: Record, share: Annotated[float, Share]) -> Iterator[Finding]:
        if share == 1.0:
            yield self.finding(record, "answer is as long as any")


class OpeningSkew(DatasetRule[Counter[str]]):
    """Too many answers start with the same word."""

    max_share: float = Field(0.4, gt=0, le=1, description="Largest share of one opening.")

    def zero(self) -> Counter[str]:
        return Counter()

    def add(self, state: Counter[str], record: Record) -> Counter[str]:
        state[record.response.split(" ")[0]] += 1
        return state

    def merge(self, left: Counter[str], right: Counter[str]) -> Counter[str]:
        return left + right

    def finish(self, state: Counter[str], dataset: Dataset) -> Iterator[Finding]:
        for word, count in sorted(state.items()):
            if count > self.max_share * dataset.records:
                yield self.finding(None, f"{count} of {dataset.records} answers start with {word!r}", key=word)


class LastWins(DatasetRule[str]):
    """Merges in a way that depends on order."""

    def zero(self) -> str:
        return ""

    def add(self, state: str, record: Record) -> str:
        return record.response

    def merge(self, left: str, right: str) -> str:
        return right or left

    def finish(self, state: str) -> Iterator[Finding]:
        yield self.finding(None, f"last answer is {state!r}")


class SameQuestion(GroupRule):
    """Two records ask the same."""

    def key(self, record: Record) -> bytes | None:
        return record.question.encode("utf-8", "surrogatepass") or None

    def check(self, group: Group) -> Iterator[Finding]:
        first, *others = group.records()
        for other in others:
            yield self.finding(other, f"asks what record {first.ref.record} asks", related=[(first, "first")])


class WordSet(Feature[frozenset[str]]):
    def compute(self, records: Sequence[Record]) -> list[frozenset[str]]:
        return [frozenset(record.response.split()) for record in records]


Vocabulary = Annotated[frozenset[str], WordSet]


class SimilarAnswer(PairRule):
    """Two answers use the same words."""

    threshold: float = Field(0.5, gt=0, le=1, description="Jaccard similarity.")

    def keys(self, record: Record, words: Vocabulary) -> Iterator[bytes]:
        yield from (word.encode("utf-8", "surrogatepass") for word in sorted(words))

    def compare(self, left: Vocabulary, right: Vocabulary) -> float:
        return len(left & right) / len(left | right) if left or right else 0.0

    def check(self, cluster: Cluster) -> Iterator[Finding]:
        for n, ref in enumerate(cluster.refs[1:], 1):
            other, score = cluster.link(n)
            yield self.finding(ref, f"similar to record {cluster.refs[other].record} ({score:.2f})", score=score)


class Crashing(RecordRule):
    """Fails on some records."""

    def check(self, record: Record) -> Iterator[Finding]:
        if "boom" in record.response:
            raise ZeroDivisionError("division by zero")
        yield self.finding(record, "seen")


class CrashingFeature(Feature[int]):
    def compute(self, records: Sequence[Record]) -> list[int]:
        return [1][:0]


class AsksForCrashingFeature(RecordRule):
    """Asks for a feature that gives too few values."""

    def check(self, record: Record, value: Annotated[int, CrashingFeature]) -> Iterator[Finding]:
        yield self.finding(record, "seen")


class BadPattern(RecordRule):
    """Has a pattern that RE2 does not take."""

    candidates = turns().matches("(?=x)")

    def check(self, record: Record) -> Iterator[Finding]:
        yield self.finding(record, "seen")


class Unhappy(RecordRule):
    """Finds every record, in a severity of its own."""

    severity = Severity.NOTE

    def check(self, record: Record) -> Iterator[Finding]:
        yield self.finding(record, "unhappy")


KINDS = [ShoutedAnswer, LongAnswer, LongestAnswer, RelativeLength, OpeningSkew, SameQuestion, SimilarAnswer, Unhappy]
