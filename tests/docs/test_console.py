"""What the documentation shows is what happens: its commands run, its files are written, its output is compared.

A page's blocks are followed in order, in a folder with a copy of the examples and of their data: ``console`` blocks
run, blocks with a file name as title are written, ``diff`` blocks are applied. A line ``…`` in the output stands for
any lines, one that ends in `` …`` for its beginning.
"""

from __future__ import annotations

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
RUN = ("dslint ", "sed ")


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_happens(page: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "examples" / "data", tmp_path / "data")
    wrong = []
    for command, shown in follow(ROOT / page, tmp_path):
        actual = run(command, tmp_path)
        if not agrees(shown, actual):
            wrong.append(f"$ {command}\n" + "\n".join(actual))
    assert not wrong, f"{page} shows something else than:\n\n" + "\n\n".join(wrong)


def follow(page: Path, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Do what the page says, and yield each command with the output that is shown."""
    for kind, title, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        if kind == "console":
            for command, shown in commands(text):
                if command.startswith(RUN):
                    yield command, shown
        elif kind == "diff":
            apply = ["git", "apply", "--unidiff-zero", "-"]
            subprocess.run(apply, cwd=folder, input=text, text=True, encoding="utf-8", check=True)
        elif title:
            (folder / title).write_text(text, encoding="utf-8")


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, output = part.replace("\\\n", "").partition("\n")
        yield command, [line.rstrip() for line in output.splitlines()]


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
    gap = at = 0
    for line in shown:
        if line.strip() == "…":
            gap = 1
            continue
        while gap and at < len(actual) and not same(line, actual[at]):
            at += 1
        if at == len(actual) or not same(line, actual[at]):
            return False
        at, gap = at + 1, 0
    return bool(gap) or at == len(actual)


def same(shown: str, actual: str) -> bool:
    return actual.startswith(shown.removesuffix(" …")) if shown.endswith(" …") else shown == actual
