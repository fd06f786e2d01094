"""Work that is counted instead of timed: it is the same on a busy machine and on a quiet one.

``DSLINT_UPDATE=1 pytest tests/budgets`` writes the counts of today as the new budget.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.generate.command import write
from benchmarks.generate.stream import Recipe, rows

BUDGET = Path(__file__).with_name("budget.json")
TOLERANCE = 0.05
"""What versions of Python and of libraries may differ by."""

CALLS = """
import sys
calls = 0
def count(frame, event, argument):
    global calls
    calls += event == "call" or event == "c_call"
import dslint
dslint.check(sys.argv[1], config={})
sys.setprofile(count)
dslint.check(sys.argv[2], config={})
sys.setprofile(None)
print(calls)
"""
MODULES = """
import sys
sys.argv = ["dslint", *sys.argv[1:]]
from dslint.cli.main import main
main()
sys.stderr.write(chr(10).join(["MODULES", *sorted(sys.modules)]))
"""
SMALL, LARGE = 200, 2_000
HEAVY = {
    "arrow", "datasets", "datasketch", "jsonschema", "pandas", "polars", "pyarrow", "ray", "scipy", "sqlglot",
    "tiktoken", "tokenizers", "torch", "transformers", "zstandard",
}  # fmt: skip
NOT_FOR_THE_VERSION = HEAVY | {"dslint_rules", "numpy", "orjson", "pathspec", "pluggy", "pydantic", "re2", "rich"}


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DSLINT_")}
    environment["PYTHONHASHSEED"] = "0"
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def data(path: Path, records: int, shape: str = "alpaca") -> str:
    write(path, rows(Recipe(shape, records)))
    return str(path)


def modules(*arguments: str) -> list[str]:
    return python(MODULES, *arguments).stderr.partition("MODULES\n")[2].splitlines()


def within(name: str, number: int) -> None:
    budget: dict[str, Any] = json.loads(BUDGET.read_text(encoding="utf-8")) if BUDGET.exists() else {}
    if os.environ.get("DSLINT_UPDATE"):
        BUDGET.write_text(json.dumps({**budget, name: number}, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    else:
        limit = round(budget[name] * (1 + TOLERANCE))
        assert number <= limit, f"{name}: {number:,}, the budget is {budget[name]:,}; see the docstring of this file"


@pytest.mark.parametrize("shape", ["alpaca", "chat", "tools"])
def test_calls_of_a_thousand_records(tmp_path: Path, shape: str) -> None:
    warm, small = data(tmp_path / "warm.jsonl", SMALL, shape), data(tmp_path / "small.jsonl", SMALL, shape)
    large = data(tmp_path / "large.jsonl", LARGE, shape)
    fixed, whole = (int(python(CALLS, warm, path).stdout) for path in (small, large))
    within(f"calls of 1,000 {shape} records", round((whole - fixed) / (LARGE - SMALL) * 1_000))


def test_the_version_imports_next_to_nothing() -> None:
    loaded = modules("version")
    assert not {name.partition(".")[0] for name in loaded} & NOT_FOR_THE_VERSION
    within("modules of dslint version", len(loaded))


def test_a_small_check_imports_what_it_needs(tmp_path: Path) -> None:
    loaded = modules("check", "--isolated", "--exit-zero", data(tmp_path / "data.jsonl", 10))
    assert "dslint_rules.schema" in loaded
    assert not {name.partition(".")[0] for name in loaded} & HEAVY
    within("modules of a check of 10 records", len(loaded))
