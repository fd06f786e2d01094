"""The command line: a command lives in a module with ``add_arguments`` and ``run``, imported when it is asked for."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

COMMANDS = {
    "generate": ("benchmarks.generate.command", "Write a dataset of any size."),
    "stages": ("benchmarks.stages", "What each stage, feature and rule takes."),
    "scale": ("benchmarks.scale", "How cost and memory grow with the data."),
    "edits": ("benchmarks.edits", "What a run costs after one record was edited."),
    "pathological": ("benchmarks.pathological", "Data that would make a naive way quadratic."),
    "memory": ("benchmarks.memory", "Peak memory against size, by container and rules."),
    "peers": ("benchmarks.peers.command", "Other tools on the same records, and the floor."),
    "patterns": ("benchmarks.patterns", "Engines that tell which of many patterns match."),
    "precision": ("benchmarks.precision.command", "Precision of the rules, as a person judges it."),
    "noise": ("benchmarks.noise", "Errors and warnings per 1,000 records of real datasets."),
    "quality": ("benchmarks.quality", "What a quality model is worth on answers that were made poor."),
    "recall": ("benchmarks.recall", "Similar pairs that near-duplicate finds, against brute force."),
    "grouping": ("benchmarks.grouping", "Engines that group keys which do not fit into memory."),
    "meaning": ("benchmarks.meaning", "Semantic duplicates: cost, recall of indexes, pairs to read."),
    "safety": ("benchmarks.safety.command", "Unsafe answers, told by expressions and by classifiers."),
    "near-duplicates": ("benchmarks.near_duplicates", "Near-duplicates against brute force."),
    "cluster": ("benchmarks.cluster", "What a run on a cluster takes, for each record and for a billion."),
    "languages": ("benchmarks.languages", "Language detectors, alone and together."),
}


def main(arguments: Sequence[str] | None = None) -> None:
    given = sys.argv[1:] if arguments is None else list(arguments)
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure dslint.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, summary) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        if name in given[:1]:
            measured = importlib.import_module(module)
            measured.add_arguments(command)
            command.set_defaults(run=measured.run)
    options = parser.parse_args(given)
    options.run(options)


if __name__ == "__main__":
    main()
