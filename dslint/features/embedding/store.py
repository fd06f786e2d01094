"""Vectors on disk by digest of text, so that a text is encoded once.

The vectors of one model are a folder of segments, two files each: digests (``uint64[n, 2]``) and vectors (``float16[n,
d]``). A segment is written beside its final name and then renamed, so that a killed run leaves nothing half written,
and runs at the same time do not disturb each other. Vectors are memory-mapped. What was used longest ago goes first
when the folders of all models hold more than the limit.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4
from weakref import WeakValueDictionary

import numpy as np
import xxhash

from dslint.api import Unusable
from dslint.features.embedding.temporary import TemporaryFolder

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIMIT: Final = 4 << 30
"""Bytes that the vectors of all models may take when a run begins."""
GIVEN: Final = "given.json"
"""What is told of the vectors in a folder, where a file of the user's held them."""
_KEYS: Final = ".keys.npy"
_ROWS: Final = ".rows.npy"
_OURS: Final = re.compile(r"[0-9a-f]{32}\.(keys|rows)\.(npy|part)|device|labels|given\.json")
_MANY: Final = 16
"""Segments from which on small ones are joined."""


def text_keys(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Return ``uint64[n, 2]``: a 128-bit digest of each text, zero for a blank one."""
    digests = b"".join(
        xxhash.xxh3_128_digest(text.encode("utf-8", "surrogatepass")) if text.strip() else bytes(16) for text in texts
    )
    return np.frombuffer(digests, dtype=">u8").astype(np.uint64).reshape(-1, 2)


@dataclass(frozen=True, slots=True)
class Segment:
    """Part of a store; ``keys`` are sorted by their first column."""

    keys: NDArray[np.uint64]
    rows: NDArray[np.float16]


@dataclass(slots=True)
class VectorStore:
    """The stored vectors of one model.

    Attributes:
        folder: Where they are.
    """

    folder: Path
    _segments: dict[str, Segment] = field(default_factory=dict)

    def find(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.bool_], NDArray[np.float16] | None]:
        """Return which keys are known, and ``float16[n, d]`` with their rows (others are zero)."""
        known = np.zeros(len(keys), dtype=np.bool_)
        found: NDArray[np.float16] | None = None
        for segment in self._segments.values():
            at = np.searchsorted(segment.keys[:, 0], keys[:, 0])
            hit = (at < len(segment.keys)) & ~known
            hit[hit] = (segment.keys[at[hit]] == keys[hit]).all(axis=1)
            if not hit.any():
                continue
            if found is None:
                found = np.zeros((len(keys), segment.rows.shape[1]), dtype=np.float16)
            found[hit] = segment.rows[at[hit]]
            known |= hit
        return known, found

    def add(self, keys: NDArray[np.uint64], rows: NDArray[np.float16]) -> None:
        """Keep vectors of texts that were not known.

        Raises:
            OSError: If they cannot be written.
        """
        order = np.argsort(keys[:, 0], kind="stable")
        segment = Segment(keys[order], rows[order])
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = uuid4().hex
        _write(self.folder / (name + _ROWS), segment.rows)
        _write(self.folder / (name + _KEYS), segment.keys)
        self._segments[name] = _read(self.folder, name) or segment

    def load(self) -> None:
        """Open what is on disk, and note that it was used."""
        for path in sorted(self.folder.glob("*" + _KEYS)):
            name = path.name.removesuffix(_KEYS)
            if name not in self._segments and (segment := _read(self.folder, name)) is not None:
                self._segments[name] = segment
                with contextlib.suppress(OSError):  # a folder may be read-only
                    os.utime(self.folder / (name + _ROWS))

    def join(self) -> None:
        """Make one segment of many small ones.

        Raises:
            OSError: If it cannot be written.
        """
        small = [name for name, segment in self._segments.items() if segment.rows.nbytes < LIMIT >> 6]
        if len(small) < _MANY:
            return
        parts = [self._segments.pop(name) for name in small]
        self.add(np.concatenate([part.keys for part in parts]), np.concatenate([part.rows for part in parts]))
        for name in small:
            _remove(self.folder / (name + _KEYS), self.folder / (name + _ROWS))

    @property
    def count(self) -> int:
        """How many vectors there are."""
        return sum(len(segment.keys) for segment in self._segments.values())

    @property
    def device(self) -> str:
        """Where the vectors were made."""
        try:
            return (self.folder / "device").read_text(encoding="utf-8")
        except OSError:
            return ""

    def note_device(self, device: str) -> None:
        """Keep where vectors were made, for what is told of them later.

        Raises:
            OSError: If it cannot be written.
        """
        known = [name for name in self.device.split(", ") if name]
        if device not in known:
            (self.folder / "device").write_text(", ".join(sorted([*known, device])), encoding="utf-8")


@lru_cache(maxsize=4)
def open_store(folder: str) -> VectorStore:
    """Return the store in a folder, with what was there when it was first opened in this process."""
    store = VectorStore(Path(folder))
    store.load()
    return store


def folder_of(shelf: Path, identity: str) -> Path:
    """Return the folder of a model's vectors."""
    return shelf / blake2b(identity.encode(), digest_size=12).hexdigest()


_temporary: WeakValueDictionary[str, TemporaryFolder] = WeakValueDictionary()
"""Folders of this process by what they hold, so that features of one run share what is kept for none."""


def stored_in(vectors_dir: str, identity: str) -> tuple[str, TemporaryFolder | None]:
    """Return the folder of what a model gives, and what keeps it there where it is a temporary one.

    Args:
        vectors_dir: Folder of all models; empty for a temporary one.
        identity: What decides what the model gives.

    Raises:
        Unusable: If it cannot be made.
    """
    keeps = None
    if not vectors_dir:
        keeps = _temporary.get(identity) or TemporaryFolder()
        _temporary[identity] = keeps
    shelf = Path(keeps.path if keeps else vectors_dir)
    try:
        open_shelf(shelf)
    except OSError as error:
        raise Unusable(f"vectors cannot be kept in {shelf}: {error.strerror or error}") from error
    return str(folder_of(shelf, identity)), keeps


def open_shelf(shelf: Path, limit: int = LIMIT) -> None:
    """Make the folder of all models' vectors, and remove those that were used longest ago beyond the limit.

    Raises:
        OSError: If it cannot be made.
    """
    shelf.mkdir(mode=0o700, parents=True, exist_ok=True)
    (shelf / ".gitignore").write_text("*\n", encoding="utf-8")
    rows = []
    for path in _files(shelf):
        with contextlib.suppress(OSError):  # another run may have removed it
            if path.name.endswith(_ROWS):
                rows.append((path.stat().st_mtime_ns, path.stat().st_size, path))
    excess = sum(size for _, size, _ in rows) - limit
    for _, size, path in sorted(rows):
        if excess <= 0:
            return
        _remove(path.with_name(path.name.replace(_ROWS, _KEYS)), path)
        excess -= size


def clear(shelf: Path) -> tuple[int, int]:
    """Remove the vectors of all models; return how many files there were, and their bytes.

    Raises:
        OSError: If one cannot be removed.
    """
    count = size = 0
    for path in _files(shelf):
        with contextlib.suppress(FileNotFoundError):
            size += path.stat().st_size
            path.unlink()
            count += 1
    return count, size


def _files(shelf: Path) -> Iterator[Path]:
    for folder in sorted(shelf.iterdir()) if shelf.is_dir() else ():
        if re.fullmatch("[0-9a-f]{24}", folder.name) and folder.is_dir() and not folder.is_symlink():
            yield from (path for path in sorted(folder.iterdir()) if _OURS.fullmatch(path.name))


def _remove(*paths: Path) -> None:
    for path in paths:
        with contextlib.suppress(OSError):  # gone, or open in another process of a system that minds
            path.unlink()


def _write(path: Path, array: NDArray[Any]) -> None:
    beside = path.with_suffix(".part")
    with beside.open("wb") as stream:
        np.save(stream, array, allow_pickle=False)
    os.replace(beside, path)


def _read(folder: Path, name: str) -> Segment | None:
    """Return a segment, or nothing where it is damaged or was removed meanwhile."""
    try:
        keys = np.load(folder / (name + _KEYS), allow_pickle=False)
        rows = np.load(folder / (name + _ROWS), mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    sound = (
        keys.dtype == np.uint64
        and keys.ndim == 2
        and keys.shape[1] == 2
        and rows.dtype == np.float16
        and rows.ndim == 2
        and len(keys) == len(rows)
        and bool((keys[1:, 0] >= keys[:-1, 0]).all())
    )
    return Segment(keys, rows) if sound else None
