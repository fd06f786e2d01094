from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from report_samples import ERROR, NOTE, RULES, clean, flood, full, ref

from dslint.model.finding import Finding, Notice, Notification
from dslint.model.report import Report
from dslint.report import RenderOptions, reporter


def lines(report: Report, name: str = "github") -> list[str]:
    return "".join(reporter(name).render(report, RenderOptions())).splitlines()


def test_at_most_ten_of_each_level_and_a_last_line_for_the_rest() -> None:
    report = flood(100)
    notes = [found.with_(severity=NOTE) for found in flood(60).findings]
    report = replace(report, findings=(*report.findings, *notes))
    rows = lines(report)
    assert Counter(row.split(" ")[0] for row in rows) == {"::error": 10, "::warning": 10, "::notice": 10}
    assert "not annotated: 40 errors, 40 warnings, 51 notes" in rows[-1]
    assert rows[-1].startswith("::notice title=dslint::160 findings")


def test_errors_of_the_run_come_before_findings() -> None:
    report = replace(flood(100), notifications=[Notification(Notice.RULE_CRASHED, ERROR, "boom", rule="x")])
    assert lines(report)[0] == "::error title=dslint::rule-crashed x: boom"


def test_a_clean_run_is_one_notice() -> None:
    assert lines(clean) == ["::notice title=dslint::no findings in 14,241 records of 3 files; 6 rules ran"]


def test_columns_only_on_one_line() -> None:
    one = Finding("x", ERROR, "m", ref(record=3, column=2, end_column=5))
    many = Finding("x", ERROR, "m", ref(record=3, column=2, end_column=5, end_line=9))
    none = Finding("x", ERROR, "m", ref("a.parquet", 3))
    rows = lines(Report((one, many, none), rules=RULES))
    assert rows[0] == "::error title=dslint%3A x,file=data/train.jsonl,line=4,endLine=4,col=2,endColumn=5::m; record 3"
    assert rows[1] == "::error title=dslint%3A x,file=data/train.jsonl,line=4,endLine=9::m; record 3"
    assert rows[2] == "::error title=dslint%3A x,file=a.parquet::m; record 3"


def test_file_names_are_escaped() -> None:
    (row,) = (row for row in lines(full) if "byte-order-mark" in row)
    assert "file=data/eval set/ünïcode%2C 100%25.jsonl,line=1" in row


@pytest.mark.parametrize("wild", ["|" * 9000, "@/" * 4000, "\U000e0041" * 900, "👩" * 4000, "\n" * 9000])
def test_markdown_is_bounded(wild: str) -> None:
    findings = [Finding(f"{wild}{n}", ERROR, wild, ref(wild, n), excerpt=wild) for n in range(2000)]
    notes = [Notification(Notice.RULE_CRASHED, ERROR, wild, rule=wild) for _ in range(500)]
    output = "".join(reporter("markdown").render(Report(findings, (), notes), RenderOptions()))
    assert len(output.encode()) < 1 << 20
    assert "## First 50 of 2,000 findings" in output
    assert "and 1,900 more rules" in output
    assert "- and 450 more" in output


def test_markdown_says_how_it_went() -> None:
    assert lines(full, "markdown")[0] == "# dslint: failed"
    assert lines(clean, "markdown")[0] == "# dslint: passed"
    assert lines(Report(()), "markdown")[0] == "# dslint: nothing was read"
    assert "| error | near-duplicate | 9 | Two or more records say almost the same thing. |" in lines(full, "markdown")
