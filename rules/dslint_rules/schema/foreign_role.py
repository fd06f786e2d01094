"""The rule ``foreign-role``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final

from dslint.api import ROLES, DatasetRule, Finding, Record, Scope, Severity, Target, escape_pointer, shape, shared
from dslint_rules.schema._keys import TURN, KeyUse, Seen
from dslint_rules.schema._layout import FOREIGN, ROLE_KEYS, first_key, has_turns, layout_of, raw_turns

_ACCEPTED: Final[Mapping[Target, frozenset[str]]] = {
    Target.OPENAI: frozenset({"system", "developer", "user", "assistant", "tool", "function"}),
    Target.TRL: frozenset({"system", "developer", "user", "assistant", "tool"}),
    Target.AXOLOTL: frozenset({"system", "developer", "user", "human", "assistant", "gpt", "tool"}),
    Target.UNSLOTH: frozenset({"system", "developer", "user", "human", "assistant", "gpt", "tool"}),
    Target.LLAMAFACTORY: frozenset(),
}
"""Roles that a trainer takes; LLaMA-Factory takes what it is told, one word for each role."""
_TITLES: Final = {
    Target.OPENAI: "OpenAI",
    Target.TRL: "TRL",
    Target.AXOLOTL: "axolotl",
    Target.UNSLOTH: "Unsloth",
}


class ForeignRole(DatasetRule[KeyUse]):
    """Roles are words of another trainer, such as `human` and `gpt`, which the chosen one does not translate.

    **Why.** OpenAI refuses `human` and `gpt`. TRL renames the keys `from` and `value` but hands the word to the chat
    template, which leaves the turn out or raises an error. axolotl and Unsloth know these two and hand on the others,
    such as `model`, `observation` and `function_call`. LLaMA-Factory is told one word for each role and drops records
    with another, so for it the rarer of two words is reported. Without `target` the rule is quiet.

    **When to ignore.** Where the chat template that you train with knows the words, or the trainer's own configuration
    maps them (`roles` in axolotl).

    **References.** [TRL dataset formats](https://huggingface.co/docs/trl/dataset_formats),
    [OpenAI: chat format](https://platform.openai.com/docs/api-reference/fine-tuning/chat-input).
    """

    severity: ClassVar[Severity] = Severity.ERROR
    precision: ClassVar[str] = "4 of 4 with target openai and with trl on 27 public files: all that are ShareGPT"
    scope: ClassVar[Scope] = Scope.FILE

    target: Target = shared(Target.GENERIC, description="Trainer whose roles are accepted.")

    candidates = shape(has_turns)

    def unmet(self) -> str:
        """Ask for a trainer."""
        return "" if self.target in _ACCEPTED else "set target"

    def zero(self) -> KeyUse:
        """No role seen."""
        return KeyUse()

    def add(self, state: KeyUse, record: Record) -> KeyUse:
        """Count the roles that are known, but not to the target."""
        accepted = None if record.format in FOREIGN.get(self.target, ()) else _ACCEPTED.get(self.target)
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
        known = state.at(TURN)
        roles = sorted(known.items(), key=lambda item: item[1].place.order)
        if self.target is Target.LLAMAFACTORY:
            yield from self._doubled(roles, state)
        elif roles:
            count = sum(seen.count for _, seen in roles)
            listed = ", ".join(f'"{role}"' for role, _ in roles)
            what = "role" if len(roles) == 1 else "roles"
            yield self.finding(
                roles[0][1].place,
                f"{what} {listed} in {count:,} of {state.turns:,} turns, which {_TITLES[self.target]} does not know",
                count=count,
            )

    def _doubled(self, roles: Sequence[tuple[str, Seen]], state: KeyUse) -> Iterator[Finding]:
        for role, seen in roles:
            if other := _usual(role, state.at(TURN)):
                message = (
                    f'role "{role}" in {seen.count:,} of {state.turns:,} turns, beside "{other}", '
                    "of which LLaMA-Factory reads one only"
                )
                yield self.finding(seen.place, message, key=role, count=seen.count)


def _usual(role: str, roles: Mapping[str, Seen]) -> str:
    """Return the word that most turns have for the same role; empty where it is this one."""
    same = [word for word in roles if ROLES[word] == ROLES[role]]
    usual = min(same, key=lambda word: (-roles[word].count, word))
    return "" if usual == role else usual
