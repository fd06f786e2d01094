"""What a record of a format should look like, and where its turns stand in the file's own data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

from dslint.api import FORMATS, ROLES, FieldSpec, Format, Message, Record, Shape, Target, escape_pointer
from dslint_rules.schema._spelling import similar

ROLE_KEYS: Final = ("role", "from")
CONTENT_KEYS: Final = ("content", "value")
STANDS_FOR_CONTENT: Final = ("tool_calls", "function_call", "refusal", "audio", "reasoning_content", "thinking")
"""Keys with which an assistant turn needs no content."""
OTHER_RECORD_KEYS: Final = frozenset({"_dslint", "tools", "functions", "images", "videos", "audios", "id", "metadata"})
"""Keys that any format may have besides its own."""

FOREIGN: Final[Mapping[Target, frozenset[str]]] = {
    Target.OPENAI: frozenset(FORMATS) - {"chat", "openai-preference"},
    Target.TRL: frozenset(
        {"openai-preference", "preference-messages", "system-instruction", "alpaca", "question-answer"}
    ),
}
"""Formats that a trainer does not read; trainers that are told what to read are left out."""

_JSON_TYPES: Final[Mapping[type, str]] = {
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
    list: "array",
    tuple: "array",
    dict: "object",
    type(None): "null",
}


class RawTurn(NamedTuple):
    """One entry of a list of turns as it stands in the file; ``value`` need not be an object."""

    pointer: str
    value: Any


@dataclass(frozen=True, slots=True)
class Layout:
    """What the keys of a record and the types of their values say about it.

    Attributes:
        form: The format that it is held to.
        missing: Required fields that have no key.
        null: Keys of required fields that are null.
        wrong: Keys whose value has a type that the field does not allow, with the field.
        turns: Keys that hold turns.
        unknown: Keys that belong to no field, each with the optional field that it may be a misspelling of.
    """

    form: Format
    missing: tuple[FieldSpec, ...]
    null: tuple[str, ...]
    wrong: tuple[tuple[str, FieldSpec], ...]
    turns: tuple[str, ...]
    unknown: tuple[tuple[str, str | None], ...]


def layout_of(record: Record) -> Layout | None:
    """Return the layout of the record; ``None`` for one of no known format."""
    data = record.data
    if record.format == "unknown" or data.__class__ is not dict:
        return None
    return _layout(record.format, record.source.columns, tuple(data), tuple(map(type, data.values())))


@lru_cache(maxsize=4096)
def _layout(
    name: str, columns: tuple[tuple[str, str], ...], keys: tuple[str, ...], types: tuple[type, ...]
) -> Layout | None:
    form = FORMATS.get(name)
    if form is None:
        return None
    kinds = {key: _JSON_TYPES.get(kind, "string") for key, kind in zip(keys, types, strict=True)}
    missing, null, wrong, turns, absent = [], [], [], [], []
    known: set[str] = set()
    for spec in form.fields:
        names = names_of(columns, spec)
        known.update(names)
        key = _key_of(names, kinds)
        if key is None:
            absent.append(spec.name)
            if spec.required:
                missing.append(spec)
        elif kinds[key] == "null":
            if spec.required and "null" not in spec.types:
                null.append(key)
        elif kinds[key] not in spec.types:
            wrong.append((key, spec))
        if spec.holds in ("messages", "message"):
            turns += [n for n in dict.fromkeys(names) if kinds.get(n) in ("array", "object") and n not in turns]
        elif spec.name == "input" and kinds.get("input") == "object":
            turns.append("input")
    required = {spec.name for spec in missing}
    optional = tuple(name for name in absent if name not in required)
    unknown = [(key, similar(key, optional)) for key in keys if key not in known and key not in OTHER_RECORD_KEYS]
    return Layout(form, tuple(missing), tuple(null), tuple(wrong), tuple(turns), tuple(unknown))


def _layout_of(shape: Shape) -> Layout | None:
    return _layout(shape.format, shape.columns, tuple(shape.kinds), tuple(shape.kinds.values()))


def has_turns(shape: Shape) -> bool:
    """Whether records of the shape can hold turns."""
    layout = _layout_of(shape)
    return layout is not None and bool(layout.turns)


def lacks_field_or_has_turns(shape: Shape) -> bool:
    """Whether records of the shape lack a field, or can hold turns that do."""
    layout = _layout_of(shape)
    return layout is not None and bool(layout.missing or layout.null or layout.turns)


def has_wrong_type_or_turns(shape: Shape) -> bool:
    """Whether records of the shape have a value of a wrong type, or can hold turns that do."""
    layout = _layout_of(shape)
    return layout is not None and bool(layout.wrong or layout.turns)


def has_unknown_key_or_turns(shape: Shape) -> bool:
    """Whether records of the shape have a key of no field, or can hold turns that do."""
    layout = _layout_of(shape)
    return layout is not None and bool(layout.unknown or layout.turns)


def names_of(columns: tuple[tuple[str, str], ...], spec: FieldSpec) -> tuple[str, ...]:
    """Return the keys that may hold the field, in order of preference."""
    mapped = tuple(key for name, key in columns if name == spec.name)
    return (*mapped, spec.name, *spec.alternatives)


def _key_of(names: tuple[str, ...], kinds: Mapping[str, str]) -> str | None:
    there = [name for name in names if name in kinds]
    return next((name for name in there if kinds[name] != "null"), there[0] if there else None)


def json_type(value: Any) -> str:
    """Return the JSON type of a parsed value."""
    return _JSON_TYPES.get(value.__class__, "string")


def with_article(kind: str) -> str:
    """Return ``an array``, ``a string``, ``null``."""
    return kind if kind == "null" else f"an {kind}" if kind[0] in "ao" else f"a {kind}"


def raw_turns(record: Record, layout: Layout, *, odd: bool = False) -> Iterator[RawTurn]:
    """Yield the entries of all lists of turns that the record has, rejected answers included.

    Args:
        record: The record.
        layout: Its layout.
        odd: Leave out those that are nothing but a role and a text (:func:`is_plain`), as nearly all are.
    """
    for key in layout.turns:
        value = record.data[key]
        pointer = f"/{escape_pointer(key)}"
        if key == "input":
            value, pointer = value.get("messages"), "/input/messages"
        if value.__class__ is list:
            for i, entry in enumerate(value):
                if not (odd and is_plain(entry)):
                    yield RawTurn(f"{pointer}/{i}", entry)
        elif value.__class__ is dict and layout.form.name == "preference" and not (odd and is_plain(value)):
            yield RawTurn(pointer, value)


def is_plain(turn: Any) -> bool:
    """Whether a turn is nothing but a role and a text, as nearly all are; the quick test before the exact ones."""
    if turn.__class__ is not dict or len(turn) != 2:
        return False
    if "role" in turn:
        return turn["role"].__class__ is str and turn.get("content").__class__ is str
    return turn.get("from").__class__ is str and turn.get("value").__class__ is str


def first_key(turn: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    """Return the first of ``keys`` that the turn has a value for, else the first that it has at all."""
    there = [key for key in keys if key in turn]
    return next((key for key in there if turn[key] is not None), there[0] if there else None)


def dialogue(record: Record) -> Sequence[Message]:
    """Return the turns in the order in which a trainer puts them together.

    Some preference sets give the dialogue twice: before the pair, as `prompt` or `messages`, and again in `chosen`.
    """
    turns = record.messages
    if record.format != "preference":
        return turns
    start = next((i for i, turn in enumerate(turns) if turn.pointer.startswith("/chosen")), 0)
    return turns[start:] if len(turns) > start + 1 and turns[start].role in ("user", "system") else turns


def is_well_formed(record: Record) -> bool:
    """Whether fields, types and roles are as the format wants them.

    Rules about the sequence of turns yield to the rules about their shape: what is broken is said once.
    """
    layout = layout_of(record)
    if layout is None or layout.missing or layout.null or layout.wrong:
        return False
    return all(_is_turn(turn.value) for turn in raw_turns(record, layout))


def _is_turn(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    role = first_key(value, ROLE_KEYS)
    if role is None or value[role] not in ROLES:
        return False
    content = first_key(value, CONTENT_KEYS)
    if content is None or value[content] is None:
        return any(value.get(key) for key in STANDS_FOR_CONTENT)
    return isinstance(value[content], str | list)
