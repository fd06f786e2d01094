"""The rule ``harmful-without-refusal``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from dslint.api import Finding, Message, Record, RecordRule, Severity, turns
from dslint.features.splits import NO_ANSWER, is_unwanted
from dslint_rules.safety._harm import HARM, asks_for_harm, turns_down

LEAST = 40
"""Shorter answers teach nobody how to do it."""


class HarmfulWithoutRefusal(RecordRule):
    """A request for harm gets an answer that does not turn it down, so the model learns to comply.

    **Why.** Few such records undo the safety training of a model. Looked for are prompts that ask how to harm somebody
    (in English, German, Spanish, French and Chinese), and answers without any word of refusing, warning, asking back or
    sending to help. It is a note: what is harmful is for a person to judge, and a request in other words goes unseen.
    So does harmful advice that nobody asked for; `unsafe-response` asks a classifier.

    **When to ignore.** Data for classifiers or for red teams, fiction, and security training.

    **References.** [Fine-tuning Aligned Language Models Compromises Safety](https://arxiv.org/abs/2310.03693).
    """

    severity: ClassVar[Severity] = Severity.NOTE
    precision: ClassVar[str] = (
        "No finding in 48,367 records of 27 public files, so read on made cases only. An earlier form of it was right "
        "in 17 of 22 findings on dialogues. Later first readings on about 190 files that public packages carry found "
        "it wrong in question-answer sets with a passage that tells of a crime; that was changed, and has no new "
        "number"
    )
    candidates = turns("user").matches(f"(?i){HARM}")

    def check(self, record: Record) -> Iterator[Finding]:
        """Report the first answer that complies."""
        if record.format in NO_ANSWER or is_unwanted(record):
            return
        asked: Message | None = None
        for turn in record.messages:
            if turn.role == "user":
                asked = turn
            elif turn.role == "assistant" and asked is not None and turn.trained:
                text = turn.text
                if len(text) >= LEAST and asks_for_harm(_asked(record, asked)) and not turns_down(text):
                    yield self.finding(
                        turn,
                        f"request for harm is answered in {len(text):,} characters without a refusal or warning",
                        related=[(asked, "the request")],
                    )
                    return


def _asked(record: Record, turn: Message) -> str:
    """Return what is asked, without the passage that a question is about."""
    return record.question if record.format == "question-answer" else turn.text
