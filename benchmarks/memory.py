"""``python -m benchmarks memory``: peak memory against the number of records, by how they are stored and what runs."""

from __future__ import annotations

import argparse
import gzip
import multiprocessing
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Any

import orjson

from benchmarks.generate.command import count, write
from benchmarks.generate.shapes import Row
from benchmarks.generate.stream import Recipe, rows
from benchmarks.measure import Run, check, measured, save, table

SIZES = "250k,500k,1M,2M"
_AT_ONCE = 20_000
_DISTINCT = 10_000

GROUPING = "conflicting-duplicate,exact-duplicate,near-duplicate,repeated-response"
SELECTIONS: Mapping[str, Sequence[str]] = {
    "read": ("--select=empty-response",),
    "alone": (f"--ignore={GROUPING}",),
    "default": (),
    "broken": ("--select=unparseable-record",),
}
"""What runs: one rule that looks at few records; all that need no other record; all; and a finding for each line."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sizes", default=SIZES, help=f"numbers of records, by default {SIZES}")
    parser.add_argument("--rules", default="read", help=f"by default read; of {', '.join(SELECTIONS)}")
    parser.add_argument("--containers", default=",".join(CONTAINERS), help=f"of {', '.join(CONTAINERS)}")
    parser.add_argument("--folder", type=Path, help="where the data goes, by default the system's temporary folder")
    parser.add_argument("--timeout", type=float, default=4 * 3600.0, help="seconds for one run, by default four hours")
    parser.add_argument("-o", "--output", type=Path, help="write the results as JSON")
    parser.add_argument("--option", action="append", default=[], help="an option of dslint check, repeatable")


def run(options: argparse.Namespace) -> None:
    sizes = [count(size) for size in options.sizes.split(",")]
    results: dict[str, Any] = {}
    lines = []
    for container in options.containers.split(","):
        for rules in options.rules.split(","):
            found: dict[int, tuple[int, Run]] = {}
            for size in sizes:
                with tempfile.TemporaryDirectory(dir=options.folder) as folder:
                    found[size] = _measured(Path(folder), container, rules, size, options)
                print(f"{container}, {rules}, {size:,}: {found[size][1]}", flush=True)
            per_record = slope(sizes, [found[size][1].memory for size in sizes])
            results[f"{container}, {rules}"] = {"bytes a record": per_record, "runs": found}
            memory = [f"{found[size][1].memory / 1e6:,.0f}" for size in sizes]
            largest = f"{found[sizes[-1]][0] / 1e6:,.0f}"
            lines.append((container, rules, largest, *memory, f"{per_record:.1f}"))
    heads = ("container", "rules", "largest file, MB", *(f"MB at {size:,}" for size in sizes), "bytes a record")
    print(table(heads, lines))
    save(options.output, "memory", {"results": results})


def slope(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Return by how much the cost grows with one more: the slope of a least-squares fit."""
    mean_x, mean_y = sum(sizes) / len(sizes), sum(costs) / len(costs)
    above = sum((x - mean_x) * (y - mean_y) for x, y in zip(sizes, costs, strict=True))
    return above / sum((x - mean_x) ** 2 for x in sizes)


def _measured(folder: Path, container: str, rules: str, size: int, options: argparse.Namespace) -> tuple[int, Run]:
    data = folder / f"data{CONTAINERS[container][0]}"
    # In a process of its own: what this one has had in memory would count as the memory of those that it starts.
    process = multiprocessing.get_context("spawn").Process(target=_written, args=(data, container, rules, size))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"could not write {size:,} records as {container}")
    command = check(str(data), "--no-cache", "--output-format", f"json:{folder / 'report.json'}", *SELECTIONS[rules])
    run = measured([*command, *options.option], timeout=options.timeout)
    if run.code:
        raise SystemExit(f"dslint ended with {run.code} on {size:,} records as {container}")
    return data.stat().st_size, run


def _written(data: Path, container: str, rules: str, size: int) -> None:
    # Only rules that compare records can tell whether they repeat, and to make records takes longer than to read them.
    records = rows(Recipe(records=size if rules == "default" else min(size, _DISTINCT)))
    stored = records if rules == "default" else islice(cycle(list(records)), size)
    (_cut_lines if rules == "broken" else CONTAINERS[container][1])(data, stored)


def _cut_lines(path: Path, records: Iterable[Row]) -> None:
    """Write lines that each lack their last characters."""
    with path.open("wb", buffering=1 << 20) as file:
        for record in records:
            file.write(orjson.dumps(record)[:-3] + b"\n")


def _compressed(path: Path, records: Iterable[Row]) -> None:
    with gzip.open(path, "wb", compresslevel=1) as file:
        for record in records:
            file.write(orjson.dumps(record) + b"\n")


def _batches(records: Iterable[Row]) -> Iterator[Any]:
    import pyarrow as pa

    iterator = iter(records)
    while block := list(islice(iterator, _AT_ONCE)):
        yield pa.RecordBatch.from_pylist(block)


def _parquet(path: Path, records: Iterable[Row]) -> None:
    """Write a table whose rows are one group, as large as it gets."""
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.Table.from_batches(_batches(records)), path, row_group_size=1 << 40)


def _parquet_groups(path: Path, records: Iterable[Row]) -> None:
    """Write a table of many groups of rows, as large as its texts: repeated records would shrink to nothing."""
    import pyarrow as pa
    from pyarrow import parquet

    batches = _batches(records)
    first = next(batches)
    with parquet.ParquetWriter(path, first.schema, compression="none", use_dictionary=False) as file:
        for batch in chain([first], batches):
            file.write_table(pa.Table.from_batches([batch]))


def _arrow(path: Path, records: Iterable[Row]) -> None:
    """Write a table whose rows are one batch."""
    import pyarrow as pa

    rows = pa.Table.from_batches(_batches(records)).combine_chunks()
    with pa.ipc.new_file(path, rows.schema) as file:
        file.write_table(rows)


def _arrow_stream(path: Path, records: Iterable[Row]) -> None:
    import pyarrow as pa

    batches = _batches(records)
    first = next(batches)
    with pa.ipc.new_stream(path, first.schema) as file:
        file.write_batch(first)
        for batch in batches:
            file.write_batch(batch)


CONTAINERS: Mapping[str, tuple[str, Callable[[Path, Iterable[Row]], object]]] = {
    "jsonl": (".jsonl", write),
    "jsonl.gz": (".jsonl.gz", _compressed),
    "json": (".json", write),
    "parquet": (".parquet", _parquet),
    "parquet-groups": (".parquet", _parquet_groups),
    "arrow": (".arrow", _arrow),
    "arrow-stream": (".arrow", _arrow_stream),
}
"""Suffix and writer by how records are stored."""
