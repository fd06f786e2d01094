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


class _RecordDraft:
    __slots__ = Record.__slots__


class _MessageDraft:
    __slots__ = Message.__slots__


def plain_record(data: Mapping[str, Any], ref: Ref, source: Source) -> Record | None:
    """Make a record of ``data`` with the keys of :data:`PLAIN`; ``None`` where one of its values is no text.

    Without a call for each part and turn, it takes three quarters of the time.
    """
    instruction, given, answer = data["instruction"], data["input"], data["output"]
    if not (instruction.__class__ is str and given.__class__ is str and answer.__class__ is str):
        return None
    new = tuple.__new__
    made, asked, told = cast(Any, _RecordDraft()), cast(Any, _MessageDraft()), cast(Any, _MessageDraft())
    made.instruction = task = new(Part, ("text", instruction, "/instruction", 0))
    made.input = material = new(Part, ("text", given, "/input", 0))
    if given:
        asked.parts = (task, material)
        prompt = f"{instruction}\n{given}"
    else:
        asked.parts = (task,)
        prompt = instruction
    asked.role, asked.pointer, asked.text = USER, "/instruction", prompt
    told.role, told.pointer, told.text = ASSISTANT, "/output", answer
    told.parts = (new(Part, ("text", answer, "/output", 0)),)
    asked.base = told.base = made.ref = ref
    asked.trained = told.trained = True
    asked.tool_calls = told.tool_calls = made.rejected = ()
    asked.raw_role = told.raw_role = made.tools = made.preferred_from = None
    asked.__class__ = told.__class__ = Message
    made.messages = (asked, told)
    made.data = data
    made.format = "alpaca"
    made.source = source
    made.ignored = _NONE
    made._question = instruction
    made._prompt = prompt
    made._response = answer
    made.__class__ = Record
    return cast(Record, made)
