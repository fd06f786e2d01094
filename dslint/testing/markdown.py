"""Rule tests in Markdown: prose beside data, options and the findings expected of them.

A file is ``# rule-id`` and a ``## title`` for each case. A case holds fenced blocks:

- ``toml``: the rule's options; a table ``[settings]`` holds top-level settings such as ``target``;
- ``jsonl``, ``json``, ``csv``, ``tsv`` or ``txt``: data, optionally followed by a file name and by ``times=N``, which
  writes the block N times with ``{n}`` replaced by 1 to N; blocks of one file are concatenated;
- ``findings``: one finding a line, ``[file:]LINE[:POINTER]: severity message``, or ``[file:]dataset: severity
  message``; empty for a quiet case.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dslint.api import Rule
from dslint.model.finding import Finding
from dslint.model.report import Report
from dslint.testing.lint import lint

DATA = ("jsonl", "json", "csv", "tsv", "txt")
_FENCE = re.compile(r"^(`{3,}|~{3,})\s*([^\n`]*)$")


class MarkdownError(ValueError):
    """A rule test is not written as it should be."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its info string, its text, and the lines of the text in the file, 0-based and half-open."""

    info: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Case:
    """One ``##`` section.

    Attributes:
        path: The file.
        title: The heading.
        line: 1-based line of the heading.
        prose: The text outside of blocks.
        options: The rule's options.
        settings: Top-level settings.
        files: Data by file name.
        blocks: The fenced blocks.
    """

    path: Path
    title: str
    line: int
    prose: str
    options: dict[str, Any]
    settings: dict[str, Any]
    files: dict[str, str]
    blocks: tuple[Block, ...] = field(repr=False)

    @property
    def expected(self) -> list[str]:
        """The lines of the ``findings`` block."""
        lines = self._findings.text.splitlines()
        return [line.strip() for line in lines if line.strip() and line.strip() != "none"]

    @property
    def fires(self) -> bool:
        """Whether findings are expected."""
        return bool(self.expected)

    @property
    def _findings(self) -> Block:
        return next(block for block in self.blocks if block.info == "findings")


def read_cases(path: Path) -> list[Case]:
    """Read the cases of one file.

    Raises:
        MarkdownError: If a case has no data, no ``findings`` block, or a block of a kind that is not known.
    """
    lines = path.read_text(encoding="utf-8").split("\n")
    heads = [n for n, line in _outside(lines) if line.startswith("## ")]
    cases = []
    for start, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        blocks = tuple(_blocks(lines, start + 1, end))
        inside = {n for block in blocks for n in range(block.start - 1, block.end + 1)}
        prose = "\n".join(lines[n] for n in range(start + 1, end) if n not in inside).strip()
        cases.append(_case(path, lines[start][3:].strip(), start + 1, prose, blocks))
    return cases


def run_case(case: Case, rule: type[Rule]) -> list[str]:
    """Return the findings of a case, as lines."""
    report = lint(rule, case.files, options=case.options, settings=case.settings)
    return describe_findings(report, many=len(case.files) > 1)


def describe_findings(report: Report, *, many: bool) -> list[str]:
    """Return findings and failures as the lines of a ``findings`` block, in order of place."""
    ordered = sorted(report.findings, key=lambda f: (f.place.path, f.place.record or -1, f.place.order, f.message))
    lines = [_line(finding, report, many=many) for finding in ordered]
    return lines + [f"run: {n.severity} {n.message}" for n in report.notifications if n.severity == "error"]


def update_cases(path: Path, rule: type[Rule]) -> bool:
    """Rewrite the ``findings`` blocks of a file with what the rule finds, and say whether anything changed."""
    lines = path.read_text(encoding="utf-8").split("\n")
    for case in reversed(read_cases(path)):
        block = next(block for block in case.blocks if block.info == "findings")
        lines[block.start : block.end] = run_case(case, rule)
    text = "\n".join(lines)
    if text == path.read_text(encoding="utf-8"):
        return False
    path.write_text(text, encoding="utf-8")
    return True


def _line(finding: Finding, report: Report, *, many: bool) -> str:
    ref = finding.place
    file = f"{ref.path.rsplit('/', 1)[-1]}:" if many else ""
    about_dataset = ref.record is None and report.rules[finding.rule].kind != "damage"
    where = "dataset" if about_dataset else str(ref.line if ref.line is not None else "file")
    pointer = f":{ref.pointer}" if ref.pointer else ""
    return f"{file}{where}{pointer}: {finding.severity} {finding.message}"


def _case(path: Path, title: str, line: int, prose: str, blocks: tuple[Block, ...]) -> Case:
    options: dict[str, Any] = {}
    files: dict[str, str] = {}
    for block in blocks:
        kind, *words = block.info.split() or [""]
        if kind == "toml":
            options = tomllib.loads(block.text)
        elif kind in DATA:
            times = next((int(word[6:]) for word in words if word.startswith("times=")), None)
            name = next((word for word in words if "=" not in word), f"data.{kind}")
            text = block.text
            if times is not None:
                text = "".join(block.text.replace("{n}", str(n)) for n in range(1, times + 1))
            files[name] = files.get(name, "") + text
        elif block.info != "findings":
            raise MarkdownError(f"{path.name}:{block.start}: a block of kind {block.info!r}")
    settings = options.pop("settings", {})
    if not files or sum(block.info == "findings" for block in blocks) != 1:
        raise MarkdownError(f"{path.name}:{line}: a case needs data and one findings block")
    return Case(path, title, line, prose, options, settings, files, blocks)


def _outside(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    inside = {n for block in _blocks(lines, 0, len(lines)) for n in range(block.start, block.end)}
    return ((n, line) for n, line in enumerate(lines) if n not in inside)


def _blocks(lines: Sequence[str], start: int, end: int) -> Iterator[Block]:
    n = start
    while n < end:
        opened = _FENCE.match(lines[n])
        n += 1
        if not opened:
            continue
        first = n
        while n < end and not (lines[n].startswith(opened[1]) and not lines[n].strip("`~ ")):
            n += 1
        text = "".join(f"{line}\n" for line in lines[first:n])
        yield Block(opened[2].strip(), text, first, n)
        n += 1
