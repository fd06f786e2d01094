"""The rule ``one-sided-labels``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import DatasetRule, Field, Finding, HasRejected, Record, Severity, formats
from dslint.features.splits import is_held_out

_KEYS: Final = ("label", "kto_tag")


class OneSidedLabels(DatasetRule[Counter[str]]):
    """Nearly all labels of a KTO dataset are the same, or rejected answers are empty: there is no contrast to learn.

    Counted are the labels `true` and `false` of records with `label` or `kto_tag`, and the rejected answers of pairs
    that have no text. Splits that are not trained on are left out.

    **Why.** KTO weighs wanted against unwanted answers. With one kind only the loss has nothing to hold against;
    LLaMA-Factory warns. Beyond a ratio of about 1 to 4 the rarer kind needs a larger weight, which TRL works out and
    prints without setting it. An empty rejected answer teaches no more than to write something.

    **When to ignore.** Where the weights (`desirable_weight`, `undesirable_weight`) are set to make up for the ratio.

    **References.** [KTO](https://arxiv.org/abs/2402.01306),
    [TRL: KTO trainer](https://huggingface.co/docs/trl/kto_trainer).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = (
        "No finding in 300 labels and 610 pairs of 4 public files (LLaMA-Factory's demo sets), so findings were "
        "read on made data only."
    )

    max_ratio: float = Field(4.0, ge=1, description="How many times as many labels of one kind there may be.")
    max_empty: float = Field(0.1, ge=0, lt=1, description="Share of pairs whose rejected answer may be empty.")
    min_records: int = Field(20, ge=1, description="Smaller datasets are not judged.")

    candidates = formats("kto") | HasRejected()

    def zero(self) -> Counter[str]:
        """Return no counts."""
        return Counter()

    def add(self, state: Counter[str], record: Record) -> Counter[str]:
        """Count a label or a pair."""
        if is_held_out(record):
            return state
        if record.format == "kto":
            columns = dict(record.source.columns)
            value = next(
                (record.field(columns.get(key, key)) for key in _KEYS if columns.get(key, key) in record.data), None
            )
            if isinstance(value, bool):
                state["true" if value else "false"] += 1
        elif record.preferred_from is not None:
            state["pairs"] += 1
            if record.rejected and all(turn.is_blank for turn in record.rejected):
                state["empty"] += 1
        return state

    def merge(self, left: Counter[str], right: Counter[str]) -> Counter[str]:
        """Add the counts."""
        left.update(right)
        return left

    def finish(self, state: Counter[str]) -> Iterator[Finding]:
        """Yield a finding about labels, and one about empty answers."""
        wanted, unwanted = state["true"], state["false"]
        total = wanted + unwanted
        if total >= self.min_records and max(wanted, unwanted) > self.max_ratio * min(wanted, unwanted):
            few, many = sorted((wanted, unwanted))
            word = "true" if wanted > unwanted else "false"
            message = f"all {total:,} labels are {word}, expected both kinds"
            if few:
                message = f"{many:,} of {total:,} labels are {word}, 1 to {many / few:.1f}, expected at most "
                message += f"1 to {self.max_ratio:g}"
            yield self.finding(None, message, score=many / total, key="labels", true=wanted, false=unwanted)
        pairs, empty = state["pairs"], state["empty"]
        if pairs >= self.min_records and empty > self.max_empty * pairs:
            message = f"{empty:,} of {pairs:,} rejected answers are empty, expected at most {self.max_empty:.0%}"
            yield self.finding(None, message, score=empty / pairs, key="empty", empty=empty, pairs=pairs)
