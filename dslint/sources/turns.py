"""Turns of a record: how message objects, content parts and tool calls are read.

Everything here is tolerant: what has an unexpected type is left out, and schema rules say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from dslint.model.formats import ROLES
from dslint.model.record import ASSISTANT, FUNCTION_CALL, Message, Part, ToolCall, joined
from dslint.model.ref import Ref

_KINDS: Final = {
    "text": "text",
    "input_text": "text",
    "output_text": "text",
    "refusal": "text",
    "image": "image",
    "image_url": "image",
    "input_image": "image",
    "video": "video",
    "video_url": "video",
    "audio": "audio",
    "audio_url": "audio",
    "input_audio": "audio",
    "reasoning": "reasoning",
    "thinking": "reasoning",
    "tool_call": "tool_call",
    "function_call": "tool_call",
}
_REASONING: Final = ("reasoning_content", "reasoning", "thinking")
_REASONING_KEYS: Final = frozenset(_REASONING)
_TRAINED: Final = ("weight", "train", "training", "loss_weight")
_VALUES: Final = ("text", "value", "content", "url", "image_url", "image", "video", "video_url", "audio", "input_audio")
_POINTERS: Final = [f"/{index}" for index in range(256)]
_new_tuple: Final = tuple.__new__


def part(kind: str, text: str, pointer: str, start: int = 0) -> Part:
    """Make a :class:`Part`; a third of the cost of calling the class."""
    return _new_tuple(Part, (kind, text, pointer, start))


class _Draft:
    """A message before it is frozen: plain stores cost a fifth of what a frozen dataclass's constructor takes."""

    __slots__ = Message.__slots__


def message(
    role: str,
    parts: tuple[Part, ...],
    pointer: str,
    base: Ref,
    raw_role: Any = None,
    trained: bool = True,
    tool_calls: tuple[ToolCall, ...] = (),
    text: str | None = None,
) -> Message:
    """Make a :class:`Message`; ``text`` is that of its parts, where it is at hand."""
    made: Any = _Draft()
    made.role = role
    made.parts = parts
    made.pointer = pointer
    made.base = base
    made.raw_role = raw_role
    made.trained = trained
    made.tool_calls = tool_calls
    made.text = joined(parts) if text is None else text
    made.__class__ = Message
    frozen: Message = made  # a call of cast for each turn would be a hundredth of reading them
    return frozen


def item_pointer(pointer: str, index: int) -> str:
    """Return the pointer of an array's item."""
    return pointer + (_POINTERS[index] if index < 256 else f"/{index}")


def turns(value: Any, pointer: str, base: Ref) -> list[Message]:
    """Read a list of message objects; items that are none are left out."""
    if not isinstance(value, list):
        return []
    return [
        turn(item, item_pointer(pointer, index), base) for index, item in enumerate(value) if item.__class__ is dict
    ]


def turn(item: Mapping[str, Any], pointer: str, base: Ref) -> Message:
    """Read one message object, of ``role`` and ``content`` or of ``from`` and ``value``."""
    raw_role = item.get("role")
    if raw_role is None:
        raw_role = item.get("from")
    role = ROLES.get(raw_role, raw_role) if raw_role.__class__ is str else ""
    key = "content" if "content" in item or "value" not in item else "value"
    content = item.get(key)
    if content.__class__ is str:
        parts: tuple[Part, ...] = (_new_tuple(Part, ("text", content, f"{pointer}/{key}", 0)),)
        if len(item) == 2 and role != FUNCTION_CALL:
            return message(role, parts, pointer, base, raw_role)
    else:
        parts = _parts(content, f"{pointer}/{key}")
    calls = _calls(item, pointer)
    if role == FUNCTION_CALL and parts:
        calls += tuple(_calls_in_text(parts[0]))
    calls += tuple(call for piece in parts if piece.kind == "tool_call" for call in _calls_in_text(piece))
    trained = not any(item[name] in (0, False) for name in _TRAINED if name in item and _is_number(item[name]))
    if not _REASONING_KEYS.isdisjoint(item):
        parts = _reasoning(item, pointer) + parts
    return message(role, parts, pointer, base, raw_role, trained, calls)


