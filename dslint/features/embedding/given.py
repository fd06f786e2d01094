"""Vectors that the user has already: a NumPy array, a Parquet table or JSON Lines.

Each vector is that of a text (column ``text``), that of the record with an ``id`` (column ``id``), or, where neither is
told and always in a NumPy array, that of the record with the same number: row 0 is the first record of the first file,
files in the order of their paths. The vectors stand in a column called ``vector`` or ``embedding``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from dslint.api import Unusable
from dslint.features.embedding.encoders import content_digest, unit_rows
from dslint.features.embedding.store import GIVEN, VectorStore, folder_of, open_shelf, open_store, text_keys
from dslint.features.embedding.temporary import TemporaryFolder

if TYPE_CHECKING:
    from numpy.typing import NDArray

By = Literal["text", "id", "record"]
_VECTORS: Final = ("vector", "embedding")
_BLOCK: Final = 65_536


@dataclass(frozen=True)
class GivenVectors:
    """What a file of vectors holds.

    Attributes:
        folder: Where a store of them is.
        by: What a vector is found by.
        count: How many there are.
        width: How many numbers each has.
        keeps: The folder, where it goes with the last reference to it.
    """

    folder: str
    by: By
    count: int
    width: int
    keeps: TemporaryFolder | None = None


def record_keys(numbers: Sequence[int] | NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return ``uint64[n, 2]``: keys of records by their number in the run; none is zero."""
    keys = np.ones((len(numbers), 2), dtype=np.uint64)
    keys[:, 0] = numbers
    return keys


def given_vectors(path: Path, vectors_dir: str = "") -> GivenVectors:
    """Read a file of vectors.

    Args:
        path: The file.
        vectors_dir: Folder in which the store of them is kept for later runs; empty keeps none.

    Raises:
        Unusable: If it cannot be read, or does not hold what it should.
    """
    try:
        state = path.stat()
        return _given(path, vectors_dir, state.st_size, state.st_mtime_ns)
    except (OSError, ValueError) as error:
        raise Unusable(f"{path.name} cannot be read: {' '.join(str(error).split())[:120]}") from error


@lru_cache(maxsize=1)
def _given(path: Path, vectors_dir: str, _size: int, _time: int) -> GivenVectors:
    if not vectors_dir:
        keeps = TemporaryFolder()
        return replace(_stored(path, Path(keeps.path)), keeps=keeps)
    open_shelf(Path(vectors_dir))
    folder = folder_of(Path(vectors_dir), f"file:{path.suffix}:{content_digest(path)}")
    told = folder / GIVEN
    if not told.exists():
        found = _stored(path, folder)
        told.write_text(json.dumps([found.by, found.count, found.width]), encoding="utf-8")
        return found
    by, count, width = json.loads(told.read_bytes())
    found = GivenVectors(str(folder), by, count, width)
    return found if open_store(str(folder)).count >= count else _stored(path, folder)


def _stored(path: Path, folder: Path) -> GivenVectors:
    store = VectorStore(folder)
    by: By = "record"
    count = width = 0
    for names, rows in _BLOCKS[path.suffix](path):
        if names is not None:
            by = names[0]
        keys = record_keys(np.arange(count, count + len(rows))) if names is None else text_keys(names[1])
        if rows.ndim != 2 or (width and rows.shape[1] != width):
            raise Unusable(f"{path.name} holds no table of vectors of one length")
        count, width = count + len(rows), rows.shape[1]
        store.add(keys, unit_rows(rows).astype(np.float16))
    if not count or not width:
        raise Unusable(f"{path.name} holds no vectors")
    return GivenVectors(str(folder), by, count, width)


Block = tuple[tuple[By, Sequence[str]] | None, Any]


def _array(path: Path) -> Iterator[Block]:
    rows = np.load(path, mmap_mode="r", allow_pickle=False)
    if rows.ndim != 2 or rows.dtype.kind not in "fiu":
        raise Unusable(f"{path.name} is an array of {rows.dtype} with {rows.ndim} dimensions, not a table of numbers")
    for start in range(0, len(rows), _BLOCK):
        yield None, rows[start : start + _BLOCK]


def _table(path: Path) -> Iterator[Block]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        by, vectors = _columns(file.schema_arrow.names, path)
        for batch in file.iter_batches(_BLOCK, columns=[name for name in (by, vectors) if name]):
            column = batch.column(vectors)
            width = len(column[0]) if len(column) else 0
            flat = np.asarray(column.flatten(), dtype=np.float32)
            if len(flat) != width * len(column):
                raise Unusable(f"{path.name} holds no table of vectors of one length")
            yield _named(by, batch.column(by).to_pylist() if by else []), flat.reshape(len(column), width)


def _lines(path: Path) -> Iterator[Block]:
    import orjson

    with path.open("rb") as file:
        items = [orjson.loads(line) for line in file if line.strip()]
    if not items or not all(isinstance(item, dict) for item in items):
        raise Unusable(f"{path.name} holds no objects with a vector")
    by, vectors = _columns(list(items[0]), path)
    for start in range(0, len(items), _BLOCK):
        block = items[start : start + _BLOCK]
        try:
            rows = np.array([item[vectors] for item in block], dtype=np.float32)
            yield _named(by, [item[by] for item in block] if by else []), rows
        except KeyError as error:
            raise Unusable(f"{path.name} has objects without {error}") from error


_BLOCKS: Final = {".npy": _array, ".parquet": _table, ".jsonl": _lines}


def _columns(names: Sequence[str], path: Path) -> tuple[By | None, str]:
    vectors = next((name for name in _VECTORS if name in names), "")
    if not vectors:
        raise Unusable(f"{path.name} has no column called {' or '.join(_VECTORS)}")
    return ("text" if "text" in names else "id" if "id" in names else None), vectors


def _named(by: By | None, values: Sequence[Any]) -> tuple[By, Sequence[str]] | None:
    return None if by is None else (by, [str(value) for value in values])
