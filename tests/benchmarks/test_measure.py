"""Measurements of speed: what is measured, and that a tool which fails or is missing is told."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.measure import Run, measured, median
from benchmarks.peers import known
from benchmarks.peers.known import LINT, Peer
from benchmarks.scale import exponent


def test_a_run_is_measured_with_its_children() -> None:
    busy = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(6_000_000))'])"
    run = measured([sys.executable, "-c", busy])
    idle = measured([sys.executable, "-c", "import time; time.sleep(0.3)"])
    assert run.code == idle.code == 0
    assert run.cpu > 0.1 > idle.cpu
    assert idle.wall > 0.3
    assert measured([sys.executable, "-c", "x = bytearray(200_000_000)"]).memory > 200e6
    assert measured([sys.executable, "-c", "raise SystemExit(3)"]).code == 3


def test_a_run_that_takes_too_long_is_stopped() -> None:
    run = measured([sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.3)
    assert run.code is None
    assert run.wall < 30


def test_medians() -> None:
    assert median([Run(1, 5, 10, 0), Run(9, 1, 30, 0), Run(2, 3, 20, 1)]) == Run(2, 3, 20, 1)


def test_exponents() -> None:
    sizes = [10, 100, 1000]
    assert exponent(sizes, [3 * size for size in sizes]) == pytest.approx(1)
    assert exponent(sizes, [size**2 for size in sizes]) == pytest.approx(2)
    assert exponent(sizes, [7, 7, 7]) == pytest.approx(0)
    assert exponent(sizes, [-1, 7, 7]) is None


def test_stages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "stages.json"
    main(["stages", "--records", "50", "--runs", "1", "-o", str(output)])
    found = json.loads(output.read_text())
    assert found["records"] == 50
    assert {"start", "parse", "screen", "merge", "resolve", "report"} <= found["stages"].keys()
    assert sum(found["stages"].values()) == pytest.approx(found["run"]["cpu"], rel=0.05)
    assert "| stage | CPU s | share | us a record |" in capsys.readouterr().out


def test_scale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "scale.json"
    main(["scale", "--sizes", "1k,4k", "-o", str(output), "--option=--select=near-duplicate"])
    found = json.loads(output.read_text())
    assert set(found["runs"]) == {"10", "1000", "4000"}
    assert "growth of CPU time" in capsys.readouterr().out


def test_peers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    absent = Peer("absent", LINT, ("dslint-no-such-tool @ file:///nowhere/at/all",), ("{bin}/absent",))
    failing = Peer("failing", LINT, (), ("{bin}/python", "-c", "raise SystemExit(9)"))
    peers = (*(peer for peer in known.PEERS if not peer.requirements), absent, failing)
    monkeypatch.setattr("benchmarks.peers.command.PEERS", peers)
    main(["peers", "--records", "40", "--runs", "1", "--environments", str(tmp_path)])
    shown = capsys.readouterr().out
    rows = {row.split(" | ")[0].removeprefix("| "): row.split(" | ") for row in shown.splitlines()}
    assert float(rows["orjson.loads (floor)"][2]) < 1
    assert rows["dslint"][2] == "1.00"
    assert rows["failing"][-1] == "exit 9 |"
    assert "absent: cannot be installed" in shown


def test_cluster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "cluster.json"
    main(["cluster", "--sizes", "1k,4k", "--no-ray", "-o", str(output)])
    found = json.loads(output.read_text())
    small, large = found["runs"]["1000"], found["runs"]["4000"]
    assert {"cut", "first pass", "second pass", "divide", "reduce", "likely_pairs"} <= large["cpu"].keys()
    grown = large["stored"]["divide"] / small["stored"]["divide"]
    assert grown == pytest.approx(4, rel=0.1)  # bytes follow from records, whatever the machine does
    assert sum(large["brought"].values()) < large["stored"]["divide"] / 2
    assert "| objects in Ray's store |" in capsys.readouterr().out
