"""The rule ``unexpected-key``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final

from dslint.api import (
    DatasetRule,
    Field,
    Finding,
    Levels,
    Record,
    Scope,
    Severity,
    Target,
    escape_pointer,
    shape,
    shared,
)
from dslint_rules.schema._keys import RECORD, TURN, KeyUse, Seen
from dslint_rules.schema._layout import FOREIGN, has_unknown_key_or_turns, layout_of, raw_turns
from dslint_rules.schema._stray import is_judged, stands_for_missing
from dslint_rules.schema._turn_keys import STRICT, TURN_KEYS, WEIGHTS, WITHOUT_EFFECT, accepted_keys, count_turn

_TITLES: Final = {
    Target.OPENAI: "OpenAI",
    Target.TRL: "TRL",
    Target.UNSLOTH: "Unsloth",
    Target.LLAMAFACTORY: "LLaMA-Factory",
}
_REFUSED: Final = "keys of turns that the trainer does not accept"
_LEFT_OUT: Final = "keys that leave turns out of training, which the trainer does not read"
_MIN_COUNT: Final = 100
_SHOWN: Final = 5
_WHAT: Final = {RECORD: "records", TURN: "turns"}


class UnexpectedKey(DatasetRule[KeyUse]):
    """A key looks misspelt, or almost no record has it: what it holds is not trained on.

    **Why.** Readers take the keys that they know and leave out the rest, so a misspelt `sytem` or `tool_call` removes
    the system prompt or the call without a word. A key that a handful of records have may be metadata, or left over
    from merging or from a script that failed half-way, and is a note. OpenAI refuses turns with keys that it does not
    know. Keys such as `weight` and `train`, which leave a turn out of training, mean nothing to TRL, Unsloth and
    LLaMA-Factory: the turn is trained on, so with such a `target` they are an error. axolotl can be told which key to
    read. A misspelt key of a field that is required is the finding of `missing-or-null-field`.

    **When to ignore.** For optional metadata that few records have; add its keys to `allow`.

    **References.** [OpenAI: chat data preparation](https://cookbook.openai.com/examples/chat_finetuning_data_prep),
    [TensorFlow Data Validation: anomalies](https://www.tensorflow.org/tfx/data_validation/anomalies).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = (
        "3 of 3 notes in 48,367 records of 27 public files: one stray key in three versions of a set. They have no "
        "misspelt key; planted ones were found. Known: optional metadata"
    )
    kinds_of_finding: ClassVar[Mapping[str, Levels]] = {
        _REFUSED: Levels(None, dict.fromkeys(STRICT, Severity.ERROR)),
        _LEFT_OUT: Levels(None, dict.fromkeys(WITHOUT_EFFECT, Severity.ERROR)),
    }
    scope: ClassVar[Scope] = Scope.FILE

    max_share: float = Field(0.01, ge=0, lt=1, description="Share of records below which a key counts as rare.")
    allow: tuple[str, ...] = Field((), description="Keys that are never reported.")
    target: Target = shared(Target.GENERIC, description="Trainer whose keys are known.")

    candidates = shape(has_unknown_key_or_turns)

    def zero(self) -> KeyUse:
        """No key seen."""
        return KeyUse()

    def add(self, state: KeyUse, record: Record) -> KeyUse:
        """Count the keys of the record and of its turns."""
        layout = layout_of(record)
        if layout is None or not is_judged(record):
            return state
        state.records += 1
        for key, meant in layout.unknown:
            if layout.missing and stands_for_missing(record, layout, key):
                continue
            state.count(RECORD, key, record.ref, f"/{escape_pointer(key)}", meant)
        if layout.turns:
            foreign = record.format in FOREIGN.get(self.target, ())  # said once, and of all keys of turns
            accepted = TURN_KEYS if foreign else accepted_keys(self.target)
            for pointer, turn in raw_turns(record, layout):
                if turn.__class__ is dict:
                    state.turns += 1
                    if not accepted >= turn.keys():
                        count_turn(state, record, pointer, turn, accepted)
        return state

    def add_rest(self, state: KeyUse, records: Sequence[Record], /) -> KeyUse:
        """Count records that have nothing but their format's keys."""
        # Records of one file may have different formats, so each is asked, for that alone.
        state.records += sum(map(is_judged, records))
        return state

    def merge(self, left: KeyUse, right: KeyUse) -> KeyUse:
        """Add up."""
        return left.merge(right)

    def finish(self, state: KeyUse) -> Iterator[Finding]:
        """Report misspellings, then keys that the trainer refuses, then rare keys, each key once."""
        for level, total in ((RECORD, state.records), (TURN, state.turns)):
            rare: list[tuple[str, Seen]] = []
            refused: list[tuple[str, Seen]] = []
            for key, seen in sorted(state.at(level).items()):
                if key in self.allow:
                    continue
                if seen.meant and (seen.near >= 0.5 * seen.count):
                    yield self._misspelt(level, key, seen, total)
                elif level == TURN and self.level(_REFUSED):
                    refused.append((key, seen))
                elif level == TURN and key in WEIGHTS and self.level(_LEFT_OUT):
                    yield self._without_effect(key, seen, total)
                elif total >= _MIN_COUNT and seen.count < self.max_share * total:
                    rare.append((key, seen))
            if refused:
                yield self._refused(refused, total)
            yield from self._rare(level, rare, total)

    def _misspelt(self, level: str, key: str, seen: Seen, total: int) -> Finding:
        message = (
            f"key `{key[:40]}` in {seen.count:,} of {total:,} {_WHAT[level]}, perhaps a misspelling of `{seen.meant}`"
        )
        return self.finding(seen.place, message, key=f"{level} {key}", count=seen.count, score=0.8)

    def _refused(self, refused: list[tuple[str, Seen]], total: int) -> Finding:
        place = min((seen.place for _, seen in refused), key=lambda ref: ref.order)
        listed = ", ".join(f"`{key[:40]}`" for key, _ in refused[:_SHOWN]) + (", …" if len(refused) > _SHOWN else "")
        count = max(seen.count for _, seen in refused)
        what, in_ = ("key", "in") if len(refused) == 1 else ("keys", "in up to")
        message = f"{what} {listed} {in_} {count:,} of {total:,} turns, which {_TITLES[self.target]} does not accept"
        return self.finding(place, message, key=f"{TURN} refused", severity=self.level(_REFUSED), count=count)

    def _without_effect(self, key: str, seen: Seen, total: int) -> Finding:
        message = (
            f"key `{key}` leaves {seen.count:,} of {total:,} turns out of training, "
            f"{_TITLES[self.target]} trains on them all the same"
        )
        return self.finding(seen.place, message, key=f"{TURN} {key}", severity=self.level(_LEFT_OUT), count=seen.count)

    def _rare(self, level: str, rare: list[tuple[str, Seen]], total: int) -> Iterator[Finding]:
        if len(rare) > _SHOWN:
            names = ", ".join(f"`{key[:20]}`" for key, _ in rare[:3])
            message = f"{len(rare)} keys are each in under {self.max_share:.0%} of {total:,} {_WHAT[level]}: {names}, …"
            yield self.finding(rare[0][1].place, message, key=f"{level} rare", severity=Severity.NOTE, count=len(rare))
            return
        for key, seen in rare:
            message = f"key `{key[:40]}` in only {seen.count:,} of {total:,} {_WHAT[level]}"
            yield self.finding(seen.place, message, key=f"{level} {key}", severity=Severity.NOTE, count=seen.count)
