"""``--engine ray`` where Ray is not installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from dslint.cli.main import cli


def test_without_the_extra_its_name_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "train.jsonl").write_text('{"instruction": "Name a colour.", "output": "Teal."}\n')
    monkeypatch.setitem(sys.modules, "ray", None)
    result = CliRunner().invoke(cli, ["check", str(tmp_path), "--isolated", "--engine", "ray"])
    assert "--engine ray needs Ray: pip install 'dslint-llm[ray]'" in result.output
    assert result.exit_code == 2