def text_turn(role: str, text: Any, pointer: str, base: Ref) -> list[Message]:
    """Return a turn whose text is a field of its own, or nothing where that is no string."""
    if text.__class__ is not str:
        return []
    return [message(role, (part("text", text, pointer),), pointer, base)]


def side(value: Any, pointer: str, base: Ref, role: str = ASSISTANT) -> list[Message]:
    """Read turns given as a text, as one message object or as a list of them."""
    if value.__class__ is str:
        return text_turn(role, value, pointer, base)
    if value.__class__ is dict:
        return [turn(value, pointer, base)]
    if value.__class__ is list and all(item.__class__ is str for item in value):
        return [
            message(role, (part("text", item, item_pointer(pointer, index)),), item_pointer(pointer, index), base)
            for index, item in enumerate(value)
        ]
    return turns(value, pointer, base)


def _parts(content: Any, pointer: str) -> tuple[Part, ...]:
    if content.__class__ is dict:
        piece = _part(content, pointer)
        return (piece,) if piece else ()
    if content.__class__ is not list:
        return ()
    pieces = []
    for index, item in enumerate(content):
        place = item_pointer(pointer, index)
        if item.__class__ is str:
            pieces.append(part("text", item, place))
        elif item.__class__ is dict and (piece := _part(item, place)):
            pieces.append(piece)
    return tuple(pieces)


def _part(item: Mapping[str, Any], pointer: str) -> Part | None:
    """Read one content part: ``{"type": "text", "text": …}``, LLaMA-Factory's ``{"type": …, "value": …}``."""
    word = item.get("type")
    kind = _KINDS.get(word, word) if isinstance(word, str) else ("text" if "text" in item else "")
    names: Sequence[str] = (word, *_VALUES) if isinstance(word, str) else _VALUES
    for name in names:
        value = item.get(name)
        if name == "type" or value is None:
            continue
        place = f"{pointer}/{_escaped(name)}"
        if isinstance(value, dict) and isinstance(value.get("url"), str):
            return part(kind, value["url"], place + "/url")
        if isinstance(value, str):
            return part(kind, value, place)
        if kind != "text":
            return part(kind, as_text(value), place)
    return part(kind, "", pointer) if kind and kind != "text" else None


def _reasoning(item: Mapping[str, Any], pointer: str) -> tuple[Part, ...]:
    for name in _REASONING:
        value = item.get(name)
        if isinstance(value, str):
            return (part("reasoning", value, f"{pointer}/{name}"),)
    return ()


def _calls(item: Mapping[str, Any], pointer: str) -> tuple[ToolCall, ...]:
    found = []
    listed = item.get("tool_calls")
    if isinstance(listed, list):
        for index, entry in enumerate(listed):
            if isinstance(entry, dict):
                found.append(_call(entry, item_pointer(f"{pointer}/tool_calls", index)))
    single = item.get("function_call")
    if isinstance(single, dict):
        found.append(_call(single, f"{pointer}/function_call"))
    return tuple(found)


def _call(entry: Mapping[str, Any], pointer: str) -> ToolCall:
    inner = entry.get("function")
    body = inner if isinstance(inner, dict) else entry
    name, number = body.get("name"), entry.get("id")
    arguments = body["arguments"] if "arguments" in body else body.get("parameters")
    return ToolCall(
        name if isinstance(name, str) else None, arguments, number if isinstance(number, str) else None, pointer
    )


def _calls_in_text(piece: Part) -> list[ToolCall]:
    """Read the calls that a ShareGPT ``function_call`` turn or a v1 ``tool_call`` part holds as JSON text."""
    try:
        value = orjson.loads(piece.text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return []
    entries = value if isinstance(value, list) else [value]
    return [_call(entry, piece.pointer) for entry in entries if isinstance(entry, dict)]


def as_text(value: Any) -> str:
    """Return a value that is no string as JSON text."""
    try:
        return orjson.dumps(value, default=str).decode()
    except (orjson.JSONEncodeError, UnicodeEncodeError):
        return repr(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def _escaped(token: str) -> str:
    return token.replace("~", "~0").replace("/", "~1") if "~" in token or "/" in token else token
