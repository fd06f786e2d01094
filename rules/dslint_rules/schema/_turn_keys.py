"""Which keys a turn may have, for each trainer, and what is counted of the others."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from dslint.api import ROLES, Record, Target, escape_pointer
from dslint_rules.schema._keys import TURN, KeyUse
from dslint_rules.schema._layout import CONTENT_KEYS, ROLE_KEYS, first_key
from dslint_rules.schema._spelling import similar

_NEEDED: Final = frozenset((*ROLE_KEYS, *CONTENT_KEYS))
TURN_KEYS: Final = _NEEDED | {
    *("tool_calls", "tool_call_id", "function_call", "weight", "loss_weight", "train", "training", "train_detail"),
    *("reasoning_content", "reasoning", "thinking", "refusal", "name", "images", "videos", "audios", "audio"),
}
STRICT: Final[Mapping[Target, frozenset[str]]] = {
    Target.OPENAI: frozenset(
        {"role", "content", "name", "function_call", "tool_calls", "tool_call_id", "weight", "refusal", "audio"}
    ),
}
"""All keys of turns that a trainer takes; it refuses the record for any other."""
WEIGHTS: Final = frozenset({"weight", "loss_weight", "train", "training", "train_detail"})
WITHOUT_EFFECT: Final[Mapping[Target, frozenset[str]]] = {
    Target.TRL: WEIGHTS,
    Target.UNSLOTH: WEIGHTS,
    Target.LLAMAFACTORY: WEIGHTS - {"loss_weight"},
}
"""Keys by which a turn is left out of training that mean nothing to the trainer."""


@cache
def accepted_keys(target: Target) -> frozenset[str]:
    """Return the keys of turns that a trainer reads."""
    return STRICT.get(target, TURN_KEYS - WITHOUT_EFFECT.get(target, frozenset()))


def count_turn(state: KeyUse, record: Record, pointer: str, turn: Mapping[str, Any], accepted: frozenset[str]) -> None:
    """Count the keys of a turn that are not ``accepted``."""
    absent = tuple(sorted(TURN_KEYS - turn.keys() - _NEEDED))
    # A turn without role or content is a matter of missing fields, which name the key that was probably meant.
    lacking = [names for names in (ROLE_KEYS, CONTENT_KEYS) if turn.keys().isdisjoint(names)]
    for key in turn:
        if key in accepted or _is_harmless(turn, key, accepted):
            continue
        if not any(similar(key, names, lenient=True) for names in lacking):
            meant = None if key in TURN_KEYS else similar(key, absent)
            state.count(TURN, key, record.ref, f"{pointer}/{escape_pointer(key)}", meant)


def _is_harmless(turn: Mapping[str, Any], key: str, accepted: frozenset[str]) -> bool:
    """Whether the key leaves no answer out of training, so that it does not matter that it is not read."""
    if key not in WEIGHTS or accepted in STRICT.values():
        return False
    role = turn.get(first_key(turn, ROLE_KEYS) or "")
    excluded = isinstance(turn[key], bool | int | float) and not turn[key]
    return not (excluded and isinstance(role, str) and ROLES.get(role) in ("assistant", "function_call"))
