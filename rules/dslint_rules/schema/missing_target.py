"""The rule ``missing-target``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

from dslint.api import Finding, Levels, Message, Record, Ref, Severity, Target, formats, shared
from dslint_rules.schema._faults import Fault, FaultRule, Faults
from dslint_rules.schema._layout import is_well_formed

_FORMATS: Final = frozenset(
    {"chat", "sharegpt", "kto", "preference", "preference-messages", "openai-preference", "prompt-completion"}
)
_ANSWERS: Final = frozenset({"assistant", "function_call"})
_UNANSWERED: Final = "which nothing answers"
_GOES_ON: Final = "a conversation that ends with a turn that nothing answers"
_LISTS: Final = (
    "messages",
    "conversations",
    "chosen",
    "rejected",
    "chosen_messages",
    "rejected_messages",
    "preferred_output",
    "non_preferred_output",
    "completion",
)


class MissingTarget(FaultRule):
    """A conversation has no answer to learn: no assistant turn, none at the end, or none that is trained on.

    **Why.** OpenAI refuses such an example, LLaMA-Factory and axolotl drop it and say only how many, and where nothing
    drops it all of its tokens are masked, which gives a loss of 0 or NaN for the batch. TRL, axolotl and Unsloth train
    on the earlier answers of a conversation that ends with a question, so for them that is a warning.

    What is so in more than twenty records of a file is said once.

    **When to ignore.** For prompts that a reinforcement-learning trainer answers itself. Use the format with only
    `prompt` for those.

    **References.** [trl#6668](https://github.com/huggingface/trl/issues/6668),
    [OpenAI: chat data preparation](https://cookbook.openai.com/examples/chat_finetuning_data_prep).
    """

    precision: ClassVar[str] = (
        "no finding in 48,367 records of 27 public files; planted in records of four of them, 8 kinds of 8 were found"
    )

    # These train on the earlier answers.
    kinds_of_finding: ClassVar[Mapping[str, Levels]] = {
        _GOES_ON: Levels(Severity.ERROR, dict.fromkeys((Target.TRL, Target.AXOLOTL, Target.UNSLOTH), Severity.WARNING))
    }

    target: Target = shared(Target.GENERIC, description="Trainer that the data is for.")

    candidates = formats(*_FORMATS)

    def fault(self, record: Record) -> Fault | None:
        """Return the first thing that keeps the record from being trained on."""
        if record.format not in _FORMATS or not isinstance(record.data, Mapping):
            return None
        if record.format != record.source.format:  # a matter of mixed formats
            return None
        found = _empty_list(record) or _fault(record)
        if not found or not is_well_formed(record):
            return None
        where, message = found
        goes_on = not record.is_preference and _UNANSWERED in message
        about = (_GOES_ON if goes_on else "", "".join(letter for letter in message if not letter.isdigit()))
        return Fault(about, where, message)

    def finish(self, state: Faults) -> Iterator[Finding]:
        """Report each record, or what is so in many."""
        level = self.level(_GOES_ON)
        yield from state.findings(self, "the same", {_GOES_ON: level} if level else {})


def _empty_list(record: Record) -> tuple[Ref, str] | None:
    for key in _LISTS:
        value: Any = record.data.get(key)
        # TRL and LLaMA-Factory take a context of no turns beside a preferred answer.
        if value == [] and not (record.is_preference and key in ("messages", "conversations")):
            return record.ref.at(f"/{key}"), f"`{key}` has no turns"
    return None


def _fault(record: Record) -> tuple[Ref, str] | None:
    start = record.preferred_from or 0
    fault = _fault_of(record.messages[start:], "preferred answer" if record.is_preference else "conversation")
    if fault or not record.rejected:
        return fault
    last = record.rejected[-1]
    return None if last.role in _ANSWERS else (last.ref, f"rejected answer ends with a {last.role} turn")


def _fault_of(turns: Sequence[Message], what: str) -> tuple[Ref, str] | None:
    if not turns:
        return None
    answers = [turn for turn in turns if turn.role in _ANSWERS]
    if not answers:
        return turns[-1].ref, f"{what} has no assistant turn"
    if turns[-1].role not in _ANSWERS:
        return turns[-1].ref, f"{what} ends with a {turns[-1].role} turn, {_UNANSWERED}"
    if not any(turn.trained for turn in answers):
        which = "the only assistant turn" if len(answers) == 1 else f"each of {len(answers)} assistant turns"
        return answers[0].ref, f"{which} is excluded from training"
    return None
