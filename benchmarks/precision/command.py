"""``python -m benchmarks precision``: see the package."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

from benchmarks.precision.cases import CASES, failures, outcomes
from benchmarks.precision.cases import table as cases_table
from benchmarks.precision.sheet import read, sample, write
from benchmarks.precision.verdicts import filled_in, table, verdicts


def run(options: argparse.Namespace) -> None:
    if options.step == "sample":
        _sample(options)
    elif options.step == "verdicts":
        before = list(read(options.output)) if options.output.exists() else []
        write(options.output, verdicts((row for sheet in options.sheets for row in read(sheet)), before))
    elif options.step == "cases":
        results = list(outcomes(options.folder))
        print("".join(f"{line}\n" for line in failures(results)) if options.failures else cases_table(results), end="")
    else:
        print(table(row for path in options.verdicts for row in read(path)), end="")


def _sample(options: argparse.Namespace) -> None:
    rows = sample(
        options.folder,
        per_rule=options.per_rule,
        seed=options.seed,
        rules=options.rule,
        text=options.text,
        settings=tomllib.loads("\n".join(options.config)),
    )
    if options.verdicts is not None:
        rows = filled_in(rows, read(options.verdicts))
    write(options.output, rows)
    open_rows = sum(row["verdict"] is None for row in rows)
    print(f"{len(rows)} findings of {len({row['rule'] for row in rows})} rules, {open_rows} to read")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="step", required=True)
    drawn = commands.add_parser("sample", help="Draw findings to read.")
    drawn.add_argument("folder", type=Path)
    drawn.add_argument("-o", "--output", type=Path, required=True)
    drawn.add_argument("--per-rule", type=int, default=30)
    drawn.add_argument("--seed", type=int, default=0)
    drawn.add_argument("--rule", action="append", default=[], help="A rule or family; by default all. Repeatable.")
    drawn.add_argument("--text", type=int, default=0, help="Characters of prompt and answer to show.")
    drawn.add_argument("--config", action="append", default=[], help="A setting as TOML. Repeatable.")
    drawn.add_argument("--verdicts", type=Path, help="Fill in what was judged before.")
    kept = commands.add_parser("verdicts", help="Keep the verdicts of sheets, without text.")
    kept.add_argument("sheets", type=Path, nargs="+")
    kept.add_argument("-o", "--output", type=Path, required=True)
    shown = commands.add_parser("table", help="Print the precision of each rule.")
    shown.add_argument("verdicts", type=Path, nargs="+")
    made = commands.add_parser("cases", help="Lint the cases made by hand and print what each rule got right.")
    made.add_argument("folder", type=Path, nargs="?", default=CASES)
    made.add_argument("--failures", action="store_true", help="Print each miss and false alarm instead of the table.")
