"""The most common record of all, made without indirection: instruction, input and output, each a text."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations
from typing import Any, Final, cast

from dslint.model.record import ASSISTANT, USER, Message, Part, Record, Source
from dslint.model.ref import Ref

PLAIN: Final = frozenset(permutations(("instruction", "input", "output")))
"""Keys of such a record, in any order."""

_NONE: Final[frozenset[str]] = frozenset()
_new_tuple: Final = tuple.__new__


class _RecordDraft:
    __slots__ = Record.__slots__


class _MessageDraft:
    __slots__ = Message.__slots__


def plain_record(data: Mapping[str, Any], ref: Ref, source: Source) -> Record | None:
    """Make a record of ``data`` with the keys of :data:`PLAIN`; ``None`` where one of its values is no text."""
    instruction, given, answer = data["instruction"], data["input"], data["output"]
    if not (instruction.__class__ is str and given.__class__ is str and answer.__class__ is str):
        return None
    made = cast(Any, _RecordDraft())
    made.instruction = asked = _new_tuple(Part, ("text", instruction, "/instruction", 0))
    made.input = material = _new_tuple(Part, ("text", given, "/input", 0))
    prompt = f"{instruction}\n{given}" if given else instruction
    made.messages = (
        _message(USER, prompt, (asked, material) if given else (asked,), "/instruction", ref),
        _message(ASSISTANT, answer, (_new_tuple(Part, ("text", answer, "/output", 0)),), "/output", ref),
    )
    made.ref = ref
    made.data = data
    made.format = "alpaca"
    made.source = source
    made.rejected = ()
    made.tools = made.preferred_from = None
    made.ignored = _NONE
    made._question = instruction
    made._prompt = prompt
    made._response = answer
    made.__class__ = Record
    return cast(Record, made)


def _message(role: str, text: str, parts: tuple[Part, ...], pointer: str, base: Ref) -> Message:
    made = cast(Any, _MessageDraft())
    made.role = role
    made.parts = parts
    made.pointer = pointer
    made.base = base
    made.raw_role = None
    made.trained = True
    made.tool_calls = ()
    made.text = text
    made.__class__ = Message
    return cast(Message, made)
