"""``dslint.check``, the Python API."""

from __future__ import annotations

import doctest
import json
import subprocess
import sys
from pathlib import Path

import pytest

import dslint
import dslint.engine.check

EMPTY = {"instruction": "Add 2 and 2.", "output": ""}


def test_the_example_of_its_documentation() -> None:
    result = doctest.testmod(dslint.engine.check)
    assert result.attempted > 0
    assert result.failed == 0


def test_what_it_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.jsonl", "b.jsonl"):
        Path(name).write_text(json.dumps(EMPTY) + "\n")
    select = ["empty-response"]
    given = (
        [EMPTY],
        (dict(record) for record in [EMPTY]),
        "a.jsonl",
        Path("a.jsonl"),
        ["a.jsonl"],
        iter([Path("a.jsonl")]),
    )
    for data in given:
        report = dslint.check(data, select=select)
        assert isinstance(report, dslint.Report)
        assert [(f.rule, f.place.record) for f in report.findings] == [("empty-response", 0)]
    assert [f.place.path for f in dslint.check(["a.jsonl", "b.jsonl"], select=select).findings] == [
        "a.jsonl",
        "b.jsonl",
    ]
    assert dslint.check([EMPTY], select=select, name="mine").findings[0].place.path == "mine"
    assert dslint.check([], select=select).findings == []


def test_where_its_settings_come_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("dslint.toml").write_text('select = ["exact-duplicate"]\n')
    Path("other.toml").write_text('select = ["empty-response"]\nfail-on = "never"\n')
    assert list(dslint.check([EMPTY]).rules) == ["exact-duplicate"]
    assert list(dslint.check([EMPTY], config={"max-length": 7, "select": ["exceeds-context"]}).rules) == [
        "exceeds-context"
    ]
    assert "near-duplicate" in dslint.check([EMPTY], config={}).rules
    report = dslint.check([EMPTY], config="other.toml")
    assert (len(report.findings), report.exit_code) == (1, 0)
    assert dslint.check([EMPTY], config=Path("other.toml"), fail_on="error").exit_code == 1


def test_mistakes_speak_of_arguments() -> None:
    with pytest.raises(dslint.ConfigError, match=r"^arguments: unknown setting 'selct'; did you mean 'select'$"):
        dslint.check([EMPTY], selct=["near-duplicate"])
    with pytest.raises(dslint.ConfigError, match=r"^arguments: unknown rule 'near-dup'"):
        dslint.check([EMPTY], select=["near-dup"])
    with pytest.raises(dslint.SourceError, match="no such file or folder: gone"):
        dslint.check("gone")


def test_importing_it_costs_nothing() -> None:
    code = "import sys, dslint; assert 'check' in dir(dslint); print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pydantic", "numpy", "pluggy", "re2"} & set(out)
