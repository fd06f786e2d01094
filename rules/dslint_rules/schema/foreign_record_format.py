"""The rule ``foreign-record-format``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from dslint.api import FORMATS, DatasetRule, Finding, Record, Scope, Severity, Target, shared
from dslint_rules.schema._keys import RECORD, KeyUse
from dslint_rules.schema._layout import FOREIGN

_EXPECTED: Final = {
    Target.OPENAI: "OpenAI reads `messages`, or `input` with `preferred_output` and `non_preferred_output`",
    Target.TRL: "TRL reads `messages`, `prompt` and `completion`, `chosen` and `rejected`, or `text`",
    Target.LLAMAFACTORY: "",
    Target.AXOLOTL: "",
}
_JUDGED: Final = frozenset(FORMATS) - {"unknown", "evaluation", "seed-task"}
_TRL_KEYS: Final = frozenset({"prompt", "chosen", "rejected", "completion", "messages", "label"})
_TRL_SETS: Final = frozenset(
    frozenset(keys.split())
    for keys in (
        "messages",
        "prompt",
        "prompt completion",
        "prompt chosen rejected",
        "chosen rejected",
        "prompt completion label",
    )
)


class ForeignRecordFormat(DatasetRule[KeyUse]):
    """Records have a format that the chosen trainer does not read, so it stops with a missing key or refuses the file.

    **Why.** OpenAI takes `messages` and its own preference format only, wants ids of calls and of results, and weights
    of 0 or 1 on answers only. TRL tells tasks apart by their keys: it knows no `instruction` and `output`, and of
    conversations it takes only certain sets of keys, so that `messages` beside `chosen` and `rejected` is an error.
    LLaMA-Factory takes each side of a pair as one turn, and trains on lists of turns without ranking them. axolotl is
    told what to read, but wants `tools` as a list. Unsloth is told as well; for it, and without `target`, the rule
    does not run.

    **When to ignore.** Where a function of your own makes the trainer's format of the records (`formatting_func`).

    **References.** [TRL dataset formats](https://huggingface.co/docs/trl/dataset_formats),
    [OpenAI: chat format](https://platform.openai.com/docs/api-reference/fine-tuning/chat-input).
    """

    severity: ClassVar[Severity] = Severity.ERROR
    precision: ClassVar[str] = (
        "No finding without a target. For TRL and OpenAI it was tried on 27 public files of nine formats: it "
        "reports those that are in none of the trainer's own."
    )
    scope: ClassVar[Scope] = Scope.FILE

    target: Target = shared(Target.GENERIC, description="Trainer whose formats are accepted.")

    def unmet(self) -> str:
        """Ask for a trainer that the rule knows."""
        return "" if self.target in _EXPECTED else "set target to openai, trl, axolotl or llamafactory"

    def zero(self) -> KeyUse:
        """No record seen."""
        return KeyUse()

    # Every record is counted, for the share that is of a format.
    def add(self, state: KeyUse, record: Record) -> KeyUse:
        """Count the records of formats that the target does not read."""
        if self.target not in _EXPECTED or record.format not in _JUDGED or record.data.__class__ is not dict:
            return state
        state.records += 1
        if record.format in FOREIGN.get(self.target, ()):
            what = f"the format {FORMATS[record.format].title}, {_EXPECTED[self.target]}"
        else:
            what = _REFUSED[self.target](record.data)
        if what:
            state.count(RECORD, what, record.ref, "", None)
        return state

    def merge(self, left: KeyUse, right: KeyUse) -> KeyUse:
        """Add up."""
        return left.merge(right)

    def finish(self, state: KeyUse) -> Iterator[Finding]:
        """Report each format once."""
        for what, seen in sorted(state.at(RECORD).items()):
            yield self.finding(
                seen.place,
                f"{seen.count} of {state.records} records have {what}",
                key=what,
                count=seen.count,
            )


def _by_trl(data: Mapping[str, Any]) -> str:
    for key in _SIDES:
        if isinstance(data.get(key), dict):
            return f"an object as `{key}`, TRL takes a text or a list of turns"
    keys = _TRL_KEYS & data.keys()
    if keys in _TRL_SETS or not any(isinstance(data[key], list) for key in keys):
        return ""
    return f"the keys {', '.join(f'`{key}`' for key in sorted(keys))} together, which TRL refuses"


def _by_llamafactory(data: Mapping[str, Any]) -> str:
    lists = [f"`{key}`" for key in _SIDES if isinstance(data.get(key), list)]
    return f"lists of turns as {' and '.join(lists)}, LLaMA-Factory ranks single turns and texts" if lists else ""


def _by_openai(data: Mapping[str, Any]) -> str:
    turns = data.get("messages")
    for turn in turns if isinstance(turns, list) else ():
        if not isinstance(turn, dict):
            continue
        if turn.get("role") == "tool" and not turn.get("tool_call_id"):
            return "tool results without `tool_call_id`, which OpenAI requires"
        if "weight" in turn and not (turn.get("role") == "assistant" and turn["weight"] in (0, 1)):
            return "a `weight` that is not 0 or 1, or not of an answer, which OpenAI refuses"
        calls = turn.get("tool_calls")
        if isinstance(calls, list) and any(isinstance(call, dict) and not call.get("id") for call in calls):
            return "tool calls without `id`, which OpenAI requires"
    return ""


def _by_axolotl(data: Mapping[str, Any]) -> str:
    tools = data.get("tools")
    return "a text as `tools`, axolotl takes a list" if isinstance(tools, str) and tools.strip() else ""


_SIDES: Final = ("chosen", "rejected")
_REFUSED: Final = {
    Target.OPENAI: _by_openai,
    Target.TRL: _by_trl,
    Target.AXOLOTL: _by_axolotl,
    Target.LLAMAFACTORY: _by_llamafactory,
}
"""What of a record in a format that the trainer reads is refused all the same; empty for nothing."""
