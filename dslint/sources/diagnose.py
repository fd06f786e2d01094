"""The second opinion on JSON that the fast parser rejects or may have read ambiguously: it names the cause."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from dslint.model.finding import DamageKind
from dslint.model.json_fault import JsonFault, json_fault
from dslint.sources.jsonscan import depth

_NOTHING: Final = object()
_COMMA: Final = re.compile(r'("(?:[^"\\]|\\.)*+")|,(?=\s*[}\]])', re.DOTALL)
_KEY: Final = re.compile(r'("(?:[^"\\]|\\.)*+")\s*+:|"(?:[^"\\]|\\.)*+"|[{}\[\]]', re.DOTALL)
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is wrong with a record's text.

    Attributes:
        kind: The kind of damage.
        message: What was found.
        index: Character at which, from 0; ``None`` when it is about the whole.
        data: The value, where its meaning is beyond doubt.
    """

    kind: DamageKind
    message: str
    index: int | None = None
    data: Any = _NOTHING

    @property
    def recovered(self) -> bool:
        """Whether there is a value."""
        return self.data is not _NOTHING


def diagnose(raw: bytes, *, max_depth: int, at_end: bool) -> Diagnosis:
    """Say why ``raw`` is not a JSON object.

    Args:
        raw: Bytes of the record.
        max_depth: Deepest nesting that is read.
        at_end: Whether the file ends here.
    """
    levels = depth(raw, max_depth)
    if levels > max_depth:
        return Diagnosis(DamageKind.TOO_DEEP, f"nested deeper than {max_depth} levels")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        where = f"byte 0x{raw[error.start]:02x} at offset {error.start} of the record is not UTF-8"
        return Diagnosis(DamageKind.INVALID_UTF8, where, len(raw[: error.start].decode("utf-8")))
    if text.startswith("\ufeff"):
        return _marked(text, max_depth=max_depth, at_end=at_end)
    reader = _Reader()
    try:
        data = reader.read(text)
    except json.JSONDecodeError as error:
        return _unparsable(text, error, at_end=at_end)
    return _judge(text, data, reader)


def duplicate_keys(raw: bytes) -> Diagnosis | None:
    """Say which keys of an object that parses stand in it twice; the last one counts."""
    text = raw.decode("utf-8")
    reader = _Reader()
    data = reader.read(text)
    return _twice(text, data, reader) if reader.twice else None


class _Reader:
    """``json.loads`` that notes what it would pass over."""

    def __init__(self) -> None:
        self.twice: list[str] = []
        self.constants: list[str] = []

    def read(self, text: str, *, strict: bool = True) -> Any:
        return json.loads(
            text, strict=strict, object_pairs_hook=self._pairs, parse_constant=self._constant, parse_int=_integer
        )

    def _pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    self.twice.append(key)
                seen.add(key)
        return value

    def _constant(self, name: str) -> float:
        self.constants.append(name)
        return float(name.replace("Infinity", "inf"))


def _integer(digits: str) -> int | float:
    # Python refuses to read integers of thousands of digits, and a float is what other parsers make of them.
    return int(digits) if len(digits) < 400 else float(digits)


def _judge(text: str, data: Any, reader: _Reader) -> Diagnosis:
    if not isinstance(data, dict):
        return Diagnosis(DamageKind.NOT_AN_OBJECT, f"record is {_noun(data)}, not an object")
    if _has_surrogate(data):
        # No encoder can write such a text, so nothing that is trained on it means what it says.
        index = text.lower().find("\\ud")
        return Diagnosis(
            DamageKind.LONE_SURROGATE, "half of a surrogate pair stands alone in a \\u escape", max(index, 0)
        )
    if reader.constants:
        name = reader.constants[0]
        return Diagnosis(DamageKind.NAN_LITERAL, f"{name} is not JSON", _outside(text, name), data)
    if reader.twice:
        return _twice(text, data, reader)
    return Diagnosis(DamageKind.INVALID_JSON, "not valid JSON (a number out of range)", None, data)


def _twice(text: str, data: Any, reader: _Reader) -> Diagnosis:
    keys = list(dict.fromkeys(reader.twice))
    listed = ", ".join(f"`{_short(key)}`" for key in keys[:3])
    words = f"key {listed} stands twice in one object" if len(keys) == 1 else f"keys {listed} stand twice in one object"
    return Diagnosis(DamageKind.DUPLICATE_KEY, words, _repeated(text), data)


