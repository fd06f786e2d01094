"""The most common record of all, made without indirection: instruction, input and output, each a text."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations
from typing import Any, Final, cast

from dslint.model.record import ASSISTANT, USER, Record, Source
from dslint.model.ref import Ref
from dslint.sources.turns import message, part

PLAIN: Final = frozenset(permutations(("instruction", "input", "output")))
"""Keys of such a record, in any order."""

_NONE: Final[frozenset[str]] = frozenset()


class _RecordDraft:
    __slots__ = Record.__slots__


def plain_record(data: Mapping[str, Any], ref: Ref, source: Source) -> Record | None:
    """Make a record of ``data`` with the keys of :data:`PLAIN`; ``None`` where one of its values is no text."""
    instruction, given, answer = data["instruction"], data["input"], data["output"]
    if not (instruction.__class__ is str and given.__class__ is str and answer.__class__ is str):
        return None
    made = cast(Any, _RecordDraft())
    made.instruction = asked = part("text", instruction, "/instruction")
    made.input = material = part("text", given, "/input")
    prompt = f"{instruction}\n{given}" if given else instruction
    made.messages = (
        message(USER, (asked, material) if given else (asked,), "/instruction", ref, text=prompt),
        message(ASSISTANT, (part("text", answer, "/output"),), "/output", ref, text=answer),
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
