"""The rule ``system-misplaced``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from dslint.api import Finding, Record, RecordRule, Severity, Target, turns
from dslint_rules.schema._layout import dialogue, is_well_formed


class SystemMisplaced(RecordRule):
    """A system turn is not the first turn, or there are several, and trainers use only one at the start.

    **Why.** Most templates read the system prompt from the first turn alone: a later one is refused, left out or
    printed in a form that the model never sees in use. LLaMA-Factory drops the record, so
    with `target = "llamafactory"` it is an error; OpenAI takes system turns anywhere, so there it is a note.

    **When to ignore.** Where instructions in the middle of a conversation are meant and your template has a form for
    them.

    **References.** [LLaMA-Factory data](https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = (
        "no finding in 48,367 records of 27 public files; planted in records of four of them, 1 kind of 1 was found"
    )
    targets: ClassVar[Mapping[Target, Severity]] = {
        Target.LLAMAFACTORY: Severity.ERROR,
        Target.OPENAI: Severity.NOTE,
    }

    candidates = turns("system").present

    def check(self, record: Record) -> Iterator[Finding]:
        """Report a late or repeated system turn."""
        turns = dialogue(record)
        if len(turns) < 2:
            return
        at = [i for i, turn in enumerate(turns) if turn.role == "system"]
        if not at or at == [0] or not is_well_formed(record):
            return
        late = next((i for i in at if i != 0 and turns[i - 1].role != "system"), None)
        if late is not None:
            yield self.finding(turns[late], f"system turn is turn {late + 1} of {len(turns)}, expected first")
            return
        words = {str(turns[i].raw_role or "system") for i in at}
        both = " (developer and system)" if words >= {"developer", "system"} else ""
        yield self.finding(turns[at[1]], f"{len(at)} system turns{both}, expected one")