def _repeated(text: str) -> int | None:
    """Return where a key stands for the second time in its object."""
    seen: list[set[str]] = []
    for token in _KEY.finditer(text):
        mark = token[0][0]
        if mark in "{[":
            seen.append(set())
        elif mark in "}]" and seen:
            seen.pop()
        elif token[1] is not None and seen:
            key = str(json.loads(token[1], strict=False))
            if key in seen[-1]:
                return token.start()
            seen[-1].add(key)
    return None


def _marked(text: str, *, max_depth: int, at_end: bool) -> Diagnosis:
    inner = diagnose_or_none(text[1:], max_depth=max_depth, at_end=at_end)
    if isinstance(inner, Diagnosis):
        return inner
    return Diagnosis(DamageKind.BYTE_ORDER_MARK, "record begins with a byte order mark", 0, inner)


def diagnose_or_none(text: str, *, max_depth: int, at_end: bool) -> Any:
    """Return the value of ``text``, or what is wrong with it."""
    reader = _Reader()
    try:
        data = reader.read(text)
    except json.JSONDecodeError:
        return diagnose(text.lstrip("\ufeff").encode("utf-8", "surrogatepass"), max_depth=max_depth, at_end=at_end)
    clean = isinstance(data, dict) and not (reader.constants or reader.twice or _has_surrogate(data))
    return data if clean else _judge(text, data, reader)


def _unparsable(text: str, error: json.JSONDecodeError, *, at_end: bool) -> Diagnosis:
    fixed = _COMMA.sub(lambda match: match[1] or "", text)
    if fixed != text:
        reader = _Reader()
        data = _attempt(reader, fixed)
        if isinstance(data, dict) and not reader.twice and not reader.constants and not _has_surrogate(data):
            comma = next(match for match in _COMMA.finditer(text) if match[1] is None)
            return Diagnosis(DamageKind.TRAILING_COMMA, "comma before a closing bracket", comma.start(), data)
    reader = _Reader()
    data = _attempt(reader, text, strict=False)
    if isinstance(data, dict) and not reader.twice and not reader.constants and not _has_surrogate(data):
        code = ord(text[error.pos]) if error.pos < len(text) else 0
        words = f"control character U+{code:04X} stands unescaped in a string"
        return Diagnosis(DamageKind.INVALID_JSON, words, error.pos, data)
    body = text.rstrip()
    cut = error.pos >= len(body) or error.msg.startswith("Unterminated string")
    if cut and at_end:
        return Diagnosis(DamageKind.TRUNCATED, "file ends inside the record", len(body))
    if cut:
        return Diagnosis(DamageKind.INVALID_JSON, "not valid JSON: the record ends too early", len(body))
    fault = json_fault(error)
    return Diagnosis(DamageKind.INVALID_JSON, f"not valid JSON: {_syntax(text, fault)}", fault.position)


def _attempt(reader: _Reader, text: str, *, strict: bool = True) -> Any:
    try:
        return reader.read(text, strict=strict)
    except json.JSONDecodeError:
        return None


def _syntax(text: str, fault: JsonFault) -> str:
    if fault.words.startswith("extra data"):
        return "more text follows the record"
    if text[fault.position : fault.position + 1] == "'":
        return "single quotes, as Python prints them"
    return fault.words


def _has_surrogate(value: Any) -> bool:
    return any(_SURROGATE.search(text) for text in _strings(value))


def _strings(value: Any) -> Iterable[str]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting += item.keys()
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item


def _outside(text: str, word: str) -> int | None:
    """Return where ``word`` stands outside strings."""
    pattern = re.compile(r'"(?:[^"\\]|\\.)*+"|' + re.escape(word), re.DOTALL)
    return next((match.start() for match in pattern.finditer(text) if match[0][0] != '"'), None)


def _noun(value: Any) -> str:
    if value is None:
        return "null"
    names = {list: "an array", str: "a string", bool: "a boolean", int: "a number", float: "a number"}
    return names.get(type(value), "a value")


def _short(key: str) -> str:
    return key if len(key) <= 40 else key[:39] + "…"
