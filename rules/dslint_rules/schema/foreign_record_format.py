"""The rule ``foreign-record-format``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from dslint.api import FORMATS, DatasetRule, Finding, Record, Scope, Severity, Target, shared
from dslint_rules.schema._keys import RECORD, KeyUse
from dslint_rules.schema._layout import FOREIGN

_TITLES: Final = {Target.OPENAI: "OpenAI", Target.TRL: "TRL"}
_EXPECTED: Final = {
    Target.OPENAI: "`messages`, or `input` with `preferred_output` and `non_preferred_output`",
    Target.TRL: "`messages`, `prompt` and `completion`, `chosen` and `rejected`, or `text`",
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

    **Why.** OpenAI takes `messages` and its own preference format only. TRL tells tasks apart by their keys: it knows
    no `instruction` and `output`, and of conversations it takes only certain sets of keys, so that `messages` beside
    `chosen` and `rejected` is an error. axolotl, LLaMA-Factory and Unsloth are told what to read, so for them, and
    without `target`, the rule is quiet.

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

    def zero(self) -> KeyUse:
        """No record seen."""
        return KeyUse()

    def add(self, state: KeyUse, record: Record) -> KeyUse:
        """Count the records of formats that the target does not read."""
        foreign = FOREIGN.get(self.target)
        if foreign is None or record.format not in _JUDGED or record.data.__class__ is not dict:
            return state
        state.records += 1
        if record.format in foreign:
            state.count(RECORD, f"the format {FORMATS[record.format].title}", record.ref, "", None)
        elif self.target is Target.TRL and (keys := _refused(record.data)):
            state.count(RECORD, f"the keys {keys} together", record.ref, "", None)
        return state

    def merge(self, left: KeyUse, right: KeyUse) -> KeyUse:
        """Add up."""
        return left.merge(right)

    def finish(self, state: KeyUse) -> Iterator[Finding]:
        """Report each format once."""
        for what, seen in sorted(state.at(RECORD).items()):
            yield self.finding(
                seen.place,
                f"{seen.count} of {state.records} records have {what}, {_TITLES[self.target]} reads "
                f"{_EXPECTED[self.target]}",
                key=what,
                count=seen.count,
            )


def _refused(data: Mapping[str, Any]) -> str:
    keys = _TRL_KEYS & data.keys()
    conversational = any(isinstance(data[key], list) for key in keys)
    if keys in _TRL_SETS or not conversational:
        return ""
    return ", ".join(f"`{key}`" for key in sorted(keys))
