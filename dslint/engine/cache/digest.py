"""Digests of values and of code: what keys are made of."""

from __future__ import annotations

import ast
import os
import pickle
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from hashlib import blake2b, file_digest
from importlib.machinery import PathFinder
from pathlib import Path, PurePath
from typing import Any, Final, Protocol

from pydantic import BaseModel

from dslint.version import __version__

SIZE: Final = 20
FORMAT: Final = 1
"""Raised when entries mean something else than before."""


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...


def digest(*values: Any) -> bytes:
    """Return a digest of values that is the same in every process.

    Raises:
        pickle.PicklingError, TypeError, AttributeError: If one of them cannot be told from others.
    """
    state = blake2b(digest_size=SIZE)
    for value in values:
        _feed(state, value)
    return state.digest()


def _feed(state: _Hash, value: Any) -> None:
    kind = type(value)
    state.update(f"{kind.__module__}.{kind.__qualname__}:".encode())
    if value is None or kind in (bool, int, float, str) or isinstance(value, Enum | PurePath):
        _counted(state, repr(value).encode("utf-8", "surrogatepass"))
    elif kind is bytes:
        _counted(state, value)
    elif isinstance(value, BaseModel):
        _feed(state, {name: getattr(value, name) for name in kind.model_fields})
    elif isinstance(value, Mapping):
        _counted(state, *sorted(digest(key, item) for key, item in value.items()))
    elif isinstance(value, set | frozenset):
        _counted(state, *sorted(digest(item) for item in value))
    elif isinstance(value, tuple | list):
        _counted(state, *(digest(item) for item in value))
    elif is_dataclass(value) and not isinstance(value, type):
        _feed(state, {each.name: getattr(value, each.name) for each in fields(value)})
    else:
        _counted(state, pickle.dumps(value, 5))


def _counted(state: _Hash, *pieces: bytes) -> None:
    state.update(b"%d;" % len(pieces))
    for piece in pieces:
        state.update(b"%d:" % len(piece))
        state.update(piece)


def of_file(path: Path | str) -> bytes:
    """Return a digest of a file's content, or of all files in a folder.

    Raises:
        OSError: If it cannot be read.
    """
    path = Path(path)
    if path.is_dir():
        return digest(
            [(str(file.relative_to(path)), of_file(file)) for file in sorted(path.rglob("*")) if file.is_file()]
        )
    with path.open("rb") as file:
        return file_digest(file, lambda: blake2b(digest_size=SIZE)).digest()


def of_program(modules: Iterable[str]) -> bytes:
    """Return a digest of dslint, Python, all installed distributions, and the code that modules may run.

    Args:
        modules: Names of modules with rules and features.

    Raises:
        OSError: If code cannot be read.
    """
    roots = {name.partition(".")[0] for name in modules}
    code = sorted({file for name in {"dslint", *roots} for file in _sources(name)})
    return digest(
        FORMAT,
        __version__,
        (platform.python_implementation(), sys.version, sys.platform, platform.machine(), sys.flags.optimize),
        sorted(_distributions()),
        [(str(file), of_file(file)) for file in code],
    )


def _distributions() -> set[str]:
    """Return names and versions of what is installed, as the names of the folders of metadata tell them."""
    found = set()
    for folder in sys.path:
        try:
            found |= {name for name in os.listdir(folder or ".") if name.endswith((".dist-info", ".egg-info"))}
        except OSError:
            continue
    return found


@cache
def _sources(module: str) -> frozenset[Path]:
    """Return the files of a module's package, and those of packages that it imports and that no distribution holds."""
    found: set[Path] = set()
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        files = set(_files(name)) - found
        found |= files
        if name not in ("dslint", "dslint_rules"):
            waiting += {each for file in files if file.suffix == ".py" for each in _imported(file) if _is_own(each)}
    return frozenset(found)


def _files(module: str) -> Iterator[Path]:
    root = module.partition(".")[0]
    loaded = sys.modules.get(root)
    spec = getattr(loaded, "__spec__", None) or PathFinder.find_spec(root)
    folders = list(spec.submodule_search_locations or ()) if spec is not None else []
    for folder in folders:
        for path in Path(folder).rglob("*"):
            if path.suffix != ".pyc" and path.is_file():
                yield path
    origin = getattr(loaded, "__file__", None) or (spec.origin if spec is not None else None)
    if not folders and origin and os.path.isfile(origin):
        yield Path(origin)


def _imported(file: Path) -> set[str]:
    """Return the top-level names that a file imports, at any depth."""
    try:
        tree = ast.parse(file.read_bytes())
    except SyntaxError:
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def _is_own(name: str) -> bool:
    """Whether a module is neither Python's own nor in a folder that the list of distributions covers."""
    if name in sys.stdlib_module_names or name in ("dslint", "dslint_rules"):
        return False
    spec = getattr(sys.modules.get(name), "__spec__", None) or PathFinder.find_spec(name)
    places = [*(spec.submodule_search_locations or ()), spec.origin or ""] if spec is not None else []
    return any(place and not {"site-packages", "dist-packages"} & set(Path(place).parts) for place in places)
