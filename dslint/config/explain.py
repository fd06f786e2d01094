"""What pydantic says of a wrong value, in the words of a finding and with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dslint.config.errors import suggest
from dslint.config.layers import Layer
from dslint.config.model import Configuration, DatasetTable

_SHOWN = 40
_WORDS = {"a valid array": "a list", "an object": "a table", "a valid dictionary": "a table", "a valid list": "a list"}
"""What JSON calls things, and what TOML does."""


def explain(
    error: ValidationError, layer: Layer, model: type[BaseModel], prefix: Sequence[str] = (), extra: Iterable[str] = ()
) -> Iterator[str]:
    """Yield one line for each wrong value.

    Args:
        error: What the model says.
        layer: Where the values stand.
        model: The model, for its keys.
        prefix: Path of the model's table in the layer.
        extra: Further keys that the table may have.
    """
    for detail in error.errors(include_url=False):
        path = _existing((*prefix, *detail["loc"]), layer.values)
        known = [*_keys(model, path[len(prefix) : -1]), *(extra if len(path) == len(prefix) + 1 else ())]
        yield f"{layer.where(path)}: {_message(detail, path, known)}"


def _message(detail: ErrorDetails, path: Sequence[str | int], known: Iterable[str]) -> str:
    name = _dotted(path)
    kind, value = detail["type"], detail["input"]
    if kind == "extra_forbidden":
        return f"unknown key {name!r}{suggest(str(path[-1]), known)}"
    if kind == "missing":
        return f"{_dotted([*path, detail['loc'][-1]])!r} is missing"
    context = detail.get("ctx", {})
    if kind in {"enum", "literal_error"}:
        expected = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        return f"{name!r} is {_shown(value)}, not one of {expected}{_near(value, expected.split(', '))}"
    if kind in {"too_short", "too_long"}:
        few = kind == "too_short"
        bound = context.get("min_length" if few else "max_length")
        return f"{name!r} should have at {'least' if few else 'most'} {bound}, not {context.get('actual_length')}"
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    message = f"{message[:1].lower()}{message[1:]}"
    for word, ours in _WORDS.items():
        message = message.replace(word, ours)
    if kind == "value_error":
        return f"{name!r}: {message}"
    return f"{name!r} {message}, not {_shown(value)}"


def _near(value: Any, known: Iterable[str]) -> str:
    return suggest(value, known) if isinstance(value, str) else ""


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _dotted(path: Sequence[str | int]) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _existing(path: Sequence[str | int], values: Any) -> tuple[str | int, ...]:
    """Return the part of ``path`` that leads to a value; the rest names members of a union."""
    found: list[str | int] = []
    for part in path:
        try:
            values = values[part]
        except (KeyError, IndexError, TypeError):
            break
        found.append(part)
    return tuple(found)


def _keys(model: type[BaseModel], path: Sequence[str | int]) -> Iterable[str]:
    """Return the keys that may stand at ``path``, where that is known."""
    if path:
        if model is not Configuration or path[0] != "datasets":
            return ()
        model = DatasetTable
    return [info.alias or name for name, info in model.model_fields.items()]
