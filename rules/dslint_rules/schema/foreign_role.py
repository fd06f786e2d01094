"""The rule ``foreign-role``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

from dslint.api import ROLES, DatasetRule, Finding, Record, Scope, Severity, Target, escape_pointer, shared
from dslint_rules.schema._keys import TURN, KeyUse
from dslint_rules.schema._layout import ROLE_KEYS, first_key, layout_of, raw_turns

_ACCEPTED: Final[Mapping[Target, frozenset[str]]] = {
    Target.OPENAI: frozenset({"system", "developer", "user", "assistant", "tool", "function"}),
    Target.TRL: frozenset({"system", "developer", "user", "assistant", "tool"}),
}
_TITLES: Final = {Target.OPENAI: "OpenAI", Target.TRL: "TRL"}


class ForeignRole(DatasetRule[KeyUse]):
    """Roles are words of another trainer, such as `human` and `gpt`, which the chosen one does not translate.

    **Why.** LLaMA-Factory and axolotl map `human` to the user; OpenAI refuses it, and TRL renames the keys `from` and
    `value` but hands the word to the chat template, which leaves the turn out or raises an error. The rule is quiet
    unless `target` is `openai` or `trl`.

    **When to ignore.** Where the chat template that you train with knows the words.

    **References.** [TRL dataset formats](https://huggingface.co/docs/trl/dataset_formats),
    [OpenAI: chat format](https://platform.openai.com/docs/api-reference/fine-tuning/chat-input).
    """

    severity: ClassVar[Severity] = Severity.ERROR
    precision: ClassVar[str] = "4 of 4 with target openai and with trl on 27 public files: all that are ShareGPT"
    scope: ClassVar[Scope] = Scope.FILE

    target: Target = shared(Target.GENERIC, description="Trainer whose roles are accepted.")

    def zero(self) -> KeyUse:
        """No role seen."""
        return KeyUse()

    def add(self, state: KeyUse, record: Record) -> KeyUse:
        """Count the roles that are known, but not to the target."""
        accepted = _ACCEPTED.get(self.target)
        layout = layout_of(record) if accepted is not None else None
        if accepted is None or layout is None:
            return state
        for pointer, turn in raw_turns(record, layout):
            key = first_key(turn, ROLE_KEYS) if isinstance(turn, dict) else None
            if key is None or not isinstance(turn[key], str):
                continue
            state.turns += 1
            role = turn[key]
            if role not in accepted and role in ROLES:
                state.count(TURN, role, record.ref, f"{pointer}/{escape_pointer(key)}", None)
        return state

    def merge(self, left: KeyUse, right: KeyUse) -> KeyUse:
        """Add up."""
        return left.merge(right)

    def finish(self, state: KeyUse) -> Iterator[Finding]:
        """Report all such roles together, at the first."""
        roles = sorted(state.at(TURN).items(), key=lambda item: item[1].place.order)
        if not roles:
            return
        count = sum(seen.count for _, seen in roles)
        listed = ", ".join(f'"{role}"' for role, _ in roles)
        what = "role" if len(roles) == 1 else "roles"
        yield self.finding(
            roles[0][1].place,
            f"{what} {listed} in {count:,} of {state.turns:,} turns, which {_TITLES[self.target]} does not know",
            count=count,
        )
