"""The part of JSON Schema that declarations of tools use: type, required, enum, items, properties.

What is not understood is allowed: a reference, a condition, alternatives, a type word of some other language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

_DEPTH: Final = 8
_SHOWN: Final = 30
_OPAQUE: Final = frozenset(("$ref", "allOf", "anyOf", "oneOf", "not", "if"))
_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("string", "str", "text"), "string"),
    **dict.fromkeys(("integer", "int", "long"), "integer"),
    **dict.fromkeys(("number", "float", "double"), "number"),
    **dict.fromkeys(("boolean", "bool"), "boolean"),
    **dict.fromkeys(("array", "list"), "array"),
    **dict.fromkeys(("object", "dict"), "object"),
    **dict.fromkeys(("null", "none"), "null"),
}
_KINDS: Final[Mapping[type, str]] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    list: "array",
    dict: "object",
}
_ARTICLES: Final[Mapping[str, str]] = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "a boolean",
    "array": "an array",
    "object": "an object",
    "null": "null",
}


def faults(value: Any, schema: Any, where: str = "", depth: int = 0) -> Iterator[str]:
    """Yield what of a value does not fit a schema, in words.

    Args:
        value: Parsed JSON.
        schema: A JSON Schema.
        where: What the value is called; empty for all arguments of a call.
        depth: How deep the value is nested.
    """
    if not isinstance(schema, dict) or depth > _DEPTH or not _OPAQUE.isdisjoint(schema):
        return
    if value is None and schema.get("nullable") is True:
        return
    if "default" in schema and type(value) is type(schema["default"]) and value == schema["default"]:
        return
    allowed = schema.get("enum")
    if isinstance(value, list) and isinstance(allowed, list) and not any(isinstance(each, list) for each in allowed):
        allowed = None if all(each in allowed for each in value) else allowed  # meant for the items
    if isinstance(allowed, list) and allowed and value not in allowed:
        if not (isinstance(value, str | int | float) or value is None):
            yield f"`{where}` is {_kind(value)}, expected one of {len(allowed)} values"
        else:
            yield f"`{where}` is {_shown(value)}, expected {_one_of(allowed)}"
        return
    words = _types(schema.get("type"))
    if words and not any(_is(value, word) for word in words):
        yield f"`{where}` is {_kind(value)}, expected {' or '.join(_ARTICLES[word] for word in words)}"
    elif isinstance(value, dict):
        yield from _in_object(value, schema, where, depth)
    elif isinstance(value, list):
        for index, item in enumerate(value[:64]):
            yield from faults(item, schema.get("items"), f"{where}[{index}]", depth + 1)


def properties_of(schema: Any) -> Mapping[str, Any]:
    """Return the schemas of an object's keys; some declarations leave out ``properties`` around them."""
    if not isinstance(schema, dict):
        return {}
    inner = schema.get("properties")
    if isinstance(inner, dict):
        return inner
    flat = schema and "type" not in schema and all(isinstance(each, dict) for each in schema.values())
    return schema if flat else {}


def _in_object(value: dict[str, Any], schema: dict[str, Any], where: str, depth: int) -> Iterator[str]:
    prefix = f"{where}." if where else ""
    known = properties_of(schema)
    required = schema.get("required")
    for key in required if isinstance(required, list) else ():
        if isinstance(key, str) and key not in value and not _has_default(known.get(key)):
            yield f"required `{prefix}{key[:40]}` is missing"
    if schema.get("additionalProperties") is False:
        for key in value:
            if key not in known:
                yield f"`{prefix}{key[:40]}` is not declared, and nothing else is allowed"
    for key, item in value.items():
        if key in known:
            yield from faults(item, known[key], f"{prefix}{key[:40]}", depth + 1)


def _has_default(schema: Any) -> bool:
    return isinstance(schema, dict) and "default" in schema


def _types(declared: Any) -> list[str]:
    """Return the normal words of a type; empty where one of them is not known."""
    if declared.__class__ is str:
        word = _WORDS.get(declared.lower())
        return [word] if word else []
    words = declared if isinstance(declared, list) else [declared]
    found = [_WORDS.get(word.lower()) if isinstance(word, str) else None for word in words]
    return [word for word in found if word] if all(found) else []


def _is(value: Any, word: str) -> bool:
    kind = _kind_word(value)
    if kind == word or (word == "number" and kind == "integer"):
        return True
    return bool(word == "integer" and kind == "number" and value.is_integer())


def _kind_word(value: Any) -> str:
    return _KINDS.get(value.__class__, "null")


def _kind(value: Any) -> str:
    return _ARTICLES[_kind_word(value)]


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value[:_SHOWN]}…"' if len(value) > _SHOWN else f'"{value}"'
    return "null" if value is None else str(value).lower()[:_SHOWN]


def _one_of(allowed: list[Any]) -> str:
    simple = [each for each in allowed if isinstance(each, str | int | float) or each is None]
    words = ", ".join(_shown(each) for each in simple[:4])
    return f"one of {words}" + (f" and {len(allowed) - 4} more" if len(allowed) > 4 else "")
