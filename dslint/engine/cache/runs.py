"""Whole runs: what was found in files that have not changed, with rules and settings that have not changed."""

from __future__ import annotations

import os
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

import xxhash

from dslint.engine.cache.codec import pack, unpack
from dslint.engine.cache.keys import modules, run_key
from dslint.engine.cache.store import Store
from dslint.engine.references import References
from dslint.engine.run import Job, Outcome
from dslint.model.finding import Notice
from dslint.model.severity import Severity
from dslint.sources.files import Discovery, FileSpec

State = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one run's outcome.

    Attributes:
        store: Where it is.
        key: Its key.
        packages: Top-level names of the packages whose classes the outcome may hold.
        files: The files of the run.
        states: Their sizes and times when their content was digested.
    """

    store: Store
    key: bytes
    packages: frozenset[str]
    files: Sequence[FileSpec]
    states: Sequence[State]

    def load(self) -> Outcome | None:
        """Return the outcome of an earlier run, if a whole one is there."""
        body = self.store.get(self.key)
        if body is None:
            return None
        try:
            found = unpack(body, self.packages)
        except (pickle.PickleError, EOFError, TypeError, ValueError, AttributeError, ImportError):
            return None
        return found if isinstance(found, Outcome) else None

    def save(self, outcome: Outcome) -> None:
        """Keep an outcome, unless a file changed meanwhile or something could not do its job, or not at once."""
        if any(note.severity is Severity.ERROR or note.notice is Notice.WORKER_LOST for note in outcome.notifications):
            return
        try:
            if [_state(file) for file in self.files] != self.states:
                return
            body = pack(outcome, self.packages)
        except (OSError, pickle.PickleError, TypeError, AttributeError):
            return
        self.store.put(self.key, body)
        self.store.evict()


@dataclass(slots=True)
class RunCache:
    """Keeps outcomes in a folder.

    Attributes:
        store: The entries.
    """

    store: Store

    @property
    def problem(self) -> str:
        """Why nothing was kept; empty while all is well."""
        return self.store.problem

    def slot(self, job: Job, discovery: Discovery, compared: References, silenced: Any) -> Slot | None:
        """Return the place of a run's outcome, or nothing where it is not kept.

        Data from standard input, from memory, from a URL, or that a plugin's reader made is not.
        """
        files = discovery.files
        if any(file.in_memory or file.carried for file in files):
            return None
        try:
            states = [_state(file) for file in files]
            contents = [content_of(file.location) for file in files]
            key = run_key(job, discovery, contents, compared, silenced)
        except (OSError, pickle.PicklingError, TypeError, AttributeError):
            return None
        packages = frozenset(name.partition(".")[0] for name in modules(job)) | {"dslint"}
        return Slot(self.store, key, packages, files, states)


def content_of(location: str | Path) -> bytes:
    """Return a digest of a file's bytes.

    Raises:
        OSError: If it cannot be read.
    """
    with open(location, "rb", buffering=0) as file:
        return file_digest(file, xxhash.xxh3_128).digest()


def _state(file: FileSpec) -> State:
    found = os.stat(file.location)
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino
