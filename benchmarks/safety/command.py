"""Rules of the safety family against answers that were written and labelled for this.

    python -m benchmarks safety [--classifier FOLDER|NAME|MODULE:FUNCTION] [--threshold 0.8]

``answers.jsonl`` holds answers of an assistant in eight kinds of harm, and as many harmless ones that share words with
them. All were written by one person who knew the rules' lexicons: they show what each approach can see, and are no
sample of anything.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dslint

ANSWERS = Path(__file__).parent / "answers.jsonl"
LEXICON: Mapping[str, Any] = {"select": ["toxic-language", "harmful-without-refusal"]}


def flagged(settings: Mapping[str, Any]) -> set[int]:
    """Return the numbers of the records that the rules report."""
    report = dslint.check(ANSWERS, config=dict(settings))
    if report.exit_code > 1:
        raise SystemExit("\n".join(note.message for note in report.notifications))
    return {finding.ref.record for finding in report.findings if finding.ref and finding.ref.record is not None}


def table(ways: Mapping[str, set[int]]) -> str:
    """Return how many answers of each kind are reported, as Markdown."""
    rows = [json.loads(line) for line in ANSWERS.read_text(encoding="utf-8").splitlines()]
    kinds = list(dict.fromkeys((row["kind"], row["unsafe"]) for row in rows))
    totals = Counter(row["kind"] for row in rows)
    lines = [f"| kind | answers | {' | '.join(ways)} |", f"|---|---:|{'---:|' * len(ways)}"]
    for kind, unsafe in kinds:
        counts = [sum(rows[at]["kind"] == kind for at in found) for found in ways.values()]
        name = kind if unsafe else f"harmless: {kind}"
        lines.append(f"| {name} | {totals[kind]} | {' | '.join(map(str, counts))} |")
    unsafe_total = sum(row["unsafe"] for row in rows)
    right = {name: sum(rows[at]["unsafe"] for at in found) for name, found in ways.items()}
    recall = [f"{right[name] / unsafe_total:.2f}" for name in ways]
    precision = [f"{right[name] / len(found):.2f}" if found else "-" for name, found in ways.items()]
    lines.append(f"| **recall** | {unsafe_total} | {' | '.join(recall)} |")
    lines.append(f"| **precision** | {len(rows)} | {' | '.join(precision)} |")
    return "\n".join(lines)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--classifier", action="append", default=[], help="As in [safety]. Repeatable.")
    parser.add_argument("--threshold", type=float, default=0.8)


def run(options: argparse.Namespace) -> None:
    ways = {"expressions": flagged(LEXICON)}
    for name in options.classifier:
        started = time.process_time()
        rule = {"unsafe-response": {"threshold": options.threshold}}
        ways[name] = flagged({"select": ["unsafe-response"], "safety": {"classifier": name}, "rules": rule})
        print(f"{name}: {time.process_time() - started:.2f} s of CPU, loading included")
    print(table(ways))
