"""The rule ``unexpected-key``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, Final

from dslint.api import ROLES, DatasetRule, Field, Finding, Record, Scope, Severity, Target, escape_pointer, shared
from dslint_rules.schema._keys import RECORD, TURN, KeyUse, Seen
from dslint_rules.schema._layout import CONTENT_KEYS, FOREIGN, ROLE_KEYS, first_key, layout_of, raw_turns
from dslint_rules.schema._spelling import similar

_NEEDED: Final = frozenset((*ROLE_KEYS, *CONTENT_KEYS))
_TURN_KEYS: Final = _NEEDED | {
    *("tool_calls", "tool_call_id", "function_call", "weight", "loss_weight", "train", "training", "train_detail"),
    *("reasoning_content", "reasoning", "thinking", "refusal", "name", "images", "videos", "audios", "audio"),
}
_OPENAI_TURN_KEYS: Final = frozenset(
    {"role", "content", "name", "function_call", "tool_calls", "tool_call_id", "weight", "refusal", "audio"}
)
_WEIGHTS: Final = frozenset({"weight", "loss_weight", "train", "training", "train_detail"})
_WITHOUT_EFFECT: Final[Mapping[Target, frozenset[str]]] = {
    Target.TRL: _WEIGHTS,
    Target.UNSLOTH: _WEIGHTS,
    Target.LLAMAFACTORY: _WEIGHTS - {"loss_weight"},
}
"""Keys by which a turn is left out of training that mean nothing to the trainer."""
_TITLES: Final = {
    Target.TRL: "TRL",
    Target.UNSLOTH: "Unsloth",
    Target.LLAMAFACTORY: "LLaMA-Factory",
}
_MIN_COUNT: Final = 100
_SHOWN: Final = 5
_WHAT: Final = {RECORD: "records", TURN: "turns"}


class UnexpectedKey(DatasetRule[KeyUse]):
    """A key that almost no record has, or that looks like a misspelling: what it holds is not trained on.

    **Why.** Readers take the keys that they know and leave out the rest, so a misspelt `sytem` or `tool_call` removes
    the system prompt or the call without a word. A key that a handful of records have is usually left over from
    merging or from a script that failed half-way. OpenAI refuses turns with keys that it does not know. Keys such as
    `weight` and `train`, which leave a turn out of training, mean nothing to TRL, Unsloth and LLaMA-Factory: the turn
    is trained on, so with such a `target` they are an error. axolotl can be told which key to read.

    **When to ignore.** For optional metadata that few records have; add its keys to `allow`.

    **References.** [OpenAI: chat data preparation](https://cookbook.openai.com/examples/chat_finetuning_data_prep),
    [TensorFlow Data Validation: anomalies](https://www.tensorflow.org/tfx/data_validation/anomalies).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = (
        "3 findings in 48,367 records of 27 public files, all right: the same stray key in three versions of one set."
    )
    scope: ClassVar[Scope] = Scope.FILE

    max_share: float = Field(0.01, ge=0, lt=1, description="Share of records below which a key counts as rare.")
    allow: tuple[str, ...] = Field((), description="Keys that are never reported.")
    target: Target = shared(Target.GENERIC, description="Trainer whose keys are known.")

    def zero(self) -> KeyUse:
        """No key seen."""
        return KeyUse()

    def add(self, state: KeyUse, record: Record) -> KeyUse:
        """Count the keys of the record and of its turns."""
        layout = layout_of(record)
        if layout is None or record.source.container in ("parquet", "arrow"):
            return state  # tables have the same columns in every row
        state.records += 1
        for key, meant in layout.unknown:
            state.count(RECORD, key, record.ref, f"/{escape_pointer(key)}", meant)
        if layout.turns:
            foreign = record.format in FOREIGN.get(self.target, ())  # said once, and of all keys of turns
            accepted = _TURN_KEYS if foreign else _accepted(self.target)
            for pointer, turn in raw_turns(record, layout):
                if turn.__class__ is dict:
                    state.turns += 1
                    if not accepted >= turn.keys():
                        _add_turn(state, record, pointer, turn, accepted)
        return state

    def merge(self, left: KeyUse, right: KeyUse) -> KeyUse:
        """Add up."""
        return left.merge(right)

    def finish(self, state: KeyUse) -> Iterator[Finding]:
        """Report misspellings, then keys that the trainer refuses, then rare keys, each key once."""
        for level, total in ((RECORD, state.records), (TURN, state.turns)):
            rare = []
            for key, seen in sorted(state.at(level).items()):
                if key in self.allow:
                    continue
                if seen.meant and (seen.near >= 0.5 * seen.count):
                    yield self._misspelt(level, key, seen, total)
                elif level == TURN and (self.target is Target.OPENAI or key in _WEIGHTS):
                    yield self._refused(key, seen, total)
                elif total >= _MIN_COUNT and seen.count < self.max_share * total:
                    rare.append((key, seen))
            yield from self._rare(level, rare, total)

    def _misspelt(self, level: str, key: str, seen: Seen, total: int) -> Finding:
        message = f"key `{key[:40]}` in {seen.count} of {total} {_WHAT[level]}, perhaps a misspelling of `{seen.meant}`"
        return self.finding(seen.place, message, key=f"{level} {key}", count=seen.count, score=0.8)

    def _refused(self, key: str, seen: Seen, total: int) -> Finding:
        message = f"key `{key[:40]}` in {seen.count} of {total} turns, which OpenAI does not accept"
        if self.target is not Target.OPENAI:
            message = f"key `{key}` leaves {seen.count} of {total} turns out of training, "
            message += f"{_TITLES[self.target]} trains on them all the same"
        return self.finding(seen.place, message, key=f"{TURN} {key}", severity=Severity.ERROR, count=seen.count)

    def _rare(self, level: str, rare: list[tuple[str, Seen]], total: int) -> Iterator[Finding]:
        if len(rare) > _SHOWN:
            names = ", ".join(f"`{key[:20]}`" for key, _ in rare[:3])
            message = f"{len(rare)} keys are each in under {self.max_share:.0%} of {total} {_WHAT[level]}: {names}, …"
            yield self.finding(rare[0][1].place, message, key=f"{level} rare", count=len(rare))
            return
        for key, seen in rare:
            message = f"key `{key[:40]}` in only {seen.count} of {total} {_WHAT[level]}"
            yield self.finding(seen.place, message, key=f"{level} {key}", count=seen.count)


@cache
def _accepted(target: Target) -> frozenset[str]:
    return _OPENAI_TURN_KEYS if target is Target.OPENAI else _TURN_KEYS - _WITHOUT_EFFECT.get(target, frozenset())


def _add_turn(state: KeyUse, record: Record, pointer: str, turn: Mapping[str, Any], accepted: frozenset[str]) -> None:
    # A turn without role or content is a matter of missing fields, which name the key that was probably meant.
    absent = tuple(sorted(_TURN_KEYS - turn.keys() - _NEEDED))
    for key in turn:
        if key not in accepted and not _without_effect(turn, key, accepted):
            meant = None if key in _TURN_KEYS else similar(key, absent)
            state.count(TURN, key, record.ref, f"{pointer}/{escape_pointer(key)}", meant)


def _without_effect(turn: Mapping[str, Any], key: str, accepted: frozenset[str]) -> bool:
    """Whether the key leaves no answer out of training, so that it does not matter that it is not read."""
    if key not in _WEIGHTS or accepted is _OPENAI_TURN_KEYS:
        return False
    role = turn.get(first_key(turn, ROLE_KEYS) or "")
    excluded = isinstance(turn[key], bool | int | float) and not turn[key]
    return not (excluded and isinstance(role, str) and ROLES.get(role) in ("assistant", "function_call"))
