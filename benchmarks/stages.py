"""``python -m benchmarks stages``: what each stage, feature and rule takes, the median of several runs."""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections import defaultdict
from pathlib import Path

from benchmarks.generate.command import count, write
from benchmarks.generate.shapes import SHAPES
from benchmarks.generate.stream import Recipe, rows
from benchmarks.measure import check, measured, median, save, table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", type=Path, nargs="?", help="the data; by default it is generated")
    parser.add_argument("--shape", choices=sorted(SHAPES), default=Recipe.shape)
    parser.add_argument("--records", type=count, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--least", type=float, default=0.005, help="share of the total that a row of the table has")
    parser.add_argument("-o", "--output", type=Path, help="write the results as JSON")
    parser.add_argument("--option", action="append", default=[], help="an option of dslint check, repeatable")


def run(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = options.data or Path(folder, "data.jsonl")
        if options.data is None:
            write(data, rows(Recipe(options.shape, options.records)))
        report = Path(folder, "report.json")
        runs, spent, records = [], defaultdict(list), 0
        command = check(str(data), "--timings", "--output-format", f"json:{report}", *options.option)
        for _ in range(options.runs):
            runs.append(measured(command))
            document = json.loads(report.read_text(encoding="utf-8"))
            records = document["summary"]["records"]
            for stage in document["timings"]["stages"]:
                spent[f"{stage['stage']} {stage['name'].rsplit(':', 1)[-1]}".rstrip()].append(stage["cpu_seconds"])
            spent["report"].append(max(0.0, runs[-1].cpu - document["timings"]["cpu_seconds"]))
    whole = median(runs)
    stages = {name: statistics.median(seconds) for name, seconds in spent.items()}
    ordered = sorted(stages.items(), key=lambda item: -item[1])
    shown = [
        (name, f"{seconds:.3f}", f"{seconds / whole.cpu:.1%}", f"{seconds / records * 1e6:.1f}")
        for name, seconds in ordered
        if seconds >= options.least * whole.cpu
    ]
    total = ("all", f"{whole.cpu:.3f}", "100%", f"{whole.cpu / records * 1e6:.1f}")
    print(table(("stage", "CPU s", "share", "us a record"), [*shown, total]))
    print(f"\n{records:,} records, {whole.wall:.1f} s passed, {whole.memory / 1e6:,.0f} MB in the largest process")
    save(options.output, "stages", {"records": records, "run": whole, "stages": dict(ordered)})
