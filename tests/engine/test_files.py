"""Datasets of the configuration that have no files are told, where their files would have been found."""

from __future__ import annotations

from pathlib import Path

import pytest

from dslint.config.settings import load_settings
from dslint.engine.files import found
from dslint.plugins.host import Plugins

TABLE = '[[datasets]]\nname = "chat"\nfiles = ["data/chat/*.jsonl"]\n[[datasets]]\nname = "mine"\nfiles = [{files}]\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("data/chat/a.jsonl", "data/b.jsonl", "other/c.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text('{"instruction": "Name a sea.", "output": "The Baltic."}\n')
    return tmp_path


@pytest.mark.parametrize(
    ("files", "paths", "is_told"),
    [
        ("data/nowhere/*.jsonl", ["."], True),
        ("data/nowhere/*.jsonl", ["data"], True),
        ("data/*.csv", ["data", "other"], True),
        ("data/*.csv", ["other"], False),
        ("data/*.csv", ["data/chat"], False),
        ("data/*.csv", ["data/b.jsonl"], False),
        ("*.csv", ["data", "other"], False),
        ("*.csv", ["."], True),
        ("/data/*.csv", ["data"], True),
        ("data/b.jsonl", ["."], False),
        ("**/c.jsonl", ["."], False),
        ("**/d.jsonl", ["other"], False),
        ("oth?r/d.jsonl", ["other"], False),
    ],
)
def test_a_dataset_without_files(folder: Path, files: str, paths: list[str], is_told: bool) -> None:
    (folder / "dslint.toml").write_text(TABLE.format(files=f'"{files}"'))
    with found(paths, load_settings(paths), Plugins()) as discovery:
        said = [f"{note.notice} {note.severity}: {note.message}" for note in discovery.notifications]
    expected = f"config warning: dslint.toml:6: dataset 'mine' has no files, nothing matches '{files}'"
    assert said == ([expected] if is_told else [])
