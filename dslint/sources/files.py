"""From paths to files that are ready to be read: what they are, whose they are, what is wrong with them."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import orjson

from dslint.model.finding import Damage, Notice, Notification
from dslint.model.formats import FORMATS
from dslint.model.record import Source
from dslint.model.ref import Ref
from dslint.model.severity import Severity
from dslint.sources.detect import UNKNOWN, vote
from dslint.sources.shards import parse, shards
from dslint.sources.spec import MAX_DEPTH, MAX_EXPANSION, MAX_RECORD_BYTES, FileSpec, SourceError
from dslint.sources.splits import split_of
from dslint.sources.storage import copied, is_remote, local_copy, read_range, shown, size_of
from dslint.sources.streams import sniff_compression
from dslint.sources.walk import (
    COMPRESSIONS,
    DEFAULT_EXCLUDE,
    DEFAULT_INCLUDE,
    Candidate,
    Patterns,
    Walker,
    legible,
)

__all__ = [
    "DatasetSpec",
    "Discovery",
    "DiscoverySettings",
    "FileSpec",
    "SourceError",
    "discover",
    "dumped",
    "in_memory",
]

_VOTERS: Final = 200


@dataclass(frozen=True, slots=True)
class DatasetSpec:
    """A dataset as configured.

    Attributes:
        name: Its name.
        files: Patterns of its files, relative to the root.
        split: Its split; empty to tell it from the files' names.
        format: The format of its records; empty to detect it.
        columns: Pairs of a format's field and the key that stands for it in the files.
    """

    name: str
    files: tuple[str, ...]
    split: str = ""
    format: str = ""
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DiscoverySettings:
    """What decides which files are read and how.

    Attributes:
        root: What patterns are relative to; paths in findings are where they are not below the working directory.
        include: Patterns of the files that are taken from folders.
        exclude: Patterns of what is left out.
        respect_gitignore: Whether what Git ignores is left out.
        force_exclude: Whether files that are named are treated as those met in folders: ``exclude`` and ``.gitignore``
            hold for them, and what is no dataset is passed over.
        datasets: Datasets as configured.
        per_file: Whether each file is a dataset of its own.
        formats: Pairs of a pattern and the format that its files are read as.
        stdin_filename: What standard input is called.
        shared: Whether processes on other machines read the files, so that few are copied to this one.
        spill_dir: Folder of temporary copies; empty for the system's.
        convert: Takes a file, as shown and where it is, and returns where a copy of its records in JSON Lines is, or
            nothing where dslint reads the file itself; raises :class:`OSError` when it cannot be read.
        max_record_bytes: Longest record that is read.
        max_depth: Deepest nesting that is read.
        max_expansion: Largest ratio of decompressed to compressed size.
    """

    root: Path
    include: tuple[str, ...] = DEFAULT_INCLUDE
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    respect_gitignore: bool = True
    force_exclude: bool = False
    datasets: tuple[DatasetSpec, ...] = ()
    per_file: bool = False
    formats: tuple[tuple[str, str], ...] = ()
    stdin_filename: str = ""
    shared: bool = False
    spill_dir: str = ""
    convert: Callable[[str, str], str] | None = None
    max_record_bytes: int = MAX_RECORD_BYTES
    max_depth: int = MAX_DEPTH
    max_expansion: int = MAX_EXPANSION


@dataclass(frozen=True, slots=True)
class Discovery:
    """What the given paths stand for.

    Attributes:
        files: The files to read, sorted by path.
        damages: What is wrong with files as a whole, those that cannot be read at all included.
        notifications: What was passed over, and why.
    """

    files: tuple[FileSpec, ...]
    damages: tuple[tuple[Source, Damage], ...] = ()
    notifications: tuple[Notification, ...] = ()


def discover(paths: Sequence[str], settings: DiscoverySettings) -> Discovery:
    """Find the files that ``paths`` stand for and tell what each of them is.

    Args:
        paths: Files, folders, URLs, or ``-`` for standard input.
        settings: See :class:`DiscoverySettings`.

    Raises:
        SourceError: When a path does not exist or a pattern cannot be read.
    """
    finder = _Finder(settings)
    seen: set[str] = set()
    for candidate in finder.candidates(paths):
        if candidate.location not in seen:
            seen.add(candidate.location)
            finder.take(candidate)
    return finder.discovery()


def in_memory(records: Iterable[Any], name: str = "<records>") -> FileSpec:
    """Return a file that holds records given as objects.

    Args:
        records: The records.
        name: What the file is called.
    """
    content = b"".join(dumped(record) + b"\n" for record in records)
    source = Source(name, dataset="data", container="memory")
    file = FileSpec(source=source, content=content, size=len(content))
    return replace(file, source=replace(source, format=_voted(file)))


def dumped(record: Any) -> bytes:
    """Return a record that was given as an object as one line of JSON, without its end."""
    try:
        return orjson.dumps(record, default=_plain, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY)
    except (orjson.JSONEncodeError, TypeError):
        import json

        # orjson knows neither lone surrogates nor integers beyond 64 bits; the reader names what is wrong with them.
        return json.dumps(record, default=_plain).encode("utf-8", "surrogatepass")


def _plain(value: Any) -> Any:
    if isinstance(value, set | frozenset):
        return sorted(value, key=repr)
    return dict(value) if hasattr(value, "keys") else str(value)


class _Finder:
    """Collects the files of one run."""

    def __init__(self, settings: DiscoverySettings) -> None:
        self.settings = settings
        self.root = Path(os.path.abspath(settings.root))
        self.files: list[FileSpec] = []
        self.damages: list[tuple[Source, Damage]] = []
        self.notes: list[Notification] = []
        self._urls: dict[str, str] = {}
        self._walker = Walker(self.root, settings.include, settings.exclude, gitignore=settings.respect_gitignore)
        self._datasets = [(Patterns(spec.files, self.root), spec) for spec in settings.datasets]
        self._formats = [(Patterns([pattern], self.root), name) for pattern, name in settings.formats]
        for name in [name for _, name in settings.formats] + [spec.format for spec in settings.datasets]:
            if name and name not in FORMATS:
                raise SourceError(f"unknown format {name!r}; known are {', '.join(sorted(FORMATS))}")

    def candidates(self, paths: Sequence[str]) -> Iterator[Candidate]:
        for path in paths:
            if path == "-":
                yield Candidate("-", True, self.settings.stdin_filename)
                continue
            if is_remote(path):
                yield from self._walker.remote(path)
                continue
            location = os.path.abspath(path)
            if os.path.isdir(location):
                yield from self._walker.files(location, _inner(path))
            elif os.path.exists(location):
                if not (self.settings.force_exclude and self._walker.excluded(location)):
                    inner = _inner(_below(location, (str(self.root), os.getcwd())))
                    yield Candidate(location, not self.settings.force_exclude, inner)
            else:
                raise SourceError(f"no such file or folder: {path}")

    def take(self, candidate: Candidate) -> None:
        given = self.settings.stdin_filename or "<stdin>" if candidate.location == "-" else None
        path = given or self._shown(candidate.location)
        if is_remote(candidate.location) and self._urls.setdefault(path, candidate.location) != candidate.location:
            raise SourceError(f"two URLs differ only in user, password or query, which no report shows: {path}")
        pattern_path = os.path.join(self.root, given) if given else candidate.location
        spec = next((spec for patterns, spec in self._datasets if patterns.match(pattern_path)), None)
        source = self._source(path, candidate.below, spec)
        try:
            location = _readable(candidate, shared=self.settings.shared, folder=self.settings.spill_dir)
            file = self._described(location, source, spec)
            file = replace(file, carried=location != candidate.location or is_remote(location))
            if self.settings.convert is not None and (copy := self.settings.convert(path, location)):
                file = replace(file, location=copy, compression="", converted=True)
            self._probe(file, candidate, self._forced(pattern_path, spec), path)
        except OSError as error:
            words = f"file cannot be read: {error.strerror or error}"
            self.notes.append(Notification(Notice.FILE_UNREADABLE, Severity.ERROR, words, path=path))

    def _source(self, path: str, below: str, spec: DatasetSpec | None) -> Source:
        split = spec.split if spec is not None and spec.split else split_of(below)
        name = spec.name if spec is not None else path if self.settings.per_file else split or "data"
        columns = spec.columns if spec is not None else ()
        return Source(path, dataset=name, split=split, columns=columns)

    def _described(self, location: str, source: Source, spec: DatasetSpec | None) -> FileSpec:
        compression = sniff_compression(read_range(location, 0, 8))
        return FileSpec(
            source=source,
            location=location,
            compression=compression,
            size=size_of(location),
            columns=spec.columns if spec is not None else (),
            temporary=self.settings.spill_dir,
            max_record_bytes=self.settings.max_record_bytes,
            max_depth=self.settings.max_depth,
            max_expansion=self.settings.max_expansion,
        )

    def _forced(self, location: str, spec: DatasetSpec | None) -> str:
        if spec is not None and spec.format:
            return spec.format
        return next((name for patterns, name in self._formats if patterns.match(location)), "")

    def _probe(self, file: FileSpec, candidate: Candidate, forced: str, path: str) -> None:
        from dslint.sources.probe import probe

        found = probe(file, "jsonl" if file.converted else _extension(path))
        ready = found.file
        if ready is not None and ready.converted:
            ready = replace(ready, source=replace(ready.source, container=_extension(path)))
        name = forced or (_voted(ready) if ready is not None else UNKNOWN)
        if found.foreign and not candidate.named and not forced and name == UNKNOWN:
            words = f"file holds {found.foreign}, it is not read"
            self.notes.append(Notification(Notice.FILE_SKIPPED, Severity.NOTE, words, path=path))
            return
        source = replace((ready or file).source, format=name)
        for kind, message, recovered in found.damages:
            line = None if ready is None or ready.columnar or ready.in_memory else 1
            self.damages.append((source, Damage(kind, Ref(path, None, line, line), message, recovered)))
        if ready is not None:
            self.files.append(replace(ready, source=source))

    def _shown(self, location: str) -> str:
        return _below(location, (os.getcwd(), str(self.root)))

    def discovery(self) -> Discovery:
        return Discovery(
            tuple(sorted(self.files, key=lambda file: file.source.path)),
            tuple(sorted(self.damages, key=lambda pair: pair[1].ref.order)),
            tuple(sorted(self.notes, key=lambda note: note.path)),
        )


def _below(location: str, folders: Sequence[str]) -> str:
    """Return a path relative to the first of ``folders`` that holds it, else as it is."""
    if is_remote(location):
        return legible(shown(location))
    for folder in folders:
        relative = os.path.relpath(location, folder)
        if relative != ".." and not relative.startswith(".." + os.sep):
            return legible(relative).replace(os.sep, "/")
    return legible(location).replace(os.sep, "/")


def _inner(path: str) -> str:
    """Return the part of a path that may tell the split: only the last name where it leads out of the root."""
    shown = os.path.normpath(path).replace(os.sep, "/")
    if shown == ".":
        return ""
    return os.path.basename(shown) if shown.startswith("..") or os.path.isabs(path) else shown


def _extension(path: str) -> str:
    parts = os.path.basename(path).lower().split(".")
    while len(parts) > 1 and parts[-1] in COMPRESSIONS:
        parts.pop()
    return parts[-1] if len(parts) > 1 else ""


def _voted(file: FileSpec) -> str:
    """Return the format that most of a file's first records have."""
    names = {key: field for field, key in file.columns}
    rows: list[Mapping[str, Any]] = []
    for shard in shards(file, _VOTERS):
        rows += [
            {names.get(key, key): value for key, value in record.data.items()} if names else record.data
            for record in parse(shard).records[: _VOTERS - len(rows)]
        ]
        if len(rows) >= _VOTERS or shard.index >= 8:
            break
    return vote(rows)


def _readable(candidate: Candidate, *, shared: bool, folder: str) -> str:
    """Return a file that can be read more than once and in parts; what cannot, or not well, is copied to this machine.

    Args:
        candidate: The file.
        shared: Whether processes on other machines read it, too.
        folder: Where copies are; empty for the system's folder of temporary files.
    """
    location = candidate.location
    if is_remote(location):
        if candidate.ranges and (shared or not _in_one_go(location)):
            return location
        return local_copy(location, folder)
    if location == "-":
        return copied(sys.stdin.buffer, "stdin", folder)
    if stat.S_ISFIFO(os.stat(location).st_mode):
        with open(location, "rb") as pipe:
            return copied(pipe, "pipe", folder)
    return location


def _in_one_go(url: str) -> bool:
    """Whether a file has to be read from its start, or as a whole, to get at a record."""
    head = read_range(url, 0, 8)
    return bool(sniff_compression(head)) or head.startswith((b"PAR1", b"ARROW1", b"FEA1"))
