"""The rule ``refusal-rate``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from dslint.api import DatasetRule, Field, Finding, Message, Record, Severity, turns
from dslint.features.splits import AreTaught, is_taught
from dslint.features.tally import Tally
from dslint.features.views import Responses
from dslint_rules.safety._harm import REFUSAL, asks_for_harm, refuses

EXAMPLES = 10


@dataclass(slots=True)
class Refusals:
    """Records with an answer, those that refuse something, and of these the ones that nobody asked for harm in."""

    records: int = 0
    refused: int = 0
    benign: Tally = field(default_factory=lambda: Tally(EXAMPLES))


class RefusalRate(DatasetRule[Refusals]):
    """Many answers refuse, so the model learns to refuse what it could answer.

    **Why.** Generators refuse when they lack a tool, fear a topic or misread a prompt; a model that is tuned on it
    refuses more than they did. A record counts where one of its answers begins as a refusal, in eleven languages.
    Refusals of requests that ask for no harm are listed first.

    **When to ignore.** The data is meant to teach when to refuse; raise `max-share`.

    **References.** [XSTest](https://arxiv.org/abs/2308.01263) (exaggerated safety).
    """

    severity: ClassVar[Severity] = Severity.NOTE
    precision: ClassVar[str] = (
        "2 findings on 10 of the public files taken one by one, both true (Glaive, 14 % and 16 %); next are Alpaca's "
        "Chinese "
        "version with 3.9 % and DPO with 2.0 %."
    )

    candidates = turns("assistant").matches(f"(?i){REFUSAL}")

    max_share: float = Field(0.05, gt=0, le=1, description="Share of records that refuse from which on it is reported.")
    min_records: int = Field(100, ge=1, description="Smaller datasets are not judged.")

    def zero(self) -> Refusals:
        """Return nothing seen."""
        return Refusals()

    def add(self, state: Refusals, record: Record) -> Refusals:
        """Count a record."""
        if not _counts(record):
            return state
        state.records += 1
        refusing = next((turn for turn in record.messages if _is_answer(turn) and refuses(turn.text)), None)
        if refusing is not None:
            state.refused += 1
            if not asks_for_harm(record.prompt):
                state.benign.add(refusing.ref, "a refusal of a request that asks for no harm")
        return state

    def add_rest(
        self, state: Refusals, records: Sequence[Record], taught: AreTaught, responses: Responses, /
    ) -> Refusals:
        """Count records that refuse nothing."""
        # A loop over texts that are at hand; the turns are asked only where these are empty.
        said = zip(taught.tolist(), responses, records, strict=True)
        state.records += sum(counts and (text != "" or _answers(record)) for counts, text, record in said)
        return state

    def merge(self, left: Refusals, right: Refusals) -> Refusals:
        """Add counts up."""
        left.records += right.records
        left.refused += right.refused
        left.benign.merge(right.benign)
        return left

    def finish(self, state: Refusals) -> Iterator[Finding]:
        """Yield a finding where too many records refuse."""
        total = state.records
        if total < self.min_records or state.refused < self.max_share * total:
            return
        share = state.refused / total
        yield self.finding(
            None,
            f"{share:.1%} of {total:,} records refuse, at most {self.max_share:.0%} should; {_asked(state)}",
            score=min(1.0, share * 2),
            related=[(example.ref, example.note) for example in state.benign.examples],
            share=round(share, 4),
            refused=state.refused,
            benign=state.benign.count,
            records=total,
        )


def _asked(state: Refusals) -> str:
    benign, refused = state.benign.count, state.refused
    if benign == refused:
        return "none of their requests asks for harm"
    return f"{benign:,} of their {refused:,} requests ask for no harm" if benign else "all their requests ask for harm"


def _counts(record: Record) -> bool:
    return is_taught(record) and _answers(record)


def _answers(record: Record) -> bool:
    return any(map(_is_answer, record.messages))


def _is_answer(turn: Message) -> bool:
    return turn.role == "assistant" and turn.trained
