"""Datasets of nothing but easy, or nothing but hard tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from dslint.api import Condition, DatasetRule, Field, Finding, Record, Severity, keys
from dslint.features.frequent import Frequent, OwnHash
from dslint.features.splits import TrainedOn, is_held_out
from dslint_rules.difficulty._proxy import level

_LONGEST: Final = 40
_THIRDS: Final = (1 / 3, 2 / 3)
_ENDS: Final = ("easy", "hard")


@dataclass(slots=True)
class Levels:
    """How many records there are of each level.

    Attributes:
        records: All records.
        labels: What the field says, where it says something.
        guesses: What the proxy says.
    """

    records: int = 0
    labels: Frequent = field(default_factory=Frequent)
    guesses: Counter[str] = field(default_factory=Counter)


class DifficultySkew(DatasetRule[Levels]):
    """Nearly all tasks are equally hard, so the model is not prepared for the others.

    The level is what the field ``difficulty`` says, where at least half of the records have it: a word, a whole number,
    or a score from 0 to 1, which is cut into thirds. It is reported from a share of 0.8 on.

    With `proxy = true` a guess takes the place of labels that are missing, and the message says so. It counts what is
    long: prompts of 40 and of 150 words, answers of 80 and of 250 words or of five lines, three numbers in the prompt,
    three turns of the user. Only what is easy or hard by all appearance is reported. The guess is off by default: how
    well it agrees with people has not been measured, and a set of tickets to classify is short without being easy.

    Datasets of fewer than a hundred records and splits that are not trained on are not judged.

    **When to ignore.** The model is meant for tasks of one level, or is trained on one level after another.

    **References.** [Liu et al.: What Makes Good Data for Alignment?](https://arxiv.org/abs/2312.15685), [Li et al.:
    From Quantity to Quality](https://arxiv.org/abs/2308.12032).
    """

    severity: ClassVar[Severity] = Severity.NOTE
    precision: ClassVar[str] = (
        "Labels are counted exactly; none of 27 public files has them. Of those with a hundred records or more, at "
        "most .68 are easy by the proxy (Alpaca) and .75 hard (preference pairs), so none is reported."
    )

    label_field: str = Field("difficulty", description="Field that says how hard a record is.")
    max_share: float = Field(0.8, gt=0, le=1, description="Largest share that one level may take.")
    min_records: int = Field(100, ge=1, description="Smaller datasets are not judged.")
    proxy: bool = Field(False, description="Whether to guess where there are no labels.")

    def necessary(self) -> Condition | None:
        """The label's field; the proxy looks at every record."""
        return None if self.proxy else keys(self.label_field)

    def zero(self) -> Levels:
        """Return no levels."""
        return Levels()

    def add(self, state: Levels, record: Record, key: OwnHash, /) -> Levels:
        """Count the record's level."""
        if is_held_out(record):
            return state
        state.records += 1
        label = _label(record.field(self.label_field))
        if label:
            state.labels.add(label, key)
        if self.proxy:
            state.guesses[level(record)] += 1
        return state

    def add_rest(self, state: Levels, _records: Sequence[Record], trained: TrainedOn, /) -> Levels:
        """Count records without a label."""
        state.records += int(trained.sum())
        return state

    def merge(self, left: Levels, right: Levels) -> Levels:
        """Add the counts."""
        left.records += right.records
        left.labels.merge(right.labels)
        left.guesses.update(right.guesses)
        return left

    def finish(self, state: Levels) -> Iterator[Finding]:
        """Report the level that nearly all records have."""
        if state.records < self.min_records:
            return
        labelled = 2 * state.labels.total >= state.records
        if labelled:
            name, count = state.labels.most_common()
            total, told = state.labels.total, f'have `{self.label_field}` "{name}"'
        else:
            name, count = max(((end, state.guesses[end]) for end in _ENDS), key=lambda pair: pair[1])
            total, told = state.guesses.total(), f"are {name} by a proxy (lengths, numbers, turns)"
        if not total or count <= self.max_share * total:
            return
        share = count / total
        yield self.finding(
            None,
            f"{share:.1%} of {total:,} records {told}, at most {self.max_share:.0%} is expected",
            score=share if labelled else share / 2,
            key="label" if labelled else "proxy",
            level=name,
            share=round(share, 4),
            proxy=not labelled,
        )


def _label(value: Any) -> str:
    """Return a label as a word; a score from 0 to 1 as the third that it lies in."""
    if isinstance(value, float) and 0 <= value <= 1:
        return ("low", "middle", "high")[sum(value >= third for third in _THIRDS)]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(round(value)) if abs(value) < 1e9 else ""
    return value.strip().lower()[:_LONGEST] if isinstance(value, str) else ""
