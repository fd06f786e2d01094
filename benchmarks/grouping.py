"""What groups keys that do not fit into memory: dslint's own ranges of keys, DuckDB, or Polars' streaming engine.

    python -m benchmarks grouping --records 2M --memory 256

Each finds the records that share a key in one of sixteen columns, in a process of its own; one that is not installed is
left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.generate.command import count
from benchmarks.measure import measured, save, table
from dslint.engine.candidates import mixed, shared
from dslint.engine.limits import MEGABYTE, Limits
from dslint.engine.spool import Space, SpillFile, Spool

COLUMNS: Final = 16
SHARD: Final = 4096
_REPEATED: Final = 0.02


def shards(records: int) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.int64]]]:
    """Yield keys and numbers: one record in fifty has a key of an earlier one in each column."""
    random = np.random.default_rng(0)
    earlier = random.integers(0, 1 << 63, (SHARD, COLUMNS), dtype=np.uint64)
    for start in range(0, records, SHARD):
        size = min(SHARD, records - start)
        keys = random.integers(0, 1 << 63, (size, COLUMNS), dtype=np.uint64)
        again = random.random(size) < _REPEATED
        keys[again] = earlier[random.integers(0, SHARD, int(again.sum()))]
        slot = random.integers(0, SHARD, SHARD // 20)
        earlier[slot] = keys[random.integers(0, size, len(slot))]
        yield keys, np.arange(start, start + size)


def by_ranges(records: int, memory: int, folder: Path) -> int:
    space = Space(Limits(memory * MEGABYTE, str(folder)))
    spool = Spool(SpillFile(space), space, COLUMNS)
    for keys, numbers in shards(records):
        spool.add(mixed(keys), numbers)
    found = sum(len(shared([part]).members) for column in range(COLUMNS) for part in spool.parts(column))
    space.close()
    return found


def by_duckdb(records: int, memory: int, folder: Path) -> int:
    import duckdb
    import pyarrow as pa

    connection = duckdb.connect(str(folder / "keys.duckdb"))
    connection.execute(f"SET memory_limit='{memory}MB'; SET temp_directory='{folder}'; SET threads=1")
    connection.execute("CREATE TABLE keys (place UTINYINT, key UBIGINT, number UINTEGER)")
    for rows in _tables(records):
        connection.register("rows", pa.table(rows))
        connection.execute("INSERT INTO keys SELECT * FROM rows")
    query = "SELECT list(number ORDER BY number) AS n FROM keys WHERE place = ? GROUP BY key HAVING count(*) > 1"
    found = 0
    for column in range(COLUMNS):
        for batch in connection.execute(query, [column]).to_arrow_reader(1 << 16):
            found += len(batch.column(0).flatten())
    return found


def by_polars(records: int, _memory: int, folder: Path) -> int:
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq

    for index, rows in enumerate(_tables(records)):
        pq.write_table(pa.table(rows), folder / f"{index}.parquet", compression="none")
    found = 0
    for column in range(COLUMNS):
        keys = pl.scan_parquet(folder / "*.parquet").filter(pl.col("place") == column)
        groups = keys.group_by("key").agg(pl.col("number")).filter(pl.col("number").list.len() > 1)
        found += int(groups.collect(engine="streaming")["number"].list.len().sum())
    return found


ENGINES: Final = {"ranges": (by_ranges, "numpy"), "duckdb": (by_duckdb, "duckdb"), "polars": (by_polars, "polars")}


def _tables(records: int) -> Iterator[dict[str, NDArray[Any]]]:
    """Yield rows by the half million, as a bulk engine likes them."""
    waiting: list[tuple[NDArray[np.uint64], NDArray[np.int64]]] = []
    for shard in shards(records):
        waiting.append(shard)
        if len(waiting) * SHARD * COLUMNS >= 1 << 23:
            yield _rows(waiting)
            waiting = []
    if waiting:
        yield _rows(waiting)


def _rows(waiting: list[tuple[NDArray[np.uint64], NDArray[np.int64]]]) -> dict[str, NDArray[Any]]:
    keys = np.concatenate([each for each, _ in waiting])
    numbers = np.concatenate([each for _, each in waiting]).astype(np.uint32)
    place = np.repeat(np.arange(COLUMNS, dtype=np.uint8), len(keys))
    return {"place": place, "key": keys.T.ravel(), "number": np.tile(numbers, COLUMNS)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--records", type=count, default=2_000_000)
    parser.add_argument(
        "--memory", type=int, default=256, help="megabytes that an engine may take, where it can be told"
    )
    parser.add_argument("--engine", choices=ENGINES, help="run this one here, and print how many rows share a key")
    parser.add_argument("-o", "--output", type=Path, help="write the results as JSON")


def run(options: argparse.Namespace) -> None:
    if options.engine:
        with tempfile.TemporaryDirectory() as folder:
            print(ENGINES[options.engine][0](options.records, options.memory, Path(folder)))
        return
    found = {}
    for name, (_, module) in ENGINES.items():
        if importlib.util.find_spec(module) is not None:
            given = ("--records", str(options.records), "--memory", str(options.memory), "--engine", name)
            found[name] = measured([sys.executable, "-m", "benchmarks", "grouping", *given])
    lines = [(n, f"{r.cpu:.1f}", f"{r.wall:.1f}", f"{r.memory / 1e6:,.0f}", f"{r.code}") for n, r in found.items()]
    print(table(("engine", "CPU s", "wall s", "MB", "exit code"), lines))
    save(options.output, "grouping", {"records": options.records, "memory": options.memory, "runs": found})
