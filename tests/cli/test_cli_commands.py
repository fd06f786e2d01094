"""Commands that lint nothing: version, completion, help, and the way errors leave."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from dslint.cli.main import COMMANDS, cli
from dslint.version import __version__

DSLINT = Path(sys.executable).parent / "dslint"


def run(*args: str, **kwargs: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([DSLINT, *args], capture_output=True, text=True, timeout=60, **kwargs)  # type: ignore[call-overload,no-any-return]


def test_version() -> None:
    assert run("version").stdout == f"dslint {__version__}\n"
    assert run("--version").stdout == f"dslint {__version__}\n"
    assert json.loads(run("version", "--output-format", "json").stdout) == {"version": __version__}


def test_version_imports_nothing_heavy() -> None:
    code = "import sys; from dslint.cli.main import main; main(); print(sorted(sys.modules), file=sys.stderr)"
    result = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.argv = ['dslint', 'version']; {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {name.partition(".")[0] for name in result.stderr.strip("[]\n").replace("'", "").split(", ")}
    assert "click" in loaded
    assert not loaded & {"pydantic", "rich", "numpy", "pyarrow", "re2", "pluggy", "orjson"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_help_page(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"], prog_name="dslint")
    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: dslint {name}")


def test_help_lists_commands_and_exit_codes() -> None:
    output = run("--help").stdout
    assert all(f"  {name} " in output for name in COMMANDS)
    assert "Exit codes: 0" in output


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    assert "_DSLINT_COMPLETE" in run("completion", shell).stdout


def test_completion_script_completes_a_command() -> None:
    env = {**os.environ, "_DSLINT_COMPLETE": "bash_complete", "COMP_WORDS": "dslint comp", "COMP_CWORD": "1"}
    assert run(env=env).stdout == "plain,completion\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("dslint rule near-d", ["plain,near-duplicate"]),
        ("dslint check --select near-d", ["plain,near-duplicate"]),
        ("dslint check --ignore empty-file,near-d", ["plain,empty-file,near-duplicate"]),
        ("dslint check --select divers", ["plain,diversity"]),
        ("dslint check --preset stri", ["plain,strict"]),
        ("dslint check --output-format sar", ["plain,sarif"]),
        ("dslint check dat", ["file,dat"]),
        ("dslint check --config pyp", ["file,pyp"]),
        ("dslint check -o out", ["file,out"]),
    ],
)
def test_completion_knows_values(words: str, expected: list[str]) -> None:
    env = {**os.environ, "_DSLINT_COMPLETE": "bash_complete", "COMP_WORDS": words}
    assert run(env={**env, "COMP_CWORD": str(words.count(" "))}).stdout.splitlines() == expected


def test_usage_errors_are_2() -> None:
    result = run("chekc")
    assert (result.returncode, result.stdout) == (2, "")
    assert "no such command 'chekc'; did you mean 'check'" in result.stderr


def test_a_closed_pipe_is_quiet() -> None:
    command = f"set -o pipefail; '{DSLINT}' rule --all | head -n 1"
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.count("\n") == 1


def test_an_unforeseen_error_is_one_line_and_3() -> None:
    code = (
        "import sys; sys.argv = ['dslint', 'version']; from dslint.cli import main, version\n"
        "def broken(*args): raise RuntimeError('first\\nsecond')\n"
        "version.write = broken; sys.exit(main.main())"
    )
    env = {key: value for key, value in os.environ.items() if key != "DSLINT_TRACEBACK"}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert result.returncode == 3
    assert result.stderr.startswith("dslint: internal error: RuntimeError: first second\n")
    assert "Traceback" not in result.stderr
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**env, "DSLINT_TRACEBACK": "1"}
    )
    assert result.returncode == 3
    assert "Traceback" in result.stderr


def test_an_interrupt_is_quiet(tmp_path: Path) -> None:
    # A job in the background of a shell ignores the interrupt, and so would what it starts.
    code = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
    command = [sys.executable, "-c", code, DSLINT, "check", "-", "--stdin-filename", "a.jsonl"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=tmp_path, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdin is not None
        for _ in range(3):
            process.stdin.write('{"instruction": "Name a sea.", "output": "The Baltic is one."}\n' * 1000)
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in out + err


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("command", ["check", "check --output-format json", "rules", "rule --all", "version"])
def test_a_full_disk_is_said(tmp_path: Path, command: str) -> None:
    (tmp_path / "data.jsonl").write_text('{"instruction": "Name a sea.", "output": "The Baltic is one."}\n')
    result = subprocess.run(
        ["bash", "-c", f"'{DSLINT}' {command} > /dev/full"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 3
    assert result.stderr == "Error: cannot write to stdout: No space left on device\n"


def test_a_closed_stdout_is_nobody_listening(tmp_path: Path) -> None:
    (tmp_path / "data.jsonl").write_text('{"instruction": "Name a sea.", "output": ""}\n')
    command = f"'{DSLINT}' check -o report.txt >&-; '{DSLINT}' check >&- 2>&-"
    result = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert result.returncode == 1
    assert result.stderr == "1 finding (1 error); wrote report.txt\n"


def test_a_terminal_without_unicode_shows_escapes(tmp_path: Path) -> None:
    (tmp_path / "bücher.jsonl").write_text('{"instruction": "Nenne ein Märchen.", "output": ""}\n')
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    result = run("check", "--select", "empty-response", cwd=tmp_path, env=env)
    assert result.returncode == 1
    assert result.stdout.isascii()
    assert "b\\xfccher.jsonl" in result.stdout
    assert result.stderr == ""


def test_check_into_a_closed_pipe_keeps_its_verdict(tmp_path: Path) -> None:
    (tmp_path / "data.jsonl").write_text('{"instruction": "Name a sea.", "output": ""}\n' * 20000)
    command = f"'{DSLINT}' check --output-format jsonl | head -n 1; echo ${{PIPESTATUS[0]}}"
    result = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert result.stdout.splitlines()[1] == "1"
    assert result.stderr == ""
