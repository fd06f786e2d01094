"""How much the default rules say: errors and warnings per 1,000 records of each dataset in a folder.

    python -m benchmarks noise FOLDER

Below the table stand the rules that give more than five per 1,000 records of a dataset.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from benchmarks.datasets import Measured, measure
from dslint.api import Severity

LOUD = 5.0
"""Findings per 1,000 records from which on a rule has to be justified."""


def noise(measured: Iterable[Measured]) -> str:
    """Return errors and warnings per 1,000 records as Markdown."""
    lines = ["| dataset | records | errors | warnings |", "|---|---:|---:|---:|"]
    loud: list[str] = []
    for each in measured:
        records = each.report.records
        levels = Counter(finding.severity for finding in each.report.findings)
        errors, warnings = (_rate(levels[level], records) for level in (Severity.ERROR, Severity.WARNING))
        lines.append(f"| {each.name} | {records:,} | {errors:.2f} | {warnings:.2f} |")
        rules = Counter(f.rule for f in each.report.findings if f.severity is not Severity.NOTE)
        loud += [
            f"- {each.name}: {rule} {_rate(count, records):.1f} ({count:,} findings)"
            for rule, count in rules.most_common()
            if count > 1 and _rate(count, records) > LOUD
        ]
    return "\n".join([*lines, "", f"More than {LOUD:.0f} per 1,000 records:", "", *(loud or ["- none"])]) + "\n"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path)


def run(options: argparse.Namespace) -> None:
    print(noise(measure(options.folder, {})), end="")


def _rate(count: int, records: int) -> float:
    return 1000 * count / records if records else 0.0
