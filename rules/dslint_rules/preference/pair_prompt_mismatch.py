"""The rule ``pair-prompt-mismatch``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from dslint.api import Finding, HasRejected, Message, Record, RecordRule, Severity
from dslint_rules.preference._pairs import ANSWERS, preferred


class PairPromptMismatch(RecordRule):
    """The two sides of a preference pair answer different prompts, so what is learned is not which answer is better.

    Looked at are pairs whose sides hold the dialogue themselves, as lists of turns or as one string with `Human:` and
    `Assistant:`. Behind what both begin with, only answers may follow, with their tool calls and results: a user or
    system turn there means that the prompts differ, or that the sides part before their last answer. In OpenAI's own
    format each side must be a single assistant turn.

    **Why.** Trainers take what both sides begin with as the prompt, and the rest as the answers. A user turn in the
    rest is trained on as if the model had to write it, with more or less reward.

    **When to ignore.** Where whole dialogues are compared and your loss leaves out the user's turns.

    **References.** [TRL: dataset formats](https://huggingface.co/docs/trl/dataset_formats),
    [hh-rlhf](https://github.com/anthropics/hh-rlhf).
    """

    severity: ClassVar[Severity] = Severity.ERROR
    precision: ClassVar[str] = (
        "No finding in 610 pairs of 3 public files (LLaMA-Factory's demo sets), nor in them written as lists and "
        "dialogues; 600 of 600 planted were found."
    )
    candidates = HasRejected()

    def check(self, record: Record) -> Iterator[Finding]:
        """Look for turns of a prompt behind the place where the sides part."""
        chosen, rejected = preferred(record), record.rejected
        if not chosen or not rejected:
            return
        if record.format == "openai-preference":
            yield from self._single(("preferred_output", chosen), ("non_preferred_output", rejected))
            return
        if not (_asks(chosen) or _asks(rejected)):
            return
        if chosen[-1].role not in ANSWERS or rejected[-1].role not in ANSWERS:
            return  # a side without an answer, which is another rule's
        first, other = (chosen[0], rejected[0]) if _asks(chosen) else (rejected[0], chosen[0])
        if first.role in ANSWERS and other.role in ANSWERS:
            message = f"sides part at an earlier answer, {_left(chosen, rejected)}"
        else:
            message = f"prompts of both sides differ, first in {_name(first)} and {_name(other)}"
        yield self.finding(first, message, related=[(other, "the other side")])

    def _single(self, *sides: tuple[str, Sequence[Message]]) -> Iterator[Finding]:
        for key, turns in sides:
            if len(turns) > 1 and any(turn.role in ANSWERS for turn in turns):
                yield self.finding(turns[1], f"`{key}` has {len(turns)} turns, OpenAI takes one assistant turn")
                return


def _asks(turns: Sequence[Message]) -> bool:
    return any(turn.role not in ANSWERS for turn in turns)


def _left(chosen: Sequence[Message], rejected: Sequence[Message]) -> str:
    counts = [sum(turn.role not in ANSWERS for turn in side) for side in (chosen, rejected)]
    return f"{counts[0]} and {counts[1]} turns of the prompt follow it, expected none"


def _name(turn: Message) -> str:
    article = "an" if turn.role == "assistant" else "a"
    return f"{article} {turn.role.replace('_', ' ')} turn" if turn.role else "a turn"
