"""Run a command and tell what it took; tables and files of results."""

from __future__ import annotations

import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import dslint

_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Run:
    """What one run of a command took.

    Attributes:
        cpu: CPU seconds of it and its children.
        wall: Seconds that passed.
        memory: Bytes of the largest of its processes at its largest.
        code: Its exit code; ``None`` where it was stopped for taking too long.
    """

    cpu: float
    wall: float
    memory: int
    code: int | None


def measured(command: Sequence[str], *, timeout: float = 3600.0, cwd: Path | None = None) -> Run:
    """Run a command, its output thrown away."""
    # Without compiled modules every start pays for compiling them, which no installed tool does.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=cwd,
        env=environment, start_new_session=True,
    )  # fmt: skip
    late = threading.Event()

    def stop() -> None:
        late.set()
        os.killpg(process.pid, signal.SIGKILL)

    timer = threading.Timer(timeout, stop)
    timer.start()
    _, status, usage = os.wait4(process.pid, 0)
    timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    code = None if late.is_set() else process.returncode
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * _UNIT, code)


def median(runs: Iterable[Run]) -> Run:
    """Return the medians of several runs, with the exit code of the last."""
    runs = list(runs)
    return Run(
        statistics.median(run.cpu for run in runs),
        statistics.median(run.wall for run in runs),
        int(statistics.median(run.memory for run in runs)),
        runs[-1].code,
    )


def check(*arguments: str) -> list[str]:
    """Return the command of a check that uses no configuration and nothing that was kept, and fails for no finding."""
    program = Path(sys.executable).with_name("dslint")
    return [str(program), "check", "--isolated", "--exit-zero", "--quiet", "--no-cache", *arguments]


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; all columns but the first are numbers."""
    lines = [f"| {' | '.join(headers)} |", f"|---|{'---:|' * (len(headers) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def save(path: Path | None, name: str, results: Mapping[str, Any]) -> None:
    """Write results as JSON, with what they were measured on."""
    if path is None:
        return
    machine = {"processors": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}
    document = {"benchmark": name, "dslint": dslint.__version__, "machine": machine, **results}
    path.write_text(json.dumps(document, indent=2, default=_plain) + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:
    return asdict(value) if isinstance(value, Run) else str(value)
