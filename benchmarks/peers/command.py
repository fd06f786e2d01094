"""``python -m benchmarks peers``."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.generate.command import count, write
from benchmarks.generate.stream import Recipe, rows
from benchmarks.measure import Run, measured, median, save, table
from benchmarks.peers.environments import CannotInstall, programs
from benchmarks.peers.known import LINT, NEAR, PEERS, Peer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--records", type=count, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds after which a run is stopped")
    parser.add_argument("--only", action="append", default=[], help="name of a tool, repeatable")
    parser.add_argument("--environments", type=Path, default=Path(".benchmarks"), help="where tools are installed")
    parser.add_argument("-o", "--output", type=Path, help="write the results as JSON")


def run(options: argparse.Namespace) -> None:
    peers = [peer for peer in PEERS if not options.only or peer.name.split()[0].rstrip(",") in options.only]
    places, missing = _installed(peers, options.environments.absolute())
    with tempfile.TemporaryDirectory() as folder:
        data = shaped(Path(folder), options.records)
        taken: dict[Peer, list[Run]] = {peer: [] for peer in places}
        for _ in range(options.runs):  # in turns, so that a busy minute slows all of them
            for peer, runs in taken.items():
                if not runs or runs[-1].code is not None:
                    runs.append(measured(words(peer, places[peer], data), timeout=options.timeout, cwd=Path(folder)))
    found = {peer.name: median(runs) for peer, runs in taken.items()}
    for task in (LINT, NEAR):
        print(_table(task, found, missing))
    save(options.output, "peers", {"records": options.records, "runs": found, "missing": missing})


def shaped(folder: Path, records: int) -> Mapping[str, Path]:
    """Write the same records as Alpaca, chat and plain text; return the files and a folder to write to."""
    recipe = Recipe(records=records)
    files = {name: folder / f"{name}.jsonl" for name in ("alpaca", "chat", "text")}
    write(files["alpaca"], rows(recipe))
    write(files["chat"], (_as_chat(row) for row in rows(recipe)))
    write(files["text"], ({"text": f"{r['instruction']} {r['input']} {r['output']}"} for r in rows(recipe)))
    out = folder / "out"
    out.mkdir()
    return {**files, "out": out}


def words(peer: Peer, place: Path, data: Mapping[str, Path]) -> list[str]:
    """Return the command of a tool on the data."""
    return [word.format(bin=place, **data) for word in peer.command]


def _installed(peers: list[Peer], folder: Path) -> tuple[dict[Peer, Path], dict[str, str]]:
    places: dict[Peer, Path] = {}
    missing: dict[str, str] = {}
    for peer in peers:
        try:
            places[peer] = programs(peer, folder)
        except CannotInstall as error:
            missing[peer.name] = str(error)
    return places, missing


def _as_chat(row: Mapping[str, Any]) -> dict[str, Any]:
    asked = f"{row['instruction']}\n\n{row['input']}".strip()
    turns = (("user", asked), ("assistant", row["output"]))
    return {"messages": [{"role": role, "content": text} for role, text in turns]}


def _table(task: str, found: Mapping[str, Run], missing: Mapping[str, str]) -> str:
    names = [peer.name for peer in PEERS if peer.task == task]
    ours = next((found[name].cpu for name in names if name.startswith("dslint") and name in found), None)
    lines = []
    for name in names:
        if name in missing:
            lines.append((f"{name}: cannot be installed, {missing[name]}", "", "", "", "", ""))
        elif name in found:
            run = found[name]
            ratio = f"{run.cpu / ours:.2f}" if ours and run.code is not None else "-"
            seconds = f"{run.cpu:.2f}" if run.code is not None else f"> {run.cpu:.0f}"
            end = "stopped" if run.code is None else f"exit {run.code}"
            lines.append((name, seconds, ratio, f"{run.wall:.1f}", f"{run.memory / 1e6:,.0f}", end))
    return table((task, "CPU s", "times dslint's", "wall s", "MB", "end"), lines) + "\n"
