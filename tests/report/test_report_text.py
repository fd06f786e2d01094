from __future__ import annotations

import re
from dataclasses import replace

import pytest
from report_samples import ERROR, NOTE, RULES, SECRET, broken, clean, flood, full, nothing, ref
from rich.cells import cell_len

from dslint.model.finding import Finding, Notice, Notification
from dslint.model.ref import Ref
from dslint.model.report import Report
from dslint.report import REPORTERS, RenderOptions, reporter


def text(report: Report, **options: object) -> str:
    return "".join(reporter("text").render(report, RenderOptions(**options)))  # type: ignore[arg-type]


def test_findings_about_a_dataset_come_first() -> None:
    output = text(full)
    assert output.startswith("dataset train: 1 warning\n\n  warning opening-skew\n")
    assert "data/rows.parquet:1" not in output


def test_a_flood_of_one_rule_in_one_file_is_cut_and_says_so() -> None:
    output = text(flood(1000))
    assert output.count("  data/train.jsonl:") == 10
    assert "and 495 more empty-response findings in this file (--verbose or json shows all)" in output
    assert "and 495 more near-duplicate findings" in output
    assert output.endswith("dslint rule empty-response explains a rule\n")


def test_verbose_shows_every_finding_and_every_skipped_rule() -> None:
    assert text(flood(100), verbose=True).count("\n  data/train.jsonl:") == 100
    output = text(full, verbose=True)
    assert "note rule-skipped too-long: set max-length" in output
    assert "rules skipped" not in output


def test_max_findings_cuts_by_rank_and_says_so() -> None:
    output = text(full, max_findings=2)
    assert output.count(" error near-duplicate  ") == 2
    assert "and 12 more findings (--max-findings 2)" in output
    assert "14 findings (10 errors, 3 warnings, 1 note)" in output


def test_statistics_shows_counts_only() -> None:
    output = text(full, statistics=True, width=120)
    assert "9  error    near-duplicate   Two or more records say almost the same thing." in output
    assert "data/train.jsonl:" not in output


@pytest.mark.parametrize("name", ["text", "concise", "github", "markdown"])
@pytest.mark.parametrize("quiet", [False, True])
def test_crashes_and_unreadable_files_are_always_shown(name: str, quiet: bool) -> None:
    output = "".join(reporter(name).render(broken, RenderOptions(width=300, quiet=quiet)))
    output = re.sub(r"&#(\d+);", lambda m: chr(int(m[1])), output).replace("<!-- -->", "")
    assert "rule-crashed acme/no-foo: ZeroDivisionError: division by zero" in output
    assert "file-unreadable data/private.jsonl: permission denied" in output
    assert "plugin-failed: broken-plugin 1.0 does not load" in output


@pytest.mark.parametrize("name", sorted(REPORTERS))
def test_every_format_tells_of_skipped_rules_and_files(name: str) -> None:
    output = "".join(reporter(name).render(full, RenderOptions(width=300)))
    for told in ("too-long", "set max-length", "data/photo.png", "no reader for this format"):
        assert told in output


@pytest.mark.parametrize("name", sorted(REPORTERS))
def test_matches_of_sensitive_rules_are_in_no_format(name: str) -> None:
    output = "".join(reporter(name).render(full, RenderOptions(verbose=True, include_suppressed=True)))
    assert SECRET not in output
    assert SECRET[:10] not in output


def test_nothing_found_is_one_line() -> None:
    assert text(clean) == "no findings in 14,241 records of 3 files; 6 rules ran\n"
    assert text(clean, quiet=True) == ""


def test_nothing_read_is_not_a_pass() -> None:
    assert text(nothing) == "no findings in no files; 6 rules ran\n"
    assert "\x1b[1;32m" not in text(nothing, color=True)


def test_an_incomplete_run_ends_with_saying_so() -> None:
    assert text(broken).endswith("the run is incomplete: see the errors above\n")


@pytest.mark.parametrize("width", [40, 80, 100, 140])
def test_only_places_are_wider_than_the_terminal(width: int) -> None:
    for row in text(full, width=width, verbose=True).splitlines():
        assert cell_len(row) <= width or re.match(r"  data/.*(:\d+|\[\d+\]) (error|warning|note)", row), row


def test_colour_changes_nothing_but_colour() -> None:
    coloured = text(full, color=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text(full)
    assert "\x1b" not in text(full)


def test_the_mark_stands_below_wide_characters() -> None:
    found = Finding("x", ERROR, "m", ref(), excerpt="你好 foo 世界", mark=(3, 6))
    rows = text(Report((found,), rules=RULES)).splitlines()
    at = next(number for number, row in enumerate(rows) if "foo" in row)
    start = rows[at + 1].index("^")
    assert cell_len(rows[at][: rows[at].index("foo")]) == start
    assert rows[at + 1].strip(" |") == "^^^"


def test_a_mark_of_no_characters_is_one_caret() -> None:
    found = Finding("x", ERROR, "m", ref(), excerpt='""', mark=(1, 1))
    assert '    | ""\n    |  ^\n' in text(Report((found,)))


def test_related_places_are_few() -> None:
    output = text(full)
    assert output.count("    see data/rows.parquet[") == 3
    assert "    and 2 more places\n" in output


def test_many_equal_notices_are_cut_unless_they_are_errors() -> None:
    notes = [Notification(Notice.FILE_SKIPPED, NOTE, "no reader", path=f"f{n}") for n in range(20)]
    broken = [Notification(Notice.FILE_UNREADABLE, ERROR, "gone", path=f"g{n}") for n in range(20)]
    output = text(Report((), notifications=(*notes, *broken)))
    assert output.count("file-skipped f") == 5
    assert "note file-skipped: and 15 more" in output
    assert output.count("file-unreadable g") == 20


def test_skipped_rules_are_one_line_with_what_each_needs() -> None:
    rules = {"a": replace(RULES["near-duplicate"], id="a", unmet="set max-length")}
    notes = [Notification(Notice.RULE_SKIPPED, NOTE, f"rule {n} did not run", rule=n) for n in "abcdef"]
    output = text(Report((), notifications=notes, rules=rules), width=140)
    assert "note 6 rules skipped: a (set max-length), b (rule b did not run), " in output
    assert ", 2 more\n" in output


def test_rules_that_nobody_has_configured_are_named_only_when_all_is() -> None:
    note = Notification(Notice.RULE_UNCONFIGURED, NOTE, "did not run: set max-length", rule="too-long")
    plain = text(Report((), notifications=(note,)))
    assert "too-long" not in plain
    assert "; 1 waits for a setting" in plain
    assert "note rule-unconfigured too-long: did not run: set max-length" in text(
        Report((), notifications=(note,)), verbose=True
    )


def test_findings_about_a_file_stand_under_the_file() -> None:
    rules = {"x": replace(RULES["byte-order-mark"], id="x")}
    found = Finding("x", ERROR, "file is empty", Ref("data/empty.jsonl"), dataset="train")
    assert text(Report((found,), rules=rules)).startswith("data/empty.jsonl: 1 error\n\n  data/empty.jsonl error x\n")


def test_concise_is_one_line_a_finding() -> None:
    rows = "".join(reporter("concise").render(full, RenderOptions())).splitlines()
    assert rows[9] == "data/train.jsonl:42:40: error empty-response assistant turn is empty"
    assert rows[10].startswith("dataset train: warning opening-skew 41 % of the prompts")
    assert rows[12].startswith("data/rows.parquet[4711]: warning acme/no-foo says foo")
    assert len(rows) == 14 + 4
    assert all(row.startswith("dslint: ") for row in rows[14:])
