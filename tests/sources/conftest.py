from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from dslint.model.finding import Damage
from dslint.model.record import Record
from dslint.model.ref import Ref
from dslint.sources.files import Discovery, DiscoverySettings, FileSpec, discover
from dslint.sources.places import Found, Locator
from dslint.sources.shards import parse, shards


class Read:
    """All that a run would learn of some paths."""

    def __init__(self, found: Discovery, size: int = 4096) -> None:
        self.discovery = found
        self.files = found.files
        self.notes = found.notifications
        self.records: list[Record] = []
        self.damages: list[Damage] = [damage for _, damage in found.damages]
        for file in found.files:
            records, damages = read(file, size)
            self.records += records
            self.damages += damages

    @property
    def data(self) -> list[Any]:
        return [record.data for record in self.records]

    @property
    def kinds(self) -> list[str]:
        return [damage.kind.value for damage in self.damages]

    @property
    def only(self) -> Damage:
        assert len(self.damages) == 1, self.damages
        return self.damages[0]

    @property
    def file(self) -> FileSpec:
        assert len(self.files) == 1
        return self.files[0]


def read(file: FileSpec, size: int = 4096) -> tuple[list[Record], list[Damage]]:
    records: list[Record] = []
    damages: list[Damage] = []
    for shard in shards(file, size):
        batch = parse(shard)
        records += batch.records
        damages += batch.damages
    return records, damages


def locate(file: FileSpec, refs: Sequence[Ref]) -> list[Found]:
    """Look up places of one file; the result has their order."""
    with Locator(file) as locator:
        found = {ref: locator.find(ref) for ref in sorted(set(refs), key=lambda ref: ref.order)}
    return [found[ref] for ref in refs]


Reader = Callable[..., Read]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def load(folder: Path) -> Reader:
    """Write files and read them: ``load({"a.jsonl": b"…"})`` or ``load("a.jsonl", b"…")``."""

    def load(
        files: dict[str, bytes | str] | str,
        content: bytes | str = b"",
        *,
        paths: Sequence[str] | None = None,
        size: int = 4096,
        **settings: Any,
    ) -> Read:
        written = {files: content} if isinstance(files, str) else files
        for name, data in written.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data.encode() if isinstance(data, str) else data)
        given = paths if paths is not None else ([files] if isinstance(files, str) else [os.curdir])
        return Read(discover(given, DiscoverySettings(root=folder, **settings)), size)

    return load
