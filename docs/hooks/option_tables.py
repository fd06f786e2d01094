"""Options in words: a JSON Schema as a Markdown table, for rules and for the configuration."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

NAMED: Final = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "`true` or `false`",
    "object": "table",
    "array": "list",
}
PLURAL: Final = {"string": "strings", "integer": "integers", "number": "numbers", "object": "tables", "array": "lists"}
LONG: Final = 4
"""A list of more values than this is cut in the column of defaults."""


def table(head: str, properties: Mapping[str, Schema], defs: Mapping[str, Schema]) -> str:
    """Return a table of options, and below it a table for each kind of table that an option holds."""
    rows = [f"| {head} | type | default | meaning |", "|---|---|---|---|"]
    for name, schema in properties.items():
        words = (f"`{name}`", kind(schema, defs), default(schema), description(schema, defs))
        rows.append(f"| {' | '.join(cell(word) for word in words)} |")
    parts = ["\n".join(rows)]
    for name, inner in dict.fromkeys((n, i) for n, s in properties.items() for i in tables_in(s, defs)):
        about = str(defs[inner].get("description", "")).strip()
        parts.append(f"Each table of `{name}` can have these keys. {about}".strip())
        parts.append(table("key", defs[inner]["properties"], defs))
    return "\n\n".join(parts)


def tables_in(schema: Schema, defs: Mapping[str, Schema]) -> list[str]:
    """Return the names of the definitions with keys of their own that ``schema`` refers to."""
    found: list[str] = []
    for part in (schema, schema.get("items"), schema.get("additionalProperties"), *schema.get("anyOf", ())):
        reference = str(part.get("$ref", "")).rpartition("/")[2] if isinstance(part, Mapping) else ""
        if "properties" in defs.get(reference, {}):
            found.append(reference)
    return found


def kind(schema: Schema, defs: Mapping[str, Schema]) -> str:
    """Return what values an option can have, in words."""
    if "$ref" in schema:
        inner = defs.get(str(schema["$ref"]).rpartition("/")[2], {})
        return "table" if "properties" in inner else kind(inner, defs)
    if "enum" in schema:
        return listed([f"`{value}`" if value else "empty" for value in schema["enum"]])
    if "anyOf" in schema:
        return union([part for part in schema["anyOf"] if part.get("type") != "null"], defs)
    if schema.get("type") == "array":
        return f"list of {many(schema.get('items', {}), defs)}"
    if schema.get("type") == "object":
        values = schema.get("additionalProperties")
        return f"table of {many(values, defs)}" if isinstance(values, Mapping) else "table"
    return f"{NAMED.get(str(schema.get('type')), 'any value')}{bounds(schema)}"


def union(parts: list[Schema], defs: Mapping[str, Schema]) -> str:
    """Return a choice of types, in words."""
    hidden = {"array", "integer" if any(part.get("type") == "number" for part in parts) else ""}
    kinds = list(dict.fromkeys(kind(part, defs) for part in parts if part.get("type") not in hidden))
    if any(part.get("type") == "array" for part in parts):
        kinds.append(f"a list of {'these' if len(kinds) > 1 else many(parts[0], defs)}")
    return listed(kinds)


def many(schema: Schema, defs: Mapping[str, Schema]) -> str:
    """Return what the elements of a list or table are, in words."""
    words = kind(schema, defs)
    if words.startswith("list of "):
        return words.replace("list", "lists", 1)
    return next((plural for name, plural in PLURAL.items() if words == NAMED[name]), words)


def bounds(schema: Schema) -> str:
    """Return the bounds of a number, in words."""
    low, above = schema.get("minimum"), schema.get("exclusiveMinimum")
    high, below = schema.get("maximum"), schema.get("exclusiveMaximum")
    words = [
        f"from {low:g}" if low is not None else f"above {above:g}" if above is not None else "",
        f"to {high:g}" if high is not None else f"below {below:g}" if below is not None else "",
    ]
    return "".join(f" {word}" for word in words if word)


def default(schema: Schema) -> str:
    """Return an option's default, as it would be written in TOML."""
    value = schema.get("default")
    if value is None:
        return "not set"
    if value in ("", [], {}):
        return "empty"
    if isinstance(value, list) and len(value) > LONG:
        return f"{' '.join(f'`{toml(each)}`' for each in value)}"
    return f"`{toml(value)}`"


def description(schema: Schema, defs: Mapping[str, Schema]) -> str:
    """Return what an option means."""
    named = defs.get(str(schema.get("$ref", "")).rpartition("/")[2], {})
    text = str(schema.get("description", named.get("description", ""))).strip()
    return f"{text} Takes the top-level setting of this name unless it is set here." if schema.get("x-shared") else text


def toml(value: Any) -> str:
    """Return a value as TOML; what defaults hold is written as in JSON."""
    return json.dumps(value, ensure_ascii=False)


def listed(words: Iterable[str]) -> str:
    """Return ``a``, ``a or b`` or ``a, b or c``."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def cell(text: str) -> str:
    """Return text that cannot end a table cell."""
    return str(text).replace("|", "\\|").replace("\n", " ")
