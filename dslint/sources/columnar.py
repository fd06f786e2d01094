"""Parquet, Arrow and Feather: a row is a record, read in batches."""

from __future__ import annotations

import io
import mmap
import shutil
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import IO, Any, Final, cast

from dslint.model.finding import Damage, DamageKind
from dslint.model.record import Record
from dslint.model.ref import Ref
from dslint.sources.cutting import Cutter, file_damage
from dslint.sources.normalise import Normaliser
from dslint.sources.spec import Batch, FileSpec, Shard
from dslint.sources.storage import opened
from dslint.sources.streams import BLOCK, open_stream

_ROWS_MAPPED: Final = 128
"""Rows that are read in any order before the pages they are on are given back."""


def problem(file: FileSpec, layout: str) -> str:
    """Return why a file cannot be opened as what it seems to be; empty when it can."""
    import pyarrow as pa

    try:
        with _opened(file, layout) as table:
            names = list(table.schema.names)
    except (pa.ArrowException, OSError, EOFError, ValueError) as error:
        return f"file cannot be read as {layout}: {_line(error)}"
    return "" if names else f"{layout} file has no columns"


class _Table:
    """One way to read all columnar formats: a schema and batches."""

    def __init__(self, source: Any, layout: str) -> None:
        self._source = source
        self._file: Any = None
        self._map: mmap.mmap | None = None
        self._batches: Iterator[Any] = iter(())
        if layout == "parquet":
            import pyarrow.parquet as pq

            # Column chunks are read page by page; by default those of a whole row group are, which may be the file.
            self._file = pq.ParquetFile(source, buffer_size=BLOCK, pre_buffer=False)
            self.schema = self._file.schema_arrow
        else:
            self._open_arrow()

    def _open_arrow(self) -> None:
        import pyarrow as pa

        head = self._source.read(6)
        self._source.seek(0)
        if head.startswith(b"FEA1"):
            from pyarrow import feather

            self._batches = iter(feather.read_table(self._source).to_batches(max_chunksize=4096))
            self._source.seek(0)
            self.schema = feather.read_table(self._source).schema
        elif head.startswith(b"ARROW1"):
            self._map, mapped = _mapped(self._source)
            held = pa.ipc.open_file(mapped)
            self.schema = held.schema
            self._batches = (held.get_batch(index) for index in range(held.num_record_batches))
        else:
            stream = pa.ipc.open_stream(self._source)
            self.schema = stream.schema
            self._batches = iter(stream)

    def batches(self, rows: int) -> Iterator[Any]:
        """Yield batches of at most ``rows`` rows."""
        found = self._batches
        if self._file is not None:
            found = self._file.iter_batches(batch_size=rows, use_threads=False)
        for batch in found:
            for start in range(0, batch.num_rows, rows):
                yield batch.slice(start, rows)
                _release(self._map)

    def __enter__(self) -> _Table:
        return self

    def __exit__(self, *_: object) -> None:
        self._source.close()


def _opened(file: FileSpec, layout: str) -> _Table:
    with ExitStack() as stack:
        if file.compression:
            source = stack.enter_context(_unpacked(file))
        else:
            source = stack.enter_context(io.BufferedReader(cast(io.RawIOBase, opened(file.location)), BLOCK))
        table = _Table(source, layout)
        stack.pop_all()
        return table


def _mapped(source: Any) -> tuple[mmap.mmap | None, Any]:
    """Return a file as a part of memory, which the system fills as it is read: one batch may be the file."""
    import pyarrow as pa

    try:
        held = mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError:
        return None, source  # a remote file
    return held, pa.BufferReader(pa.py_buffer(held))


def _release(held: mmap.mmap | None) -> None:
    """Give back what was read of a mapped file: its pages count as memory until the system wants them."""
    if held is not None and hasattr(mmap, "MADV_DONTNEED"):
        held.madvise(mmap.MADV_DONTNEED)


def _unpacked(file: FileSpec) -> IO[bytes]:
    """Return the decompressed content in a temporary file without a name: tables are read to and fro."""
    reader, stream = open_stream(file)
    with reader, ExitStack() as stack:
        copy = stack.enter_context(tempfile.TemporaryFile(prefix="dslint-", dir=file.temporary or None))
        shutil.copyfileobj(reader, copy, BLOCK)
        if stream.failure is not None:
            raise OSError(stream.failure[1])
        copy.seek(0)
        stack.pop_all()
        return copy


