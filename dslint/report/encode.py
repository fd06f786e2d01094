"""JSON of whatever a rule put into a finding: always valid, always the same for the same value."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Set
from typing import Any, Final

import orjson

from dslint.report.escape import json_text

_OPTIONS: Final = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS


def dumps(value: Any) -> str:
    """Return ``value`` as JSON on one line; what JSON does not know becomes the nearest thing or its text."""
    try:
        document = orjson.dumps(value, default=_plain, option=_OPTIONS).decode()
    except TypeError:
        # Lone surrogates and integers beyond 64 bits.
        document = json.dumps(_valid(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return json_text(document)


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()  # NumPy's arrays and scalars
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Set):
        return sorted(value, key=str)
    if isinstance(value, Iterable):
        return list(value)
    return str(value)


def _valid(value: Any) -> Any:
    if isinstance(value, str):
        return str.__str__(value).encode("utf-8", "backslashreplace").decode()
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {_valid(key if isinstance(key, str) else str(key)): _valid(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_valid(item) for item in value]
    return _valid(_plain(value))
