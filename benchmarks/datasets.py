"""The datasets in a folder, and what dslint finds in each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dslint
from dslint.model.report import Report
from dslint.sources.files import DiscoverySettings, discover

SPLIT = re.compile(r"[._-]?(train|training|valid|validation|dev|val|test|eval)(?=[._-]|$)")
EVERYTHING: Mapping[str, Any] = {"select": ["ALL"], "preview": True}


@dataclass(frozen=True, slots=True)
class Measured:
    """A dataset and its report.

    Attributes:
        name: Its files, relative to the folder.
        files: Their paths.
        report: What was found.
    """

    name: str
    files: tuple[Path, ...]
    report: Report


def datasets(folder: Path) -> list[tuple[Path, ...]]:
    """Return the dataset files below a folder; those whose names differ in a split only belong together."""
    found: dict[Path, list[Path]] = {}
    for file in discover([str(folder)], DiscoverySettings(root=folder)).files:
        path = Path(file.location)
        found.setdefault(path.parent / SPLIT.sub("", path.name), []).append(path)
    return [tuple(sorted(paths)) for _, paths in sorted(found.items())]


def measure(folder: Path, settings: Mapping[str, Any]) -> Iterator[Measured]:
    """Lint each dataset below a folder by itself."""
    for files in datasets(folder):
        name = " + ".join(file.relative_to(folder.resolve()).as_posix() for file in files)
        yield Measured(name, files, dslint.check([str(file) for file in files], config=dict(settings)))
