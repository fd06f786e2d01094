"""The rule ``identical-pair``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from dslint.api import Finding, HasRejected, Record, RecordRule, Severity
from dslint_rules.preference._pairs import preferred, says_the_same


class IdenticalPair(RecordRule):
    """The preferred and the rejected answer are the same, so the pair has no gradient and only costs time.

    White space does not count. Thoughts, media and tool calls must be the same as well.

    **Why.** The loss of such a pair is ln 2 whatever the model does. Pairs become equal where a script fills both
    sides from one column, where an annotator saved without a change, or where two samples of a model agree.

    **When to ignore.** Never for DPO and its relatives; a reward model that learns ties needs a label that says so.

    **References.** [OpenRLHF#1311](https://github.com/OpenRLHF/OpenRLHF/issues/1311),
    [Direct Preference Optimization](https://arxiv.org/abs/2305.18290).
    """

    severity: ClassVar[Severity] = Severity.ERROR
    precision: ClassVar[str] = (
        "No finding in 610 pairs of 3 public files (LLaMA-Factory's demo sets), nor in them written as lists, "
        "strings and dialogues; 600 of 600 planted were found."
    )
    candidates = HasRejected()

    def check(self, record: Record) -> Iterator[Finding]:
        """Compare both answers."""
        chosen, rejected = preferred(record), record.rejected
        if not chosen or not rejected or all(turn.is_blank for turn in chosen):
            return
        if says_the_same(chosen, rejected):
            length = sum(len(turn.text) for turn in rejected)
            yield self.finding(
                rejected[-1],
                "rejected answer is the same as the preferred one" + (f", {length:,} characters" if length else ""),
                related=[(chosen[-1], "the preferred answer")],
            )
