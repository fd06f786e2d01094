"""What a run reads besides the data: files that rules compare the data with, as rules read none by themselves."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dslint.api import Record, Rule
from dslint.config.errors import ConfigError
from dslint.config.resolve import MODEL, listed_names, reads
from dslint.sources.files import Discovery, DiscoverySettings, SourceError, discover
from dslint.sources.shards import parse, shards
from dslint.sources.storage import absolute, opened, shown


@dataclass(frozen=True, slots=True)
class References:
    """What was read.

    Attributes:
        values: What features are given, by the key of their setting.
        locations: The files; they are compared with, not linted.
        root: What the paths in findings are relative to.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    locations: frozenset[str] = frozenset()
    root: Path = Path()

    def left_out_of(self, discovery: Discovery) -> Discovery:
        """Return ``discovery`` without the files."""
        if not self.locations:
            return discovery
        return replace(
            discovery,
            files=tuple(
                file
                for file in discovery.files
                if file.location not in self.locations and not self._is_one(file.source.path)
            ),
            damages=tuple(pair for pair in discovery.damages if not self._is_one(pair[0].path)),
            notifications=tuple(
                note for note in discovery.notifications if not (note.path and self._is_one(note.path))
            ),
        )

    def _is_one(self, path: str) -> bool:
        return any(shown(location) == path or location == absolute(self.root, path) for location in self.locations)


def read_references(rules: Mapping[str, Rule], root: Path) -> References:
    """Read the files that options of ``rules`` name.

    Args:
        rules: Rules with their options.
        root: What relative paths count from.

    Raises:
        ConfigError: If one cannot be read, or does not hold what it should.
    """
    wanted: dict[str, tuple[str, list[str]]] = {}
    models: dict[str, Any] = {}
    for rule in rules.values():
        for name, info in type(rule).model_fields.items():
            key = info.alias or name
            kind = reads(type(rule), key)
            value = getattr(rule, name)
            if kind == MODEL:
                if models.setdefault(key, value) != value:
                    raise ConfigError([f"'{key}' is not the same for all rules: one run uses one model"])
            elif kind and (files := listed_names(value)):
                wanted[key] = (kind, [absolute(root, file) for file in files])
    values = {key: _READERS[kind](key, files, root) for key, (kind, files) in sorted(wanted.items())}
    named = [file for _, files in wanted.values() for file in files]
    places = [os.path.abspath(place) for value in models.values() for place in value.places]
    return References({**values, **models}, frozenset([*named, *places]), root)


def _evaluation(key: str, files: Sequence[str], root: Path) -> Any:
    from dslint.features.evaluation import build_index

    return build_index(record for file in files for record in _records(key, file, root))


def _prompts(key: str, files: Sequence[str], root: Path) -> Any:
    from dslint.features.coverage.prompts import build_prompts

    made = build_prompts(record for file in files for record in _records(key, file, root))
    if not len(made):
        raise ConfigError([f"'{key}' names {os.path.basename(files[0])}, whose records ask nothing"])
    return made


def _records(key: str, file: str, root: Path) -> Iterator[Record]:
    count = 0
    try:
        for found in discover([file], DiscoverySettings(root=root)).files:
            for shard in shards(found):
                records = parse(shard).records
                count += len(records)
                yield from records
    except (SourceError, OSError) as error:
        raise ConfigError([f"'{key}' names a file that cannot be read: {error}"]) from error
    if not count:
        raise ConfigError([f"'{key}' names {os.path.basename(file)}, which holds no records"])


def _profile(key: str, files: Sequence[str], _root: Path) -> Any:
    from dslint.features.profile import read_profiles

    try:
        with opened(files[0]) as file:
            return read_profiles(file.read())
    except (OSError, ValueError) as error:
        words = error.strerror if isinstance(error, OSError) else error
        raise ConfigError([f"'{key}' names {files[0]!r}, which cannot be used: {words}"]) from error


def _quality_model(key: str, files: Sequence[str], _root: Path) -> Any:
    from dslint.features.quality.model import read_model

    try:
        with opened(files[0]) as file:
            return read_model(file.read())
    except OSError as error:
        raise ConfigError([f"'{key}' names {files[0]!r}, which cannot be read: {error.strerror}"]) from error
    except ValueError as error:
        raise ConfigError([f"'{key}' names {files[0]!r}, which {error}"]) from error


_READERS = {"records": _evaluation, "profile": _profile, "prompts": _prompts, "quality-model": _quality_model}
