"""Whole runs: what was found in files that have not changed, with rules and settings that have not changed."""

from __future__ import annotations

import os
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import xxhash

from dslint.engine.cache.codec import pack, unpack
from dslint.engine.cache.keys import modules, run_key
from dslint.engine.cache.store import Store
from dslint.engine.references import References
from dslint.engine.run import Job, Outcome
from dslint.model.severity import Severity
from dslint.sources.files import Discovery, FileSpec

_BLOCK: Final = 1 << 20

State = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one run's outcome.

    Attributes:
        key: Its key.
        packages: Top-level names of the packages whose classes the outcome may hold.
        states: Size and times of the files when their content was digested.
    """

    key: bytes
    packages: frozenset[str]
    states: Sequence[State]


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

        Data from standard input, from memory, or that a plugin's reader made is not.
        """
        files = discovery.files
        if any(file.in_memory for file in files):
            return None
        try:
            states = [_state(file) for file in files]
            contents = [content_of(file.location) for file in files]
            key = run_key(job, discovery, contents, compared, silenced)
        except (OSError, pickle.PicklingError, TypeError, AttributeError):
            return None
        packages = frozenset(name.partition(".")[0] for name in modules(job)) | {"dslint"}
        return Slot(key, packages, states)

    def load(self, slot: Slot) -> Outcome | None:
        """Return the outcome of an earlier run, if a whole one is there."""
        body = self.store.get(slot.key)
        if body is None:
            return None
        try:
            found = unpack(body, slot.packages)
        except (pickle.PickleError, EOFError, TypeError, ValueError, AttributeError, ImportError):
            return None
        return found if isinstance(found, Outcome) else None

    def save(self, slot: Slot, discovery: Discovery, outcome: Outcome) -> None:
        """Keep an outcome, unless a file changed meanwhile or something could not do its job."""
        if any(note.severity is Severity.ERROR for note in outcome.notifications):
            return
        try:
            if [_state(file) for file in discovery.files] != list(slot.states):
                return
            body = pack(outcome, slot.packages)
        except (OSError, pickle.PickleError, TypeError, AttributeError):
            return
        self.store.put(slot.key, body)
        self.store.evict()


def content_of(location: str | Path) -> bytes:
    """Return a digest of a file's bytes.

    Raises:
        OSError: If it cannot be read.
    """
    state = xxhash.xxh3_128()
    with open(location, "rb", buffering=0) as file:
        while block := file.read(_BLOCK):
            state.update(block)
    return state.digest()


def _state(file: FileSpec) -> State:
    found = os.stat(file.location)
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino
