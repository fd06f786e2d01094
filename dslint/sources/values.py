"""Values of records, and the damages met on the way to them."""

from __future__ import annotations

from typing import Any

from dslint.model.finding import Damage, DamageKind
from dslint.model.ref import Ref
from dslint.sources.diagnose import Diagnosis, diagnose, duplicate_keys
from dslint.sources.jsonscan import depth
from dslint.sources.spec import FileSpec


def ambiguous(raw: bytes, value: dict[str, Any], max_depth: int) -> bool:
    """Whether an object that parses needs a second look: a key may stand in it twice, or it may nest too deep.

    A sound screen at a tenth of the cost of parsing: colons behind quotes in the text against keys in the value.
    """
    colons = raw.count(b'":') + raw.count(b'" :')
    if colons == len(value):
        return raw.count(b"[") > max_depth and depth(raw, max_depth) > max_depth
    if raw.count(b"{") + raw.count(b"[") > max_depth and depth(raw, max_depth) > max_depth:
        return True
    keys = _key_count(value)
    # Quotes inside strings are escaped.
    return colons != keys and colons - raw.count(b'\\":') - raw.count(b'\\" :') != keys


def _key_count(value: dict[str, Any]) -> int:
    count = 0
    waiting: list[Any] = [value]
    for item in waiting:
        if item.__class__ is dict:
            count += len(item)
            item = item.values()
        waiting += [inner for inner in item if inner.__class__ is dict or inner.__class__ is list]
    return count


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
