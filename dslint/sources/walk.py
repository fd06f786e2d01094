"""Which files the given paths stand for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import orjson

from dslint.sources.spec import SourceError
from dslint.sources.storage import entries, is_remote, shown

_VCS: Final = (".git", ".hg", ".svn", ".jj")
_SAVED: Final = frozenset(("dataset_info.json", "state.json", "dataset_dict.json"))
_KINDS: Final = ("jsonl", "ndjson", "json", "csv", "tsv", "parquet", "arrow", "feather")
COMPRESSIONS: Final = ("gz", "bz2", "xz", "zst")
DEFAULT_INCLUDE: Final = tuple(
    pattern for kind in _KINDS for pattern in (f"*.{kind}", *(f"*.{kind}.{packed}" for packed in COMPRESSIONS))
)
DEFAULT_EXCLUDE: Final = ("__pycache__/", "node_modules/", "venv/", "site-packages/")
DEFAULTS: Final = frozenset((*DEFAULT_INCLUDE, *DEFAULT_EXCLUDE))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may be read.

    Attributes:
        location: Its absolute path, or its URL.
        named: Whether it was named itself, rather than met in a folder.
        below: Its path below the folder that was given, for its split; with ``/``.
        ranges: Whether any process can read parts of it.
    """

    location: str
    named: bool
    below: str
    ranges: bool = True


def legible(path: str) -> str:
    """Return a path with the bytes that are not UTF-8 in hexadecimal; no output and no pattern could hold them."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


class Patterns:
    """Patterns in the manner of ``.gitignore``, relative to a folder."""

    def __init__(self, lines: Sequence[str], base: Path) -> None:
        self.base = str(base)
        self._lines = lines
        if not DEFAULTS.issuperset(lines):  # what is configured may be wrong, which is said at once
            _ = self._spec

    @cached_property
    def _spec(self) -> Any:
        """The compiled patterns; to import what compiles them is a fiftieth of a short run that may not ask."""
        import pathspec

        try:
            return pathspec.GitIgnoreSpec.from_lines(line.replace("://", ":/") for line in self._lines)
        except (ValueError, TypeError) as error:
            raise SourceError(f"pattern cannot be read: {error}") from error

    def verdict(self, location: str, *, folder: bool = False) -> bool | None:
        """Return whether the patterns take in a path, or take it out again; ``None`` where they say nothing."""
        relative = _as_path(location) if is_remote(location) else os.path.relpath(location, self.base)
        if relative == ".":
            return None
        while relative.startswith(".." + os.sep):
            # Outside the folder, only patterns without a folder can hold.
            relative = relative[3:]
        shown = legible(relative).replace(os.sep, "/") + ("/" if folder else "")
        included: bool | None = self._spec.check_file(shown).include
        return included

    def match(self, location: str, *, folder: bool = False) -> bool:
        """Whether the patterns take in a path."""
        return self.verdict(location, folder=folder) is True


class Walker:
    """Walks folders in order, without what is ignored, excluded or hidden."""

    def __init__(self, root: Path, include: Sequence[str], exclude: Sequence[str], *, gitignore: bool) -> None:
        self._include = Patterns(include, root)
        self._exclude = Patterns(exclude, root)
        self._gitignore = gitignore

    def excluded(self, location: str) -> bool:
        """Whether a file that was named is excluded all the same."""
        if self._exclude.match(location):
            return True
        folders = [str(parent) for parent in Path(location).parents]
        if any(self._exclude.match(folder, folder=True) for folder in folders):
            return True
        ignores = self._ignores_above(location) if self._gitignore else []
        return _is_ignored(ignores, location, folder=False)

    def files(self, folder: str, given: str) -> Iterator[Candidate]:
        """Yield the files below ``folder``, sorted by path."""
        seen: set[str] = set()
        ignores = self._ignores_above(folder) if self._gitignore else []
        for location in self._below(folder, ignores, seen):
            relative = os.path.relpath(location, folder).replace(os.sep, "/")
            yield Candidate(location, False, f"{given}/{relative}" if given else relative)

    def remote(self, url: str) -> Iterator[Candidate]:
        """Yield the file at ``url``, the files that its pattern names, or those below it, sorted."""
        found = entries(url)
        named = "*" in url or [entry.url for entry in found] == [url]
        for entry in found:
            hidden = any(name.startswith(".") for name in entry.below.split("/"))
            if named or (not hidden and self._include.match(entry.url) and not self._exclude.match(entry.url)):
                yield Candidate(entry.url, named, entry.below, entry.ranges)

    def _below(self, folder: str, ignores: list[Patterns], seen: set[str]) -> Iterator[str]:
        real = os.path.realpath(folder)
        if real in seen:
            return
        seen.add(real)
        if self._gitignore:
            ignores = ignores + _ignore_file(folder)
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            raise SourceError(f"folder cannot be read: {folder} ({error.strerror})") from error
        names = {entry.name for entry in entries}
        saved = _saved_files(folder, names)
        for entry in entries:
            is_folder = entry.is_dir()
            if entry.name.startswith(".") or entry.name in _VCS or self._exclude.match(entry.path, folder=is_folder):
                continue
            if _is_ignored(ignores, entry.path, folder=is_folder):
                continue
            if is_folder:
                yield from self._below(entry.path, ignores, seen)
            elif saved is not None and (entry.name in _SAVED or entry.name.endswith(".arrow")):
                if entry.name in saved:
                    yield entry.path
            elif entry.is_file() and self._include.match(entry.path):
                yield entry.path

    def _ignores_above(self, location: str) -> list[Patterns]:
        """Return the ignore files from the repository's root down to the folder that holds ``location``."""
        found: list[Patterns] = []
        if _is_repository(Path(location)):
            return []
        for parent in Path(location).parents:
            found = _ignore_file(str(parent)) + found
            if _is_repository(parent):
                return found
        return []


def _as_path(url: str) -> str:
    """Return a URL as patterns see it."""
    return shown(url).replace("://", ":/").rstrip("/")


def _is_repository(folder: Path) -> bool:
    return any((folder / name).exists() for name in _VCS)


def _ignore_file(folder: str) -> list[Patterns]:
    path = os.path.join(folder, ".gitignore")
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return [Patterns(file.read().splitlines(), Path(folder))]
    except OSError:
        return []


def _is_ignored(ignores: Sequence[Patterns], location: str, *, folder: bool) -> bool:
    for patterns in reversed(ignores):
        verdict = patterns.verdict(location, folder=folder)
        if verdict is not None:
            return verdict
    return False


def _saved_files(folder: str, names: set[str]) -> frozenset[str] | None:
    """Return the data files of a folder that Hugging Face ``datasets`` saved; ``None`` where it is none.

    Other Arrow files in it are caches of what was computed from the data.
    """
    if "dataset_dict.json" in names:
        return frozenset()
    arrows = frozenset(name for name in names if name.endswith(".arrow"))
    if not arrows or not names & _SAVED:
        return None
    try:
        with open(os.path.join(folder, "state.json"), "rb") as file:
            state: Any = orjson.loads(file.read(2**20))
        listed = {entry["filename"] for entry in state["_data_files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return arrows
    return frozenset(arrows & listed) or arrows
