"""The review sheet: a sample of what each rule finds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from benchmarks.datasets import EVERYTHING, Measured, measure
from dslint.api import Finding, Record
from dslint.sources.files import DiscoverySettings, discover
from dslint.sources.places import read_records

Row = dict[str, Any]


def sample(
    folder: Path,
    *,
    per_rule: int = 30,
    seed: int = 0,
    rules: Iterable[str] = (),
    text: int = 0,
    settings: Mapping[str, Any] | None = None,
) -> list[Row]:
    """Return rows for a review sheet.

    Args:
        folder: Every dataset below it is linted by itself.
        per_rule: How many findings of a rule at most.
        seed: Another seed gives another sample.
        rules: Ids or families; all rules by default.
        text: How many characters of the record's prompt and of its answer to show, beside the excerpt.
        settings: Further settings, for rules that need some.
    """
    selected = {"select": [*rules]} if rules else {}
    found: dict[str, list[tuple[str, Measured, Finding]]] = {}
    for measured in measure(folder, {**EVERYTHING, **selected, **(settings or {})}):
        for finding in measured.report.findings:
            found.setdefault(finding.rule, []).append((_key(seed, finding), measured, finding))
    rows: list[Row] = []
    for rule, hits in sorted(found.items()):
        drawn = sorted(hits, key=lambda hit: hit[0])[:per_rule]
        rows += [_row(measured, finding, len(hits), text) | {"rule": rule} for _, measured, finding in drawn]
    return rows


def _key(seed: int, finding: Finding) -> str:
    """Order findings by chance, but the same for a seed whatever else is found."""
    return blake2b(f"{seed} {finding.fingerprint}".encode()).hexdigest()


def _row(measured: Measured, finding: Finding, hits: int, text: int) -> Row:
    place = finding.place
    row: Row = {
        "rule": finding.rule,
        "hits": hits,
        "fingerprint": finding.fingerprint,
        "verdict": None,
        "severity": str(finding.severity),
        "file": Path(place.path).name,
        "line": place.line,
        "record": place.record,
        "pointer": place.pointer,
        "message": finding.message,
        "excerpt": finding.excerpt,
    }
    if text and place.record is not None and not measured.report.rules[finding.rule].sensitive:
        record = _record(measured, finding)
        if record is not None:
            row |= {"prompt": record.prompt[:text], "response": record.response[:text]}
    return row


def _record(measured: Measured, finding: Finding) -> Record | None:
    paths = [str(file) for file in measured.files]
    for file in discover(paths, DiscoverySettings(root=Path.cwd())).files:
        if Path(file.source.path).name == Path(finding.place.path).name:
            return read_records(file, [finding.place._replace(byte_offset=None)])[0]
    return None


def write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as JSON lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def read(path: Path) -> Iterator[Row]:
    """Read rows of JSON lines."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)
