"""The example data has the defects that its table lists, and no others that dslint sees."""

from __future__ import annotations

from pathlib import Path

import dslint
from dslint.api import Finding

EXAMPLES = Path(__file__).parent.parent / "examples"
ROW_CELLS = 6


def test_the_table_of_planted_defects_is_what_dslint_finds() -> None:
    report = dslint.check(EXAMPLES / "data")
    found = {
        (Path(each.place.path).name, str(each.place.line) if has_line(each) else "", each.rule)
        for each in [*report.findings, *report.suppressed]
    }
    assert found == planted()


def has_line(finding: Finding) -> bool:
    # A finding about a broken line has a line and no record.
    return finding.is_record or finding.rule == "unparseable-record"


def planted() -> set[tuple[str, str, str]]:
    rows = [line.split("|") for line in (EXAMPLES / "README.md").read_text(encoding="utf-8").splitlines()]
    cells = [[cell.strip() for cell in row] for row in rows if len(row) == ROW_CELLS]
    return {(file, line, rule) for _, file, line, rule, _, _ in cells[2:]}
