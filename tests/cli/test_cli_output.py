"""Writing files and colours."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from dslint.cli.output import CannotWrite, wants_colour, write_file


def test_a_file_is_whole_or_what_it_was(tmp_path: Path) -> None:
    path = tmp_path / "out" / "report.txt"
    write_file(path, ["one\n"])

    def pieces() -> Iterator[str]:
        yield "two\n"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_file(path, pieces())
    assert path.read_text() == "one\n"
    assert [p.name for p in path.parent.iterdir()] == ["report.txt"]


def test_a_file_keeps_its_mode_and_a_new_one_follows_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    before = os.umask(0o027)
    try:
        write_file(path, ["one"])
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o600)
        write_file(path, ["two"])
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("one")
    (tmp_path / "link").symlink_to("real")
    write_file(tmp_path / "link", ["two"])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "two"


def test_a_device_stays_a_device() -> None:
    write_file(Path("/dev/null"), ["gone"])
    assert not Path("/dev/null").is_file()


def test_what_utf8_cannot_hold_is_escaped(tmp_path: Path) -> None:
    write_file(tmp_path / "out", ["\ud800 ü\n"])
    assert (tmp_path / "out").read_bytes() == "\\ud800 ü\n".encode()


def test_a_file_that_cannot_be_written_says_which(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite, match=r"cannot write .*file/report: "):
        write_file(tmp_path / "file" / "report", ["x"])
    with pytest.raises(CannotWrite, match="cannot write"):
        write_file(tmp_path, ["x"])


@pytest.mark.parametrize(
    ("choice", "environment", "terminal", "expected"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "0"}, True, False),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, True),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour(
    monkeypatch: pytest.MonkeyPatch, choice: str, environment: dict[str, str], terminal: bool, expected: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_colour(choice, terminal=terminal) is expected
