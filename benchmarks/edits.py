"""``python -m benchmarks edits``: what a run costs when one record of many was edited since the last one."""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.generate.command import count, write
from benchmarks.generate.stream import Recipe, rows
from benchmarks.measure import Run, check, measured, save, table

Edit = Callable[[bytes], bytes]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--records", type=count, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where data and results go, by default the temporary folder")
    parser.add_argument(
        "--compare", action="store_true", help="compare each report with that of a run that keeps nothing"
    )
    parser.add_argument("-o", "--output", type=Path, help="write the results as JSON")
    parser.add_argument("--option", action="append", default=[], help="an option of dslint check, repeatable")


def run(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        data = folder / "data.jsonl"
        found: dict[str, Run] = {}
        for what in EDITS:
            _in_own_process(_prepare, data, what, options.records)
            found[what] = _kept(folder, data, options.option)
            print(f"{what}: {found[what]}", flush=True)
            if options.compare:
                _compare(folder, data, options.option, what)
        kept = [file.stat().st_size for file in (folder / "kept").rglob("*") if file.is_file()]
    first = found["nothing kept yet"].cpu
    lines = [
        (what, f"{r.cpu:.1f}", f"{r.cpu / first:.1%}", f"{r.wall:.1f}", f"{r.memory / 1e6:,.0f}")
        for what, r in found.items()
    ]
    print(table(("run", "CPU s", "of the first", "wall s", "MB"), lines))
    print(f"\n{len(kept):,} files of {sum(kept) / 1e6:,.0f} MB are kept")
    save(options.output, "edits", {"records": options.records, "runs": found, "kept": sum(kept), "files": len(kept)})


def _in_own_process(work: Callable[..., object], *arguments: object) -> None:
    # What this process has had in memory would count as the memory of those that it starts.
    process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit("could not write the data")


def _prepare(data: Path, what: str, records: int) -> None:
    edit = EDITS[what]
    if edit is None:
        write(data, rows(Recipe(records=records)))
    else:
        data.write_bytes(edit(data.read_bytes()))


def _kept(folder: Path, data: Path, more: Sequence[str]) -> Run:
    command = [word for word in check(str(data), "--cache-dir", str(folder / "kept")) if word != "--no-cache"]
    return measured([*command, "--output-format", f"json:{folder / 'report.json'}", *more])


def _compare(folder: Path, data: Path, more: Sequence[str], what: str) -> None:
    measured([*check(str(data)), "--output-format", f"json:{folder / 'fresh.json'}", *more])
    if (folder / "fresh.json").read_bytes() != (folder / "report.json").read_bytes():
        raise SystemExit(f"{what}: the report differs from that of a run that keeps nothing")


def _changed(data: bytes) -> bytes:
    """Change a letter of the record in the middle."""
    line = data.index(b"\n", len(data) // 2) + 1
    place = data.index(b'"output":"', line) + len(b'"output":"')
    letter = b"Y" if data[place : place + 1] == b"X" else b"X"
    return data[:place] + letter + data[place + 1 :]


def _inserted(data: bytes) -> bytes:
    return b'{"instruction":"Name the largest planet.","input":"","output":"Jupiter is the largest one."}\n' + data


def _deleted(data: bytes) -> bytes:
    return data[: data.rindex(b"\n", 0, -1) + 1]


EDITS: Mapping[str, Edit | None] = {
    "nothing kept yet": None,
    "nothing changed": lambda data: data,
    "one record changed in the middle": _changed,
    "one record inserted at the beginning": _inserted,
    "one record deleted at the end": _deleted,
}
"""What was done to the data before each run, in this order."""
