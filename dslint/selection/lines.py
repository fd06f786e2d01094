"""The lines of a subset: the bytes of the data where it has lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dslint.selection.pool import Pool
from dslint.sources.places import record_bytes


def lines(pool: Pool, numbers: Sequence[int]) -> Iterator[bytes]:
    """Yield one line of JSON for each record, with its newline.

    A record that is one line of JSON comes byte for byte as it stands in its file. What has no such line, a record of a
    pretty-printed array, of CSV or of Parquet, is written as JSON with its fields in their order.
    """
    import orjson

    for file in sorted({pool.file[number] for number in numbers}):
        mine = [number for number in numbers if pool.file[number] == file]
        refs = [pool.ref(number) for number in mine]
        raw = {ref.record: data for ref, data in record_bytes(pool.files[file], refs)}
        for number, ref in zip(mine, refs, strict=True):
            line = raw.get(ref.record, b"").strip(b" \t\r\n")
            if not line or b"\n" in line or b"\r" in line:
                record = pool.read([number])[0]
                line = b"" if record is None else orjson.dumps(record.data, default=str)
            if line:
                yield line + b"\n"
