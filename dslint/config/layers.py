"""Where settings come from: files, presets, the command line; each a layer that knows its places."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from dslint.config.errors import ConfigError
from dslint.config.model import LISTED

COMMAND_LINE: Final = "command line"
NAMES: Final = (".dslint.toml", "dslint.toml", "pyproject.toml")
"""File names in order of precedence inside one folder."""
_PYPROJECT_TABLE: Final = ("tool", "dslint")


@dataclass(frozen=True, slots=True)
class Layer:
    """Settings from one place.

    Attributes:
        origin: The file as shown to the user, ``command line`` or ``preset 'name'``.
        values: As in the file, keys in kebab case.
        lines: Line of each key and element, where there are lines.
        folder: What relative paths in it count from.
    """

    origin: str
    values: Mapping[str, Any]
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)
    folder: Path = field(default_factory=Path)

    def where(self, path: Sequence[str | int] = ()) -> str:
        """Return ``file:line`` of the value at ``path``, or of the nearest thing around it."""
        for size in range(len(path), -1, -1):
            line = self.lines.get(tuple(path[:size]))
            if line is not None:
                return f"{self.origin}:{line}"
        return self.origin


def read_file(path: Path, cwd: Path) -> Layer | None:
    """Read a configuration file; ``None`` when it is a ``pyproject.toml`` without a table of ours.

    Raises:
        ConfigError: If it cannot be read or is not TOML.
    """
    shown = _shown(path, cwd)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError([f"{shown}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{shown}: is not UTF-8 at byte {error.start}"]) from error
    embedded = path.name == "pyproject.toml"
    if embedded and "dslint" not in text:
        return None
    layer = _parsed(text, shown, path.parent)
    if not embedded:
        return layer
    table: Any = layer.values
    for key in _PYPROJECT_TABLE:
        table = table.get(key) if isinstance(table, Mapping) else None
    if not isinstance(table, Mapping):
        return None
    depth = len(_PYPROJECT_TABLE)
    lines = {path[depth:]: line for path, line in layer.lines.items() if path[:depth] == _PYPROJECT_TABLE}
    return Layer(shown, listed(table), lines, path.parent)


def inline(text: str, cwd: Path) -> Layer:
    """Read settings that stand on the command line as TOML."""
    layer = _parsed(text, "--config", cwd)
    return Layer("--config", layer.values, {}, cwd)


def overrides(values: Mapping[str, Any], cwd: Path, origin: str = COMMAND_LINE) -> Layer:
    """Make a layer of values by key; ``None`` means not given, and ``max_length`` is ``max-length``."""
    given = {key.replace("_", "-"): value for key, value in values.items() if value is not None}
    return Layer(origin, listed(given), {}, cwd)


def find(start: Path, cwd: Path) -> Layer | None:
    """Return the configuration nearest to ``start``: in its folder, else in the first folder above that has one."""
    for folder in (start, *start.parents):
        for name in NAMES:
            path = folder / name
            if path.is_file():
                layer = read_file(path, cwd)
                if layer is not None:
                    return layer
    return None


def chain(layer: Layer, cwd: Path) -> Iterator[Layer]:
    """Yield what ``layer`` extends, furthest first, then ``layer``.

    Raises:
        ConfigError: If a file extends itself or one that is not there.
    """
    found: list[Layer] = [layer]
    seen: list[Path] = []
    while "extend" in (current := found[-1]).values:
        name, where = current.values["extend"], current.where(("extend",))
        if not isinstance(name, str):
            raise ConfigError([f"{where}: 'extend' should be the path of a file, not {name!r}"])
        path = Path(os.path.abspath(current.folder / Path(name).expanduser()))
        if path in seen:
            raise ConfigError([f"{where}: {name} extends itself"])
        seen.append(path)
        if not path.is_file():
            raise ConfigError([f"{where}: 'extend' names {name!r}, which is not a file"])
        parent = read_file(path, cwd)
        if parent is None:
            raise ConfigError([f"{where}: {name} has no table [tool.dslint]"])
        found.append(parent)
    yield from reversed(found)


def as_json(values: Mapping[str, Any]) -> str:
    """Return ``values`` as JSON, for validation that is strict and yet knows enumerations and tuples."""
    return json.dumps(dict(values), default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return sorted(value) if isinstance(value, set | frozenset) else str(value)


def listed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``values`` with each list that is written as one string made a list."""
    return {k: [v] if k in LISTED and isinstance(v, str) else v for k, v in values.items()}


def _parsed(text: str, origin: str, folder: Path) -> Layer:
    import tomllib

    from dslint.config import places

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        message = str(error)[: at.start()] if at else str(error)
        line = f":{at.group(1)}" if at and origin != "--config" else ""
        raise ConfigError([f"{origin}{line}: is not TOML: {message[:1].lower()}{message[1:]}"]) from error
    return Layer(origin, listed(values), places.places(text), folder)


def _shown(path: Path, cwd: Path) -> str:
    try:
        return path.relative_to(cwd).as_posix()
    except ValueError:
        return path.as_posix()
