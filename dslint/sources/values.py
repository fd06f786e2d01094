"""Values of records, and the damages met on the way to them."""

from __future__ import annotations

import re
from typing import Any, Final

from dslint.model.finding import Damage, DamageKind
from dslint.model.ref import Ref
from dslint.sources.diagnose import Diagnosis, diagnose, duplicate_keys
from dslint.sources.jsonscan import depth
from dslint.sources.spec import FileSpec

_COLON: Final = re.compile(rb'"\s*+:').findall
_ESCAPED_COLON: Final = re.compile(rb'\\"\s*+:').findall


def ambiguous(raw: bytes, value: dict[str, Any], max_depth: int) -> bool:
    """Whether an object that parses needs a second look: a key may stand in it twice, or it may nest too deep.

    A sound screen at the cost of parsing or less: colons behind quotes in the text against keys in the value.
    """
    keys = len(value)
    for item in value.values():
        if item.__class__ is not str:
            break
    else:
        # Four quotes for each key and its text, and none is left for a key that stands there twice.
        if raw.count(b'"') == 4 * keys:
            return False
    inner: list[Any] = [item for item in value.values() if item.__class__ is dict or item.__class__ is list]
    if inner:
        for item in inner:
            if item.__class__ is dict:
                keys += len(item)
                item = item.values()
            inner += [below for below in item if below.__class__ is dict or below.__class__ is list]
        if len(inner) >= max_depth and depth(raw, max_depth) > max_depth:
            return True
    colons = len(_COLON(raw))
    # Quotes inside strings are escaped; a key that ends with a backslash only costs the second look.
    return colons != keys and colons - len(_ESCAPED_COLON(raw)) != keys


class ValueReader:
    """Takes the values that the fast path cannot, and keeps the damages in order."""

    def __init__(self, file: FileSpec) -> None:
        self.file = file
        self.damages: list[Damage] = []

    def broken(self, raw: bytes, ref: Ref, *, at_end: bool) -> dict[str, Any] | None:
        """Say why ``raw`` does not parse; return the value where its meaning is beyond doubt."""
        return self._note(diagnose(raw, max_depth=self.file.max_depth, at_end=at_end), ref)

    def doubtful(self, raw: bytes, value: Any, ref: Ref) -> dict[str, Any] | None:
        """Look twice at a value that parses: it may be no object, nest too deep or have a key twice."""
        if not isinstance(value, dict) or depth(raw, self.file.max_depth) > self.file.max_depth:
            return self._note(diagnose(raw, max_depth=self.file.max_depth, at_end=False), ref)
        found = duplicate_keys(raw)
        return value if found is None else self._note(found, ref)

    def text(self, raw: bytes, ref: Ref) -> str | None:
        """Decode a line of text."""
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            words = f"byte 0x{raw[error.start]:02x} at offset {error.start} of the record is not UTF-8"
            index = len(raw[: error.start].decode("utf-8"))
            self._note(Diagnosis(DamageKind.INVALID_UTF8, words, index), ref)
            return None

    def _note(self, found: Diagnosis, ref: Ref) -> dict[str, Any] | None:
        # The span counts characters of the record's own text: there may be no value to point into.
        place = ref if found.index is None or ref.byte_offset is None else ref.at("", (found.index, found.index + 1))
        self.damages.append(Damage(found.kind, place, found.message, found.recovered))
        return found.data if found.recovered else None
