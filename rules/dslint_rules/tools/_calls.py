"""The calls of a turn and the tools of a record, however the file writes them."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

import orjson

from dslint.api import Message, Part, Record, escape_pointer

CALLERS: Final = ("assistant", "function_call")
_THOUGHT: Final = ("<think>", "</think>")
_WRAPPED: Final = ("<tool_call>", "</tool_call>")
_SCHEMAS: Final = ("parameters", "input_schema", "inputSchema")
_LONGEST_LITERAL: Final = 20_000


class Call(NamedTuple):
    """One call.

    Attributes:
        name: The tool's name; ``None`` without.
        arguments: As they stand; ``None`` without.
        id: The call's id, if any.
        pointer: JSON pointer of the arguments, of the call where it has none, of the text that holds the call.
        written: Whether the call is JSON in the text of a turn, and no object of its own.
    """

    name: str | None
    arguments: Any
    id: str | None
    pointer: str
    written: bool


class Unreadable(NamedTuple):
    """Text that should be a call, and why it is none."""

    pointer: str
    why: str


class Tool(NamedTuple):
    """A declared tool; ``schema`` is its parameters' JSON Schema, ``None`` without."""

    name: str
    schema: Any
    required: tuple[str, ...]


class Declared(NamedTuple):
    """The tools of a record.

    Attributes:
        tools: By name.
        complete: Whether every entry was understood.
        problem: Why the declaration is not JSON; empty when it is.
    """

    tools: Mapping[str, Tool]
    complete: bool = True
    problem: str = ""


def parse(text: str) -> tuple[Any, str]:
    """Return the value of a JSON text and, where it is none, why."""
    try:
        return orjson.loads(text), ""
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        pass
    try:  # numbers beyond 64 bits, NaN and lone surrogates are taken by Python's reader, which the trainers use
        return json.loads(text), ""
    except RecursionError:
        return None, "nested too deep"
    except ValueError as error:
        return None, _reason(text, error)


def _reason(text: str, error: ValueError) -> str:
    if not text.strip():
        return "empty"
    if text.lstrip()[:1] in "{[(" and len(text) <= _LONGEST_LITERAL:
        try:
            ast.literal_eval(text.strip())
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            pass
        else:
            return "a Python literal"
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg[:1].lower()}{error.msg[1:]} at character {error.pos + 1}"
    return "not readable"


def calls_of(turn: Message, record: Record) -> Iterator[Call | Unreadable]:
    """Yield the calls of a turn in order; its text counts where the turn is one of calls."""
    own = [call for call in turn.tool_calls if call.pointer.startswith(f"{turn.pointer}/") and _is_object(call.pointer)]
    for call in own:
        yield Call(call.name, call.arguments, call.id, _arguments_at(record, call.pointer), written=False)
    for piece in turn.parts:
        if piece.kind == "tool_call" or (turn.role == "function_call" and piece.kind == "text" and not own):
            yield from _in_text(piece)


def has_call(turn: Message) -> bool:
    """Whether the turn calls a tool, or should."""
    return bool(turn.tool_calls) or turn.role == "function_call" or any(p.kind == "tool_call" for p in turn.parts)


def _is_object(pointer: str) -> bool:
    return "/tool_calls/" in pointer or pointer.endswith("/function_call")


def _arguments_at(record: Record, pointer: str) -> str:
    call = value_at(record.data, pointer)
    if call.__class__ is dict:
        function = call.get("function")
        if function.__class__ is dict and function.get("arguments") is not None:
            return f"{pointer}/function/arguments"
        if call.get("arguments") is not None:
            return f"{pointer}/arguments"
        if function is not None:
            return f"{pointer}/function"
    return pointer


def value_at(data: Any, pointer: str) -> Any:
    """Return what a JSON pointer points to, ``None`` where there is nothing."""
    for token in pointer.split("/")[1:]:
        if data.__class__ is list:
            data = data[int(token)] if token.isdigit() and int(token) < len(data) else None
        elif data.__class__ is dict:
            data = data.get(token.replace("~1", "/").replace("~0", "~") if "~" in token else token)
        else:
            return None
    return data


def _in_text(piece: Part) -> Iterator[Call | Unreadable]:
    for text in _texts(piece.text):
        value, why = parse(text)
        if why == "empty":  # an empty answer, which is another rule's
            continue
        entries = value if isinstance(value, list) else [value]
        for entry in entries:
            if why or not isinstance(entry, dict):
                yield Unreadable(piece.pointer, why or "no object")
                break
            inner = entry.get("function")
            body = inner if isinstance(inner, dict) else entry
            name, number = body.get("name"), entry.get("id")
            arguments = body["arguments"] if "arguments" in body else body.get("parameters")
            yield Call(
                name if isinstance(name, str) else None,
                arguments,
                number if isinstance(number, str) else None,
                piece.pointer,
                written=True,
            )


def _texts(text: str) -> Iterator[str]:
    """Yield the JSON texts of a turn: what is between the marks of calls, or all but the thoughts before it."""
    begin, end = _THOUGHT
    if begin in text and end in text:
        text = text[: text.find(begin)] + text[text.find(end) + len(end) :]
    begin, end = _WRAPPED
    at = text.find(begin)
    if at < 0:
        yield text
    while at >= 0:
        stop = text.find(end, at)
        yield text[at + len(begin) : stop if stop >= 0 else len(text)]
        at = text.find(begin, stop) if stop >= 0 else -1


def tools_pointer(record: Record) -> str:
    """Return where the record declares its tools."""
    if record.format == "openai-preference":
        return "/input/tools"
    key = dict(record.source.columns).get("tools", "tools")
    return f"/{escape_pointer(key)}" if record.field(key) is not None else "/functions"


def declared(record: Record) -> Declared:
    """Return the tools that the record declares."""
    value = record.tools
    if isinstance(value, str):
        return _from_text(value)
    return _read(value)


@lru_cache(maxsize=256)
def _from_text(text: str) -> Declared:
    value, why = parse(text) if text.strip() else ([], "")
    if why:
        return Declared({}, complete=False, problem=why)
    return _read(value)


def _read(value: Any) -> Declared:
    if isinstance(value, dict):
        named = "name" in value or "function" in value
        value = [value] if named else [{"name": name, **body} for name, body in value.items() if isinstance(body, dict)]
    if not isinstance(value, list):
        return Declared({}, complete=value is None, problem="" if value is None else "no list of tools")
    tools: dict[str, Tool] = {}
    complete, problem = True, ""
    for entry in value:
        tool, why = _tool(entry)
        problem = problem or why
        if tool is None:
            complete = False
        else:
            tools[tool.name] = tool
    return Declared(tools, complete, problem)


def _tool(entry: Any) -> tuple[Tool | None, str]:
    why = ""
    if entry.__class__ is str:
        entry, why = parse(entry)
    if entry.__class__ is not dict:
        return None, why
    inner = entry.get("function")
    body = inner if inner.__class__ is dict else entry
    name = body.get("name") or entry.get("type")
    schema = None
    for key in _SCHEMAS:
        if (schema := body.get(key)) is not None:
            break
    if schema.__class__ is str:
        schema, why = parse(schema) if schema.strip() else (None, "")
    required = body.get("required")
    names = tuple(key for key in required if isinstance(key, str)) if required.__class__ is list else ()
    return (Tool(name, schema, names) if name.__class__ is str else None), why
