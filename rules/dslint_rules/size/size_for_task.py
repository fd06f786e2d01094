"""Datasets that are too small or needlessly large for their task."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

from dslint.api import DatasetRule, Finding, Record, Severity, shared
from dslint.features.digest import content_key
from dslint.features.distinct import Distinct
from dslint.features.splits import is_held_out

Task = Literal["style", "domain", "specialisation"]
BRACKETS: Final[dict[str, tuple[int, int]]] = {
    "style": (500, 2_000),
    "domain": (2_000, 10_000),
    "specialisation": (10_000, 50_000),
}
_KEPT: Final = 1 << 16


@dataclass(slots=True)
class Usable:
    """The records of a dataset: how many, how many without an answer, and how many different ones of the rest."""

    records: int = 0
    unanswered: int = 0
    distinct: Distinct = field(default_factory=lambda: Distinct(_KEPT))


class SizeForTask(DatasetRule[Usable]):
    """Too few records for the task, so the model does not learn it; or more than still help.

    Declare what the data is for under `task`. Usual are 500 to 2,000 records for `style` (format, tone), 2,000 to
    10,000 for `domain` (knowledge of a field), 10,000 to 50,000 for `specialisation` (complex tasks). Fewer are a
    warning. More are a note: a smaller choice of the best may do, and beyond 50,000 each further record adds little.

    Counted are different records that have an answer; case, punctuation and white space make none different. Lines
    that are no record do not count. Other defects do not show here: repair or remove first what the other rules report.
    Above 65,536 different records the count is an estimate, right to half a per cent. Splits that are not trained on
    are left out.

    **When to ignore.** The records are far longer or far better than usual, as in LIMA's 1,000, or you measured that
    the size is right.

    **References.** Zhou et al., LIMA: Less Is More for Alignment (2023).
    """

    precision: ClassVar[str] = "Counts are exact; the brackets are rules of thumb, which no data here could confirm."

    task: Task | None = shared(None, description="What the data is for: style, domain or specialisation.")

    def unmet(self) -> str:
        """Ask for the task."""
        return "" if self.task else "set task"

    def zero(self) -> Usable:
        """Return no records."""
        return Usable()

    # Every record is counted, by its content.
    def add(self, state: Usable, record: Record) -> Usable:
        """Count the record."""
        if is_held_out(record):
            return state
        state.records += 1
        answers = record.turns("assistant", "function_call")
        if record.messages and all(turn.is_blank for turn in answers):
            state.unanswered += 1
        else:
            state.distinct.add(int.from_bytes(content_key(record)[:8], "little"))
        return state

    def merge(self, left: Usable, right: Usable) -> Usable:
        """Add the counts."""
        left.records += right.records
        left.unanswered += right.unanswered
        left.distinct.merge(right.distinct)
        return left

    def finish(self, state: Usable) -> Iterator[Finding]:
        """Compare the count with the bracket of the task."""
        if self.task is None or not state.records:
            return
        low, high = BRACKETS[self.task]
        count = min(state.distinct.count, state.records - state.unanswered)
        if low <= count <= high:
            return
        repeated = state.records - state.unanswered - count
        left_out = [f"{number:,} {what}" for number, what in ((repeated, "repeated"), (state.unanswered, "unanswered"))]
        note = f" ({' and '.join(left_out)} not counted)" if repeated or state.unanswered else ""
        usual = f'{low:,} to {high:,} are usual for task "{self.task}"'
        yield self.finding(
            None,
            f"dataset has {count:,} usable records{note}, {usual}",
            severity=Severity.WARNING if count < low else Severity.NOTE,
            score=1 - count / low if count < low else 0.3,
            key=self.task,
            usable=count,
            repeated=repeated,
            unanswered=state.unanswered,
        )