def cut_rows(file: FileSpec, size: int) -> Iterator[Shard]:
    """Cut a table into slices of rows; a slice travels as an Arrow stream, so that no row group is decoded twice."""
    import pyarrow as pa

    cutter = _RowCutter(file)
    damages: list[Damage] = []
    waiting: Any = None
    try:
        with _opened(file, file.layout) as table:
            for batch in table.batches(size):
                if waiting is not None:
                    yield cutter.slice(waiting)
                waiting = batch
    except (pa.ArrowException, OSError, EOFError, ValueError) as error:
        seen = cutter.record + (waiting.num_rows if waiting is not None else 0)
        words = f"file cannot be read further after {seen:,} rows: {_line(error)}"
        damages.append(file_damage(file, DamageKind.CORRUPT, words))
    if waiting is not None:
        yield cutter.slice(waiting, damages)
    elif damages:
        yield cutter.shard(b"", 0, damages=damages)


def copy_rows(file: FileSpec, target: Path, rows: int, take: Callable[[int], None]) -> None:
    """Write the rows that can be read into an Arrow file, in batches of at most ``rows``.

    Args:
        file: The table.
        target: Where to write.
        rows: Rows of a batch.
        take: Is told how many bytes are about to be written.

    Raises:
        OSError: When it cannot be written.
    """
    import pyarrow as pa

    with _opened(file, file.layout) as table, pa.ipc.new_file(str(target), table.schema) as copy:
        batches = table.batches(rows)
        while True:
            try:
                batch = next(batches, None)
            except (pa.ArrowException, OSError, EOFError, ValueError):
                return  # the rest is told where the file is cut, and no record of it is asked for
            if batch is None:
                return
            take(batch.nbytes)
            copy.write_batch(batch)


class RowReader:
    """Reads rows of an Arrow file by their number.

    Args:
        file: The file, not compressed.

    Raises:
        OSError: When it cannot be opened.
    """

    def __init__(self, file: FileSpec) -> None:
        import pyarrow as pa

        self._file = file
        self._make = Normaliser(file).record
        with open(file.location, "rb") as raw:
            self._map, mapped = _mapped(raw)
        self._held = pa.ipc.open_file(mapped)
        self._read = 0
        counts = (self._held.get_batch(index).num_rows for index in range(self._held.num_record_batches))
        self._starts = [0, *accumulate(counts)]

    def record(self, number: int) -> Record | None:
        """Return a record; nothing where there is none, or it cannot be read."""
        index = bisect_right(self._starts, number) - 1
        if index >= self._held.num_record_batches:
            return None
        row = _row(self._held.get_batch(index).slice(number - self._starts[index], 1))
        self._read += 1
        if self._read % _ROWS_MAPPED == 0:
            _release(self._map)
        return None if row is None else self._make(row, Ref(self._file.source.path, number))

    def close(self) -> None:
        """Let go of the file."""
        del self._held


class _RowCutter(Cutter):
    """A cutter that counts rows instead of bytes."""

    def slice(self, batch: Any, damages: list[Damage] | None = None) -> Shard:
        import pyarrow as pa

        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        row, rows = self.record, batch.num_rows
        made = self.shard(sink.getvalue().to_pybytes(), rows, damages=damages or ())
        return replace(made, offset=row, length=rows)


def parse_rows(shard: Shard, data: bytes) -> Batch:
    """Make the records of a slice of rows."""
    if not data:
        return Batch([], [], 0)
    import pyarrow as pa

    make = Normaliser(shard.file).record
    records: list[Record] = []
    damages: list[Damage] = []
    number, path = shard.first_record, shard.file.source.path
    for batch in pa.ipc.open_stream(data):
        for row in _rows(batch):
            ref = Ref(path, number)
            if row is None:
                damages.append(Damage(DamageKind.INVALID_UTF8, ref, "a text of the row is not UTF-8"))
            else:
                records.append(make(row, ref))
            number += 1
    return Batch(records, damages, 0)


def _rows(batch: Any) -> Iterator[dict[str, Any] | None]:
    try:
        yield from batch.to_pylist()
    except UnicodeDecodeError:
        for index in range(batch.num_rows):
            yield _row(batch.slice(index, 1))


def _row(batch: Any) -> dict[str, Any] | None:
    try:
        row: dict[str, Any] = batch.to_pylist()[0]
    except UnicodeDecodeError:
        return None
    return row


def _line(error: Exception) -> str:
    text = str(error).strip().split("\n")[0].rstrip(".")
    return text[:1].lower() + text[1:160]
