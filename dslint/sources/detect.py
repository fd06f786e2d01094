"""Which format a record has: by its keys, and for a file by vote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

UNKNOWN: Final = "unknown"


def detect(data: Mapping[str, Any]) -> str:
    """Return the name of the first format whose fields ``data`` has, or ``unknown``."""
    keys = data.keys()
    for name, fits in _TESTS:
        if fits(keys):
            return name if name != "kto" or _is_labelled(data) else _without_label(keys)
    return UNKNOWN


def vote(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the format that most of ``rows`` have; the one seen first where two have as many."""
    counts = Counter(detect(row) for row in rows)
    known = {name: count for name, count in counts.items() if name != UNKNOWN}
    return max(known, key=lambda name: known[name]) if known else UNKNOWN


def _is_labelled(data: Mapping[str, Any]) -> bool:
    return isinstance(data.get("label", data.get("kto_tag")), bool)


def _without_label(keys: Any) -> str:
    return next((name for name, fits in _TESTS if name != "kto" and fits(keys)), UNKNOWN)


def _any(keys: Any, *names: str) -> bool:
    return any(name in keys for name in names)


def _is_openai_preference(keys: Any) -> bool:
    return "preferred_output" in keys and "non_preferred_output" in keys and "input" in keys


def _is_kto(keys: Any) -> bool:
    if not _any(keys, "label", "kto_tag"):
        return False
    return _any(keys, "messages", "conversations") or ("prompt" in keys and "completion" in keys)


def _is_system_instruction(keys: Any) -> bool:
    return "instruction" in keys and "response" in keys and _any(keys, "system", "system_prompt")


_TESTS: Final = (
    ("openai-preference", _is_openai_preference),
    ("preference", lambda keys: "chosen" in keys and "rejected" in keys),
    ("preference-messages", lambda keys: "chosen_messages" in keys and "rejected_messages" in keys),
    ("kto", _is_kto),
    ("chat", lambda keys: "messages" in keys),
    ("sharegpt", lambda keys: "conversations" in keys),
    ("system-instruction", _is_system_instruction),
    ("alpaca", lambda keys: "instruction" in keys and _any(keys, "output", "response", "completion")),
    ("prompt-completion", lambda keys: "prompt" in keys and _any(keys, "completion", "response")),
    ("question-answer", lambda keys: "question" in keys and _any(keys, "answer", "response")),
    ("seed-task", lambda keys: "instruction" in keys and "instances" in keys),
    ("evaluation", lambda keys: "task_id" in keys and "canonical_solution" in keys),
    ("text", lambda keys: "text" in keys),
)
