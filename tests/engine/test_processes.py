"""Worker processes that die, or are told to: nothing is lost in silence, and nothing is left behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from worker_tasks import scaled

from dslint.engine.executors.process import ProcessExecutor
from dslint.engine.executors.serial import SerialExecutor, WorkerLost

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")

RULES = '''
import os, signal, time
from pathlib import Path
from dslint.api import Record

HERE = Path(__file__).parent


def check_fatal(record: Record) -> None:
    """Ends the process at a record, as often as a file says."""
    if record.response == "fatal":
        left = HERE / "left"
        count = int(left.read_text())
        if count:
            left.write_text(str(count - 1))
            os.kill(os.getpid(), signal.SIGKILL)


def check_slow(record: Record) -> None:
    """Takes long, and says who does it."""
    if record.response == "slow":
        (HERE / f"worker-{os.getpid()}").touch()
        time.sleep(60)


def check_bad(record: Record) -> None:
    """Says bad."""
    assert record.response != "bad"
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules.py").write_text(RULES, "utf-8")
    (tmp_path / "dslint.toml").write_text(
        'local-rules = ["rules.py"]\nselect = ["local", "exact-duplicate"]\n', "utf-8"
    )
    return tmp_path


def write(folder: Path, answers: dict[int, str], count: int = 40_000) -> None:
    lines = (json.dumps({"instruction": f"question {n}", "output": answers.get(n, f"{n}")}) for n in range(count))
    (folder / "train.jsonl").write_text("".join(line + "\n" for line in lines), "utf-8")


def arguments(folder: Path, *options: str) -> list[str]:
    program = [sys.executable, "-c", "from dslint.cli.main import main; raise SystemExit(main())", "check"]
    return [*program, str(folder), "--config", str(folder / "dslint.toml"), "--jobs", "2", *options]


def check(folder: Path, *options: str) -> tuple[int, dict[str, Any]]:
    run = subprocess.run(arguments(folder, "--output-format", "json", *options), capture_output=True, timeout=120)
    assert b"Traceback" not in run.stderr
    return run.returncode, json.loads(run.stdout)


def test_a_worker_that_is_killed_is_told_and_its_lines_are_read_again(folder: Path) -> None:
    write(folder, {10: "bad", 20_000: "fatal"})
    (folder / "left").write_text("0")
    _, expected = check(folder)
    (folder / "left").write_text("1")
    code, report = check(folder)
    assert [(note["notice"], note["severity"]) for note in report["notifications"]] == [("worker-lost", "warning")]
    message = report["notifications"][0]["message"]
    assert message.startswith("a worker process was ended by SIGKILL (out of memory?) while it read lines ")
    assert message.endswith("; they were read again")
    assert report["notifications"][0]["path"].endswith("train.jsonl")
    assert report["findings"] == expected["findings"]
    assert code == 0


def test_a_worker_that_died_is_not_told_again_by_the_next_run(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DSLINT_NO_CACHE")
    write(folder, {20_000: "fatal"})
    (folder / "left").write_text("1")
    runs = [check(folder, "--cache-dir", str(tmp_path / "kept"))[1]["notifications"] for _ in range(3)]
    assert [len(notes) for notes in runs] == [1, 0, 0]


def test_lines_that_end_two_workers_are_named_and_never_look_like_a_pass(folder: Path) -> None:
    write(folder, {10: "bad", 20_000: "fatal"})
    (folder / "left").write_text("2")
    code, report = check(folder)
    (note,) = report["notifications"]
    first, last = (int(word.replace(",", "")) for word in note["message"].split() if word[0].isdigit())
    assert (note["notice"], note["severity"]) == ("worker-lost", "error")
    assert note["message"].startswith("lines ")
    assert "were not checked: a worker process was ended by SIGKILL" in note["message"]
    assert first <= 20_001 <= last < 40_000
    assert [finding["rule"] for finding in report["findings"]] == ["local/bad"]
    assert code == 3


@pytest.mark.parametrize("name", ["text", "concise", "jsonl", "sarif", "github", "markdown"])
@pytest.mark.slow
def test_every_output_format_tells_of_lost_lines(folder: Path, name: str) -> None:
    write(folder, {3: "fatal"}, 10)
    (folder / "left").write_text("2")
    run = subprocess.run(arguments(folder, "--output-format", name), capture_output=True, text=True, timeout=120)
    assert "lines 1 to 10 were not checked" in " ".join(run.stdout.split())
    assert run.returncode == 3


@contextlib.contextmanager
def running(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], list[int]]]:
    """Start a check in a process group of its own; yield it with its workers once both are at work."""
    options = ("--output-format", f"json:{folder / 'report.json'}", "--output-format", "text")
    process = subprocess.Popen(
        arguments(folder, *options), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        deadline = time.monotonic() + 60
        while len(found := sorted(folder.glob("worker-*"))) < 2:
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.05)
        yield process, [int(path.name.removeprefix("worker-")) for path in found]
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def group(pid: int) -> list[int]:
    """Return the living processes of a process group."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [each for each in pids if alive(each) and _group(each) == pid]


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize(
    ("number", "to_group", "code"),
    [
        (signal.SIGINT, True, 130),
        (signal.SIGINT, False, 130),
        (signal.SIGTERM, True, 143),
        (signal.SIGTERM, False, 143),
        (signal.SIGKILL, False, -9),
    ],
    ids=["ctrl-c", "interrupt", "terminate-group", "terminate", "kill"],
)
def test_an_end_from_outside_leaves_nothing(folder: Path, number: signal.Signals, to_group: bool, code: int) -> None:
    write(folder, {5_000: "slow", 35_000: "slow"})
    (folder / "report.json").write_text("as before")
    with running(folder) as (process, workers):
        assert all(map(alive, workers))
        (os.killpg if to_group else os.kill)(process.pid, number)
        process.wait(10)
        deadline = time.monotonic() + 5
        while group(process.pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert group(process.pid) == []
        output, errors = process.communicate()
    assert process.returncode == code
    assert (output, errors.strip()) == (b"", b"")
    assert (folder / "report.json").read_text() == "as before"
    assert {path.name for path in folder.iterdir() if not path.name.startswith("worker-")} == {
        "dslint.toml",
        "report.json",
        "rules.py",
        "train.jsonl",
    }


def test_map_keeps_the_order_and_raises_what_a_task_raised() -> None:
    executor = ProcessExecutor(2)
    try:
        assert list(executor.map(scaled, 3, range(5))) == list(SerialExecutor().map(scaled, 3, range(5)))
        with pytest.raises(ValueError, match="seven"):
            list(executor.map(scaled, 3, range(10)))
        with pytest.raises(WorkerLost, match="exit code 1; the one that tried again ended with exit code 1"):
            list(executor.map(scaled, 3, [1, 13, 2]))
        assert list(executor.map(scaled, 2, [4])) == [8]
    finally:
        executor.close()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system binds no process to processors")
def test_by_default_there_are_no_more_processes_than_may_run_at_once() -> None:
    code = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
        "from dslint.engine.lint import processors; print(processors())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"
