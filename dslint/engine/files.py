"""The files of a run: those that dslint reads itself, and those that a plugin's reader reads for it."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, Final

from dslint.api.attempt import attempt
from dslint.config.settings import Settings
from dslint.engine.crash import describe_crash
from dslint.model.finding import Notice, Notification
from dslint.model.severity import Severity
from dslint.plugins.host import Plugins, Reader
from dslint.sources.files import (
    DatasetSpec,
    Discovery,
    DiscoverySettings,
    discover,
    dumped,
)
from dslint.sources.storage import is_remote, local_copy
from dslint.sources.walk import DEFAULT_EXCLUDE, DEFAULT_INCLUDE

_GLOB: Final = re.compile(r"[*?\[\\]")


@contextmanager
def found(
    paths: Sequence[str], settings: Settings, plugins: Plugins, *, stdin_filename: str = ""
) -> Iterator[Discovery]:
    """Find the files that ``paths`` stand for; what plugins' readers have read is there until the context ends.

    Args:
        paths: Files, folders, or ``-`` for standard input.
        settings: The configuration.
        plugins: What is installed; its readers take the files with their suffixes.
        stdin_filename: What standard input is called.

    Raises:
        SourceError: If a path does not exist or a pattern cannot be read.
    """
    wanted = replace(discovery_settings(settings, plugins), stdin_filename=stdin_filename)
    if not plugins.sources:
        discovery = discover(paths, wanted)
        yield _with_notes(discovery, list(_unused(paths, settings, discovery)))
        return
    with tempfile.TemporaryDirectory(
        prefix="dslint-", dir=settings.spill_dir or None, ignore_cleanup_errors=True
    ) as folder:
        copies = _Copies(plugins.sources, Path(folder))
        discovery = discover(paths, replace(wanted, convert=copies.copy))
        yield _with_notes(discovery, [*copies.notes, *_unused(paths, settings, discovery)])


def discovery_settings(settings: Settings, plugins: Plugins) -> DiscoverySettings:
    """Return the part of the settings that says which files are read, and how."""
    include = settings.include
    if include is None:
        include = (*DEFAULT_INCLUDE, *(f"*{suffix}" for reader in plugins.sources for suffix in reader.suffixes))
    exclude = DEFAULT_EXCLUDE if settings.exclude is None else settings.exclude
    return DiscoverySettings(
        root=settings.root,
        include=tuple(include),
        exclude=(*exclude, *settings.extend_exclude),
        respect_gitignore=settings.respect_gitignore,
        force_exclude=settings.force_exclude,
        shared=settings.engine == "ray",
        spill_dir=settings.spill_dir,
        datasets=tuple(
            DatasetSpec(d.name, tuple(d.files), d.split, d.format or "", tuple(sorted(d.columns.items())))
            for d in settings.datasets
        ),
        per_file=settings.per_file,
        formats=tuple(settings.formats.items()),
    )


class _Copies:
    """Copies what readers read, record by record, into files that dslint can read as often as it needs."""

    def __init__(self, readers: Sequence[Reader], folder: Path) -> None:
        self.notes: list[Notification] = []
        self._folder = folder
        self._made = 0
        by_suffix = {suffix.lower(): reader for reader in readers for suffix in reader.suffixes}
        self._readers = sorted(by_suffix.items(), key=lambda item: (-len(item[0]), item[0]))

    def copy(self, path: str, location: str) -> str:
        """Return where the copy is; nothing where no reader takes the file.

        Raises:
            OSError: When not even the first record can be read.
        """
        reader = next((reader for suffix, reader in self._readers if path.lower().endswith(suffix)), None)
        if reader is None:
            return ""
        self._made += 1
        if is_remote(location):
            location = local_copy(location, str(self._folder))
        target = self._folder / f"{self._made}.jsonl"
        progress = _Progress()
        with target.open("wb") as file:
            failure = attempt(_write, reader, Path(location), file, progress)
        if failure is not None:
            words = f"{type(reader).__name__} failed: {_reason(failure)}"
            if not progress.records:
                raise OSError(words)
            words = f"file cannot be read further after {progress.records:,} records: {words}"
            self.notes.append(Notification(Notice.FILE_UNREADABLE, Severity.ERROR, words, path=path))
        return str(target)


class _Progress:
    records = 0


def _write(reader: Reader, location: Path, file: BinaryIO, progress: _Progress) -> None:
    for record in reader.read(location):
        if not isinstance(record, Mapping):
            raise TypeError(f"record {progress.records} is a {type(record).__name__}, not a mapping")
        file.write(dumped(record) + b"\n")
        progress.records += 1


def _reason(failure: Exception) -> str:
    if isinstance(failure, OSError) and failure.strerror:
        return failure.strerror
    return describe_crash(failure)


def _with_notes(discovery: Discovery, notes: Sequence[Notification]) -> Discovery:
    if not notes:
        return discovery
    joined = sorted((*discovery.notifications, *notes), key=lambda note: note.path)
    return replace(discovery, notifications=tuple(joined))


def _unused(paths: Sequence[str], settings: Settings, discovery: Discovery) -> Iterator[Notification]:
    """Yield each configured dataset without a file, as far as the paths cover the place where its files would be."""
    if not settings.datasets:
        return
    used = {file.source.dataset for file in discovery.files} | {source.dataset for source, _ in discovery.damages}
    folders = [os.path.abspath(path) for path in paths if os.path.isdir(path)]
    layer: Any = next((layer for layer in reversed(settings.layers) if "datasets" in layer.values), None)
    for n, table in enumerate(settings.datasets):
        homes = [os.path.join(os.path.abspath(settings.root), _home(pattern)) for pattern in table.files]
        if table.name in used or not all(any(_covers(folder, home) for folder in folders) for home in homes):
            continue
        where = layer.where(("datasets", n, "files")) if layer is not None else "configuration"
        patterns = ", ".join(map(repr, table.files[:3]))
        text = f"{where}: dataset {table.name!r} has no files, nothing matches {patterns}"
        yield Notification(Notice.CONFIG, Severity.WARNING, text)


def _home(pattern: str) -> str:
    """Return the folder, relative to the root, in which all that a pattern takes in must be."""
    if "/" not in pattern.rstrip("/"):
        return ""
    parts = pattern.lstrip("/").split("/")[:-1]
    fixed = next((n for n, part in enumerate(parts) if _GLOB.search(part)), len(parts))
    return "/".join(parts[:fixed])


def _covers(folder: str, home: str) -> bool:
    return Path(os.path.normpath(home)).is_relative_to(folder)
