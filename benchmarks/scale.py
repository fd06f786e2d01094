"""``python -m benchmarks scale``: how cost and memory grow with the data."""

from __future__ import annotations

import argparse
import math
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.generate.command import count, write
from benchmarks.generate.shapes import SHAPES
from benchmarks.generate.stream import Recipe, rows
from benchmarks.measure import Run, check, measured, median, save, table

SIZES = "10k,30k,100k,300k,1M"
_TINY = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sizes", default=SIZES, help=f"numbers of records, by default {SIZES}")
    parser.add_argument("--shape", choices=sorted(SHAPES), default=Recipe.shape)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("-o", "--output", type=Path, help="write the results as JSON")
    parser.add_argument("--option", action="append", default=[], help="an option of dslint check, repeatable")


def run(options: argparse.Namespace) -> None:
    sizes = [count(size) for size in options.sizes.split(",")]
    found: dict[int, Run] = {}
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data.jsonl")
        for size in (_TINY, *sizes):
            write(data, rows(Recipe(options.shape, size)))
            command = check(str(data), "--output-format", f"json:{folder}/report.json", *options.option)
            if size == _TINY:
                measured(command)  # compiles the modules
            found[size] = median(measured(command) for _ in range(options.runs))
    start = found[_TINY].cpu
    growth = exponent(sizes, [found[size].cpu - start for size in sizes])
    memory = exponent(sizes, [found[size].memory for size in sizes])
    lines = [
        (f"{size:,}", f"{r.cpu:.2f}", f"{(r.cpu - start) / size * 1e6:.1f}", f"{r.wall:.2f}", f"{r.memory / 1e6:,.0f}")
        for size, r in found.items()
    ]
    print(table(("records", "CPU s", "us a record", "wall s", "MB"), lines))
    print(f"\ngrowth of CPU time without the start: {_power(growth)}; of memory: {_power(memory)}")
    runs = {str(size): taken for size, taken in found.items()}
    save(options.output, "scale", {"shape": options.shape, "cpu": growth, "memory": memory, "runs": runs})


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float | None:
    """Return the exponent of the power of the size that fits the costs best: the slope of the logarithms.

    ``None`` where a cost is not above zero: small runs may take no longer than a start.
    """
    if min(costs) <= 0:
        return None
    x, y = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)


def _power(exponent: float | None) -> str:
    return "too small to tell" if exponent is None else f"records^{exponent:.3f}"
