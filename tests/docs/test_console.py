"""What the documentation shows is what happens: its commands run, its files are written, its output is compared.

A page's blocks are followed in order, in a folder with a copy of the examples and of their data: ``console`` blocks
run, blocks with a file name as title are written, ``diff`` blocks are applied. A line ``…`` in the output stands for
any lines, one that ends in `` …`` for its beginning. ``DSLINT_UPDATE=1 pytest -m slow tests/docs`` rewrites the output.
"""

from __future__ import annotations

import difflib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", *(f"docs/{name}.md" for name in ("index", "tutorial", "configuration", "output", "ci")))
BLOCK = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
RUN = ("dslint ", "sed ")
GAP = "…"


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_happens(page: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "examples" / "data", tmp_path / "data")
    text = (ROOT / page).read_text(encoding="utf-8")
    wrong = []
    for command, output in follow(text, tmp_path):
        shown, actual = output.splitlines(), run(command, tmp_path)
        if not agrees(shown, actual):
            wrong.append("\n".join([f"$ {command}", *actual]))
            new = "".join(f"{line}\n" for line in updated(shown, actual))
            text = text.replace(f"$ {command}\n{output}", f"$ {command}\n{new}", 1)
    if wrong and os.environ.get("DSLINT_UPDATE"):
        (ROOT / page).write_text(text, encoding="utf-8")
    assert not wrong, f"{page} shows something else than:\n\n" + "\n\n".join(wrong)


def follow(text: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Do what the page says, and yield each command with the output that is shown."""
    for kind, title, block in BLOCK.findall(text):
        if kind == "console":
            yield from ((command, output) for command, output in COMMAND.findall(block) if command.startswith(RUN))
        elif kind == "diff":
            apply = ["git", "apply", "--unidiff-zero", "-"]
            subprocess.run(apply, cwd=folder, input=block, text=True, encoding="utf-8", check=True)
        elif title:
            (folder / title).write_text(block, encoding="utf-8")


def run(command: str, folder: Path) -> list[str]:
    environment = {**os.environ, "COLUMNS": "80", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for name in ("FORCE_COLOR", "GITHUB_ACTIONS"):
        environment.pop(name, None)
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    return [line.rstrip() for line in done.stdout.splitlines()]


def agrees(shown: list[str], actual: list[str]) -> bool:
    """Whether ``actual`` has the lines that are shown, one after the other, and others only where ``…`` stands."""
    gap, at = False, 0
    for line in shown:
        if line.strip() == GAP:
            gap = True
            continue
        while gap and at < len(actual) and not same(line, actual[at]):
            at += 1
        if at == len(actual) or not same(line, actual[at]):
            return False
        at, gap = at + 1, False
    return gap or at == len(actual)


def same(shown: str, actual: str) -> bool:
    return actual.startswith(shown.removesuffix(f" {GAP}")) if shown.endswith(f" {GAP}") else shown == actual


def updated(shown: list[str], actual: list[str]) -> list[str]:
    """Return the lines of ``actual`` that are most like those that are shown; all where nothing is shown yet."""
    new: list[str] = []
    at = 0
    for line in shown:
        if line.strip() == GAP:
            new.append(GAP)
            continue
        best = max(range(at, len(actual)), key=lambda n: (likeness(line, actual[n]), -n), default=None)
        if best is None or likeness(line, actual[best]) < 0.6:
            continue
        if best > at and new[-1:] != [GAP]:
            new.append(GAP)
        new.append(line if same(line, actual[best]) else actual[best])
        at = best + 1
    if at < len(actual) and new[-1:] != [GAP]:
        new += [GAP] if new else actual
    return new


def likeness(shown: str, actual: str) -> float:
    if same(shown, actual):
        return 2.0
    return difflib.SequenceMatcher(None, re.sub(r"\d", "0", shown), re.sub(r"\d", "0", actual)).ratio()
