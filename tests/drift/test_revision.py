"""Paths as they were in a revision."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from dslint.cli.main import cli
from dslint.drift.revision import RevisionError, checked_out


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "repo"
    (folder / "data").mkdir(parents=True)
    data = folder / "data" / "train.jsonl"
    git(folder, "init", "-q")
    data.write_text('{"instruction": "Say a.", "output": "a"}\n')
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "one")
    git(folder, "tag", "v1")
    data.write_text('{"instruction": "Say a.", "output": "A"}\n{"instruction": "Say b.", "output": "b"}\n')
    monkeypatch.chdir(folder)
    return folder


def git(folder: Path, *arguments: str) -> None:
    name = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *name, *arguments], cwd=folder, check=True)


def test_a_file_of_a_revision(repository: Path) -> None:
    with checked_out("git:v1:data/train.jsonl") as (path, _):
        assert Path(path).read_text().count("\n") == 1
    assert not Path(path).exists()


def test_from_inside_a_folder(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "data")
    with checked_out("git:v1:train.jsonl") as (path, _):
        assert Path(path).is_file()


def test_a_file_that_is_gone(repository: Path) -> None:
    (repository / "data" / "train.jsonl").unlink()
    with checked_out("git:HEAD:data/train.jsonl") as (path, _):
        assert Path(path).is_file()


@pytest.mark.parametrize("path", ["git:v9:data", "git:v1:absent.jsonl", "git:--help:data", "git:v1"])
def test_what_is_not_there(repository: Path, path: str) -> None:
    with pytest.raises(RevisionError), checked_out(path):
        pass


def test_diff_with_a_revision(repository: Path) -> None:
    result = CliRunner().invoke(cli, ["diff", "git:v1:data", "data"])
    assert result.exit_code == 0, result.output
    assert "1 records -> 2: 0 the same, 1 added, 0 removed, 1 changed" in result.output
    assert "data/train.jsonl:1 -> data/train.jsonl:1" in result.output


def test_diff_with_a_revision_that_is_not_there(repository: Path) -> None:
    result = CliRunner().invoke(cli, ["diff", "git:v9:data", "data"])
    assert result.exit_code == 2
    assert "git:v9:data" in result.output
