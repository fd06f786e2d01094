"""Memory of readers: bounded by a shard, not by the file. Allocations are counted, nothing is timed."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import tracemalloc
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from dslint.model.finding import DamageKind
from dslint.sources import cutting
from dslint.sources.files import DiscoverySettings, FileSpec, discover
from dslint.sources.shards import parse, shards

SHARD = 20
SIZES = (4_000, 16_000)
Rows = Iterator[dict[str, Any]]


def rows(count: int) -> Rows:
    for number in range(count):
        # Digits that do not repeat, so that compressed files grow with the rows as well.
        digits = [sha256(b"%d %d" % (number, part)).hexdigest() for part in range(8)]
        yield {"instruction": " ".join(digits[:3]), "output": " ".join(digits[3:])}


def text(rows: Rows) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def indented(rows: Rows) -> bytes:
    return json.dumps(list(rows), indent=2).encode()


def one_line(rows: Rows) -> bytes:
    return json.dumps(list(rows)).encode()


def csv(rows: Rows) -> bytes:
    return b"instruction,output\n" + b"".join(f"{row['instruction']},{row['output']}\n".encode() for row in rows)


def zstd(rows: Rows) -> bytes:
    import zstandard

    return zstandard.ZstdCompressor().compress(text(rows))


def parquet(rows: Rows) -> bytes:
    """One row group, as large as it gets."""
    import pyarrow as pa
    from pyarrow import parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(list(rows)), sink, row_group_size=1 << 40, data_page_size=1 << 16)
    return bytes(sink.getvalue())


def arrow(rows: Rows) -> bytes:
    """One batch, as large as it gets."""
    import pyarrow as pa

    table = pa.Table.from_pylist(list(rows)).combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as file:
        file.write_table(table)
    return bytes(sink.getvalue())


def arrow_stream(rows: Rows) -> bytes:
    import pyarrow as pa

    table = pa.Table.from_pylist(list(rows))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as file:
        file.write_table(table, max_chunksize=200)
    return bytes(sink.getvalue())


CONTAINERS: dict[str, Callable[[Rows], bytes]] = {
    "lines.jsonl": text,
    "indented.json": indented,
    "one-line.json": one_line,
    "table.csv": csv,
    "lines.txt": text,
    "lines.jsonl.gz": lambda rows: gzip.compress(text(rows), 1),
    "lines.jsonl.bz2": lambda rows: bz2.compress(text(rows)),
    "lines.jsonl.xz": lambda rows: lzma.compress(text(rows), preset=0),
    "lines.jsonl.zst": zstd,
    "group.parquet": parquet,
    "group.parquet.gz": lambda rows: gzip.compress(parquet(rows), 1),
    "batch.arrow": arrow,
    "batch.arrow.gz": lambda rows: gzip.compress(arrow(rows), 1),
    "stream.arrow": arrow_stream,
}


def opened(path: Path, content: bytes, **settings: Any) -> FileSpec:
    path.write_bytes(content)
    return discover([str(path)], DiscoverySettings(root=path.parent, **settings)).files[0]


def peak(file: FileSpec) -> tuple[int, int]:
    """Return how many records a file has, and how many bytes were allocated at once to read them."""
    count = 0
    tracemalloc.start()
    for shard in shards(file, SHARD):
        count += len(parse(shard).records)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return count, most


@pytest.mark.parametrize("name", CONTAINERS)
def test_memory_does_not_grow_with_the_file(name: str, tmp_path: Path) -> None:
    peaks = []
    for size in SIZES:
        file = opened(tmp_path / name, CONTAINERS[name](rows(size)))
        if not peaks:
            peak(file)  # what is imported and compiled once
        count, most = peak(file)
        assert count == size
        peaks.append(most)
    assert peaks[1] <= 1.2 * peaks[0], peaks


@pytest.mark.parametrize("name", ["batch.arrow", "group.parquet"])
def test_what_pyarrow_allocates_does_not_grow_with_the_file(name: str, tmp_path: Path) -> None:
    import pyarrow as pa

    peaks = []
    for size in SIZES:
        file = opened(tmp_path / name, CONTAINERS[name](rows(size)))
        before, most = pa.total_allocated_bytes(), 0
        for shard in shards(file, SHARD):
            most = max(most, pa.total_allocated_bytes() - before)
            parse(shard)
        peaks.append(most)
    assert peaks[1] <= 1.2 * max(peaks[0], 1 << 20), peaks


@pytest.mark.parametrize("name", ["line.jsonl", "line.jsonl.gz", "element.json"])
def test_a_record_beyond_the_limit_is_told_and_not_held(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit, long = 1 << 18, 1 << 25
    monkeypatch.setattr(cutting, "SHARD_BYTES", limit)
    record = b'{"instruction": "Go on.", "output": "' + b"a" * long + b'"}'
    content = b"[" + record + b"]" if name.endswith(".json") else record + b"\n" + text(rows(3))
    content = gzip.compress(content, 1) if name.endswith(".gz") else content
    file = opened(tmp_path / name, content, max_record_bytes=limit)
    del content, record
    damages = [damage.kind for shard in shards(file) for damage in parse(shard).damages]
    assert damages == [DamageKind.TOO_LONG]
    assert peak(file)[1] < 16 * limit


@pytest.mark.parametrize("name", ["bomb.jsonl.gz", "bomb.jsonl.bz2", "bomb.jsonl.xz", "bomb.jsonl.zst"])
def test_a_small_file_that_unfolds_to_a_large_one_is_read_up_to_a_bound(name: str, tmp_path: Path) -> None:
    import zstandard

    line = b'{"instruction": "Go on.", "output": "' + b"a" * 4000 + b'"}\n'
    content = {
        "gz": lambda data: gzip.compress(data, 1),
        "bz2": bz2.compress,
        "xz": lambda data: lzma.compress(data, preset=0),
        "zst": zstandard.ZstdCompressor(level=1).compress,
    }[name.rsplit(".", 1)[1]](line * 12_000)
    file = opened(tmp_path / name, content, max_expansion=2)
    damages = [damage.kind for shard in shards(file) for damage in parse(shard).damages]
    assert damages == [DamageKind.TOO_LARGE]
    count, most = peak(file)
    assert count < 12_000
    assert most < 40 * 2**20
