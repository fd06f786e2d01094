"""The rule ``label-not-boolean``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from dslint.api import DatasetRule, Finding, Record, Ref, Scope, Severity, Status
from dslint.features.frequent import stable_hash

_KEYS: Final = ("kto_tag", "label")
_FORMATS: Final = frozenset({"prompt-completion", "chat", "sharegpt"})
_PAIRS: Final = (
    ("true", "false"),
    ("desirable", "undesirable"),
    ("desired", "undesired"),
    ("chosen", "rejected"),
    ("preferred", "rejected"),
    ("good", "bad"),
    ("yes", "no"),
    ("1", "0"),
    ("1", "-1"),
)
_WORDS: Final = frozenset(word for pair in _PAIRS for word in pair)
_OTHER: Final = "other"
_FEW: Final = 20


@dataclass(slots=True)
class Labels:
    """What labels there are.

    Attributes:
        counts: Records by key and written label.
        first: The first record with a label.
        answers: Digests of answers, up to one more than a set of classes has.
    """

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: Ref | None = None
    answers: set[int] = field(default_factory=set)


class LabelNotBoolean(DatasetRule[Labels]):
    """Labels of a KTO dataset are numbers or words, and trainers tell wanted from unwanted by `true` and `false` only.

    Looked at are records of `prompt` and `completion`, or of turns, whose `label` or `kto_tag` is always one of two
    opposites: 0 and 1, `"true"` and `"false"`, `"desirable"` and `"undesirable"`, `"chosen"` and `"rejected"` and the
    like. Labels of classes, and answers of which there are no more than 20 different ones, as labels of classes have
    them, are left alone. Where some labels of a file are booleans, `wrong-type` reports the others.

    **Why.** LLaMA-Factory trains a record whose `kto_tag` is no boolean as plain supervised data: the unwanted answers
    are learned like the wanted ones, and nothing is said. TRL compares with `is True` and `is False`, so that a number
    counts as neither and no record has a loss.

    **When to ignore.** Where `label` is something else, such as the class of a classifier, or where your own code makes
    booleans of the labels.

    **References.** [TRL: KTO trainer](https://huggingface.co/docs/trl/kto_trainer),
    [LLaMA-Factory: data formats](https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md).
    """

    severity: ClassVar[Severity] = Severity.ERROR
    status: ClassVar[Status] = Status.PREVIEW
    precision: ClassVar[str] = (
        "No finding in 48,367 records of 27 public files; so findings were read on made data only: the labels of "
        "LLaMA-Factory's KTO set as numbers and as words are found, labels of classes are not."
    )
    scope: ClassVar[Scope] = Scope.FILE

    def zero(self) -> Labels:
        """Return no counts."""
        return Labels()

    def add(self, state: Labels, record: Record) -> Labels:
        """Count a label."""
        key = next((key for key in _KEYS if key in record.data), "") if record.format in _FORMATS else ""
        if not key:
            return state
        written = _written(record.data[key], csv=record.source.container == "csv")
        state.counts[key, written] += 1
        state.first = record.ref if state.first is None else min(state.first, record.ref, key=lambda ref: ref.order)
        _keep(state.answers, {stable_hash(record.response)})
        return state

    def merge(self, left: Labels, right: Labels) -> Labels:
        """Add up."""
        left.counts.update(right.counts)
        refs = [ref for ref in (left.first, right.first) if ref is not None]
        left.first = min(refs, key=lambda ref: ref.order, default=None)
        _keep(left.answers, right.answers)
        return left

    def finish(self, state: Labels) -> Iterator[Finding]:
        """Report the labels of a file once."""
        total = state.counts.total()
        for key in _KEYS:
            labels = {word: count for (of, word), count in state.counts.items() if of == key}
            pair = next((pair for pair in _PAIRS if labels.keys() == set(pair)), None)
            if pair is None or (key == "label" and len(state.answers) <= min(_FEW, total // 2)):
                continue
            listed = " and ".join(f"{word} in {labels[word]:,} record{'s'[: labels[word] != 1]}" for word in pair)
            yield self.finding(
                state.first,
                f"`{key}` is {listed}, expected true or false",
                key=key,
                count=sum(labels.values()),
            )


def _written(value: Any, *, csv: bool) -> str:
    if value.__class__ is str:
        word = value.strip().casefold()
        # Loaders make booleans of these words in a CSV file.
        return word if word in _WORDS and not (csv and word in _PAIRS[0]) else _OTHER
    if value.__class__ in (int, float) and value in (0, 1, -1):
        return str(int(value))
    return _OTHER


def _keep(into: set[int], more: set[int]) -> None:
    """Add digests, keeping the least so that any order of merging gives the same."""
    into |= more
    for digest in sorted(into)[_FEW + 1 :]:
        into.discard(digest)
