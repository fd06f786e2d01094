"""Files that a plugin's reader reads go through a run like any other."""

from __future__ import annotations

import json
import tempfile
import tracemalloc
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dslint.cli.main import cli
from dslint.config.settings import load_settings
from dslint.engine.files import found
from dslint.engine.lint import lint
from dslint.model.report import Report
from dslint.plugins.host import Plugins, load_plugins

GOOD = {"instruction": "Name a river of Saxony.", "output": "The Elbe is one of them."}
EMPTY = {"instruction": "Name a colour of the sea.", "output": ""}


class Cards:
    """A card a line: ``question|answer``; ``!`` stands for what makes a reader fail."""

    suffixes = (".cards",)

    def read(self, path: Path) -> Iterator[Mapping[str, Any]]:
        with path.open(encoding="utf-8") as file:
            for line in file:
                instruction, bar, output = line.strip().partition("|")
                if line.startswith("!"):
                    raise SystemExit(0) if line.startswith("!!") else ValueError("secret text of a record")
                yield {"instruction": instruction, "output": output} if bar else [line]  # type: ignore[misc]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*paths: str, jobs: int = 1, **settings: Any) -> Report:
    installed = load_plugins()
    plugins = Plugins(installed.rules, installed.presets, sources=(Cards(),))
    given = {"select": ["empty-response", "exact-duplicate"], **settings}
    return lint(list(paths), load_settings(paths, overrides=given), plugins, jobs=jobs)


def told(report: Report) -> list[str]:
    return [f"{n.notice} {n.severity} {n.path}: {n.message}" for n in report.notifications]


@pytest.mark.parametrize("jobs", [1, 2])
def test_findings_have_the_files_path_and_the_records_number(folder: Path, jobs: int) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "train.cards").write_text("Name a river.|The Elbe is one of them.\nName a sea.|\n")
    (folder / "data" / "b.jsonl").write_text(json.dumps(GOOD) + "\n")
    report = run("data", jobs=jobs)
    (finding,) = report.findings
    place = finding.place
    assert (place.path, place.record, place.pointer, place.line) == ("data/train.cards", 1, "/output", None)
    assert finding.excerpt == ""
    files = {file.path: (file.container, file.format, file.dataset, file.records) for file in report.files}
    assert files["data/train.cards"] == ("cards", "alpaca", "train", 2)
    assert report.exit_code == 1


def test_records_of_all_kinds_of_files_are_judged_together(folder: Path) -> None:
    (folder / "a.jsonl").write_text(json.dumps(GOOD) + "\n")
    (folder / "b.cards").write_text("\n".join(["{instruction}|{output}".format(**GOOD)] * 2))
    assert [(f.place.path, f.place.record) for f in run(".").findings] == [("b.cards", 0), ("b.cards", 1)]


def test_only_files_with_its_suffix_are_its_own(folder: Path) -> None:
    (folder / "a.CARDS").write_text("Name a sea.|")
    (folder / "b.card").write_text("Name a sea.|")
    assert [f.path for f in run("a.CARDS", "b.card").files if f.container == "CARDS".lower()] == ["a.CARDS"]
    (folder / "c.jsonl").write_text(json.dumps(GOOD))
    assert [file.path for file in run(".", include=["*.jsonl"]).files] == ["c.jsonl"]


def test_configured_datasets_and_columns_hold_for_them(folder: Path) -> None:
    (folder / "a.cards").write_text("Name a sea.|\n")
    table = {"name": "mine", "files": ["*.cards"], "columns": {"question": "instruction", "answer": "output"}}
    report = run(".", datasets=[{**table, "format": "question-answer"}])
    assert [(file.dataset, file.format) for file in report.files] == [("mine", "question-answer")]
    assert [finding.place.pointer for finding in report.findings] == ["/output"]


def test_a_reader_that_fails_is_told_and_what_came_before_is_judged(folder: Path) -> None:
    (folder / "a.cards").write_text("Name a river.|The Elbe.\nName a sea.|\n!\nName a town.|\n")
    report = run(".")
    assert [finding.place.record for finding in report.findings] == [1]
    (said,) = told(report)
    assert said.startswith(
        "file-unreadable error a.cards: file cannot be read further after 2 records: Cards failed: "
        "ValueError in read (test_readers.py:"
    )
    assert "secret" not in said
    assert report.exit_code == 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("!", "ValueError in read (test_readers.py:"),
        ("!!", "RuntimeError in read (test_readers.py:"),
        ("no bar", "TypeError: record 0 is a list, not a mapping in "),
    ],
)
def test_a_file_of_which_nothing_can_be_read_is_told(folder: Path, text: str, reason: str) -> None:
    (folder / "a.cards").write_text(text)
    (folder / "b.jsonl").write_text(json.dumps(EMPTY))
    report = run(".")
    assert [finding.place.path for finding in report.findings] == ["b.jsonl"]
    (said,) = told(report)
    assert said.startswith(f"file-unreadable error a.cards: file cannot be read: Cards failed: {reason}")
    assert report.exit_code == 3


def test_a_file_without_records_is_empty(folder: Path) -> None:
    (folder / "a.cards").write_text("")
    (finding,) = run(".", select=["empty-file"]).findings
    assert (finding.place.path, finding.place.line) == ("a.cards", None)


def test_nothing_is_left_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "tmp"))
    (folder / "a.cards").write_text("Name a sea.|\n")
    assert run("a.cards").findings
    assert list((folder / "tmp").iterdir()) == []


def test_memory_does_not_grow_with_the_file(folder: Path) -> None:
    class Many:
        suffixes = (".many",)

        def read(self, path: Path) -> Iterator[Mapping[str, Any]]:
            for n in range(4000):
                yield {"instruction": f"Name number {n}.", "output": "x" * 5000}

    (folder / "a.many").write_text("")
    settings = load_settings(["."])
    with found(["a.many"], settings, Plugins()):
        pass  # what is imported on the way is not counted
    tracemalloc.start()
    try:
        with found(["a.many"], settings, Plugins(sources=(Many(),))) as discovery:
            assert discovery.files[0].source.format == "alpaca"
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000


def test_the_command_line_uses_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = load_plugins()
    plugins = Plugins(installed.rules, installed.presets, sources=(Cards(),))
    monkeypatch.setattr("dslint.plugins.host.load_plugins", lambda *_: plugins)
    (folder / "a.cards").write_text("Name a sea.|\n")

    def check(*args: str, **kwargs: Any) -> str:
        return CliRunner().invoke(cli, ["check", *args], prog_name="dslint", **kwargs).stdout

    assert check("--select", "empty-response", "--output-format", "concise").startswith("a.cards[0]: error")
    assert check("--show-files").splitlines()[1].split() == ["a.cards", "cards", "alpaca", "data", "-", "13"]
    piped = check("-", "--stdin-filename", "in.cards", "--output-format", "concise", input="Name a sea.|\n")
    assert piped.startswith("in.cards[0]: error empty-response")
