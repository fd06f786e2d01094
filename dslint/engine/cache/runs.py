"""Whole runs: what was found in files that have not changed, with rules and settings that have not changed."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

import xxhash

from dslint.engine.cache.codec import DAMAGED, UNKEPT, pack, unpack
from dslint.engine.cache.keys import Keys, keys_for
from dslint.engine.cache.shards import CachingExecutor, State, state_of
from dslint.engine.cache.spots import Spots, spots_of
from dslint.engine.cache.store import Store
from dslint.engine.executors.serial import Executor
from dslint.engine.references import References
from dslint.engine.run import Job, Outcome
from dslint.model.finding import Notice, Notification
from dslint.model.severity import Severity
from dslint.sources.files import Discovery, FileSpec


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one run's outcome.

    Attributes:
        store: Where it is.
        key: Its key.
        keys: Makes the keys of its parts.
        files: The files of the run.
        states: Their sizes and times when their content was digested.
    """

    store: Store
    key: bytes
    keys: Keys
    files: Sequence[FileSpec]
    states: Sequence[State]

    def load(self) -> Outcome | None:
        """Return the outcome of an earlier run, if a whole one is there."""
        body = self.store.get(self.key)
        if body is None:
            return None
        try:
            found = unpack(body, self.keys.packages)
        except DAMAGED:
            return None
        return found if isinstance(found, Outcome) else None

    def parts(self, executor: Executor, sensitive: frozenset[str]) -> tuple[Executor, Spots]:
        """Return what uses what is kept of shards, groups and places, and keeps what is new.

        Args:
            executor: Does what is new.
            sensitive: Ids of rules whose findings must not show text.
        """
        spots = spots_of(self.store, self.keys, sensitive)
        states = {file.location: state for file, state in zip(self.files, self.states, strict=True)}
        return CachingExecutor(executor, self.store, self.keys, states, spots), spots

    def save(self, outcome: Outcome, spots: Spots) -> None:
        """Keep an outcome and places, unless a file changed meanwhile.

        An outcome is not kept, either, if something could not do its job, or not at once.
        """
        with contextlib.suppress(*UNKEPT):
            if [state_of(file.location) for file in self.files] == self.states:
                spots.save()
                if not any(_is_trouble(note) for note in outcome.notifications):
                    self.store.put(self.key, pack(outcome, self.keys.packages))
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
            states = [state_of(file.location) for file in files]
            contents = [content_of(file.location) for file in files]
            keys = keys_for(job, compared)
            key = keys.of_run(job, discovery, contents, silenced)
        except UNKEPT:
            return None
        return Slot(self.store, key, keys, files, states)


def _is_trouble(note: Notification) -> bool:
    return note.severity is Severity.ERROR or note.notice is Notice.WORKER_LOST


def content_of(location: str | Path) -> bytes:
    """Return a digest of a file's bytes.

    Raises:
        OSError: If it cannot be read.
    """
    with open(location, "rb", buffering=0) as file:
        return file_digest(file, xxhash.xxh3_128).digest()
