"""Where the value of a JSON pointer stands in a record's text."""

from __future__ import annotations

import json
import re
from typing import Final

_SPACE: Final = re.compile(r"[ \t\r\n]*+")
_STRING: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_SCALAR: Final = re.compile(r'[^\s,\[\]{}":]*+')
_TOKEN: Final = re.compile(r'[^"{}\[\]]++|"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]]|"', re.DOTALL)
_UNIT: Final = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL
)


def value_range(text: str, pointer: str) -> tuple[int, int]:
    """Return the range of the value at ``pointer``, or of the nearest value around it that exists.

    Args:
        text: A record's JSON text, possibly with white space around it.
        pointer: RFC 6901 JSON pointer.
    """
    start = _skip(text, 0)
    if text[start : start + 1] == "\ufeff":
        start = _skip(text, start + 1)
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        opening = text[start : start + 1]
        inner = -1
        if opening == "{":
            inner = _member(text, start, key)
        elif opening == "[" and key.isdecimal():
            inner = _item(text, start, int(key))
        if inner < 0:
            break
        start = inner
    return start, _end(text, start)


def characters(text: str, start: int, end: int, span: tuple[int, int]) -> tuple[int, int]:
    """Return the range of the characters ``span`` of the string that stands at ``text[start:end]``, quotes included."""
    raw = text[start + 1 : end - 1]
    return start + 1 + _raw_index(raw, span[0]), start + 1 + _raw_index(raw, span[1])


def is_string(text: str, start: int) -> bool:
    """Whether the value at ``start`` is a string."""
    return text[start : start + 1] == '"'


def _raw_index(raw: str, index: int) -> int:
    """Return where the character ``index`` of a string stands in its escaped form."""
    at = decoded = 0
    for unit in _UNIT.finditer(raw):
        plain = unit.start() - at
        if decoded + plain >= index:
            break
        decoded += plain + 1
        at = unit.end()
    return min(at + max(index - decoded, 0), len(raw))


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _end(text: str, at: int) -> int:
    opening = text[at : at + 1]
    if opening == '"':
        string = _STRING.match(text, at)
        return string.end() if string else len(text)
    if opening not in ("{", "["):
        scalar = _SCALAR.match(text, at)
        return scalar.end() if scalar else at
    level = 0
    for token in _TOKEN.finditer(text, at):
        if token[0] in ("{", "["):
            level += 1
        elif token[0] in ("}", "]"):
            level -= 1
            if level == 0:
                return token.end()
    return len(text.rstrip())


def _member(text: str, at: int, key: str) -> int:
    """Return where the value of ``key`` begins, -1 without it; the last one counts where it stands twice."""
    found = -1
    at = _skip(text, at + 1)
    while text[at : at + 1] == '"':
        name = _STRING.match(text, at)
        if name is None:
            break
        colon = _skip(text, name.end())
        value = _skip(text, colon + 1)
        if _decoded(name[0]) == key:
            found = value
        at = _skip(text, _end(text, value))
        if text[at : at + 1] != ",":
            break
        at = _skip(text, at + 1)
    return found


def _item(text: str, at: int, index: int) -> int:
    at = _skip(text, at + 1)
    while index and at < len(text):
        at = _skip(text, _end(text, at))
        if text[at : at + 1] != ",":
            return -1
        at = _skip(text, at + 1)
        index -= 1
    return -1 if text[at : at + 1] in ("]", "") else at


def _decoded(raw: str) -> str:
    try:
        return str(json.loads(raw, strict=False))
    except json.JSONDecodeError:
        return raw[1:-1]
