"""The rule ``roles-not-alternating``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final

from dslint.api import Finding, Levels, Message, Record, RecordRule, Severity, Target, formats, shared
from dslint_rules.schema._layout import dialogue, is_well_formed

_FORMATS: Final = frozenset({"chat", "sharegpt", "kto", "preference", "preference-messages", "openai-preference"})
_ASKS: Final = frozenset({"user", "tool"})
_ANSWERS: Final = frozenset({"assistant", "function_call"})

_RESULTS: Final = "results of tools in a row, in conversations of `from` and `value`"


class RolesNotAlternating(RecordRule):
    """Turns do not alternate between the asking and the answering side, which chat templates and trainers refuse.

    **Why.** The templates of Mistral, Gemma and Llama 2 raise "Conversation roles must alternate", and LLaMA-Factory
    drops the record. Two answers in a row also mean that a question was lost. Several results of tools in a row
    count as one, a call counts as an answer. A call without a result and a result without a call belong to
    `unmatched-tool-result`.

    **When to ignore.** Where your template is known to take any order, as ChatML does. With `target = "openai"` it is
    a warning, since OpenAI accepts any order. With `target = "llamafactory"` results of tools in a row are an error in
    conversations of `from` and `value`, as such records are dropped.

    **References.** [unsloth#334](https://github.com/unslothai/unsloth/issues/334),
    [smol-course#260](https://github.com/huggingface/smol-course/issues/260),
    [vllm#6862](https://github.com/vllm-project/vllm/issues/6862).
    """

    severity: ClassVar[Severity] = Severity.ERROR
    precision: ClassVar[str] = (
        "no finding in 48,367 records of 27 public files; planted in records of four of them, 5 kinds of 5 were found"
    )
    targets: ClassVar[Mapping[Target, Severity]] = {Target.OPENAI: Severity.WARNING}
    # LLaMA-Factory joins the results of one call only where turns are written as OpenAI does.
    kinds_of_finding: ClassVar[Mapping[str, Levels]] = {_RESULTS: Levels(None, {Target.LLAMAFACTORY: Severity.ERROR})}

    candidates = formats(*_FORMATS)

    target: Target = shared(Target.GENERIC, description="Trainer that the data is for.")

    def check(self, record: Record) -> Iterator[Finding]:
        """Report the first break of the order, with how many there are."""
        if record.format not in _FORMATS:
            return
        turns = dialogue(record)
        strict = record.format == "sharegpt" and self.level(_RESULTS) is not None
        breaks = _breaks(turns, strict)
        if not breaks and record.rejected:
            context = len(turns) - len(record.messages[record.preferred_from or 0 :])
            breaks = _breaks([*turns[:context], *record.rejected], strict)
        if not breaks or not is_well_formed(record):
            return
        turn, message = breaks[0]
        more = f", and {len(breaks) - 1} more such place{'s' if len(breaks) > 2 else ''}" if len(breaks) > 1 else ""
        yield self.finding(turn, message + more, breaks=len(breaks))


def _breaks(turns: Sequence[Message], strict: bool) -> list[tuple[Message, str]]:
    found = []
    before: Message | None = None
    for turn in _answered(turns):
        role = turn.role
        if role in _ANSWERS:
            if before is None:
                if turn.raw_role is not None:
                    found.append((turn, "conversation starts with an assistant turn"))
            elif before.role in _ANSWERS and not (_calls(before) and not _calls(turn)):
                found.append((turn, _in_a_row(before, turn)))
        elif role in _ASKS:
            if before is not None and before.role in _ASKS and (role != "tool" or (strict and before.role == "tool")):
                found.append((turn, _in_a_row(before, turn)))
        else:  # a system turn does not count
            continue
        before = turn
    return found


def _calls(turn: Message) -> bool:
    return bool(turn.tool_calls) or turn.role == "function_call"


def _answered(turns: Sequence[Message]) -> Sequence[Message]:
    # A question at the end that nothing answers is a missing target, and said as such.
    last = len(turns)
    while last and turns[last - 1].role in _ASKS:
        last -= 1
    return turns[:last]


def _in_a_row(before: Message, turn: Message) -> str:
    if before.role == turn.role:
        return f"two {turn.role.replace('_', ' ')} turns in a row"
    return f"{turn.role.replace('_', ' ')} turn directly after {before.role.replace('_', ' ')} turn"
