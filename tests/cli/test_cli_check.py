"""``dslint check`` in process: options, exit codes, places of output."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dslint.cli.main import cli

GOOD = '{"instruction": "Name a colour of the sea.", "output": "Teal is one of them."}\n'
BAD = '{"instruction": "Name a river of Saxony.", "output": ""}\n'
LONG = (
    '{"instruction": "Explain how tides come about.", '
    '"output": "The moon pulls at the sea, which rises on the near side and on the far side of the earth."}\n'
)

CRASHES = '''
from dslint.api import Record

def check_it(record: Record) -> None:
    """It."""
    raise RuntimeError("oh")
'''

Check = Callable[..., Result]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)

    def call(*args: str, **kwargs: object) -> Result:
        return CliRunner().invoke(cli, ["check", *args], prog_name="dslint", **kwargs)  # type: ignore[arg-type]

    return call


def found(result: Result) -> set[str]:
    return {finding["rule"] for finding in json.loads(result.stdout)["findings"]}


def test_exit_codes(check: Check) -> None:
    Path("good.jsonl").write_text(GOOD)
    assert check().exit_code == 0
    Path("bad.jsonl").write_text(BAD)
    assert check().exit_code == 1
    assert check("good.jsonl").exit_code == 0
    assert check("--exit-zero").exit_code == 0
    assert check("--fail-on", "never").exit_code == 0


def test_fail_on(check: Check) -> None:
    Path("data.jsonl").write_text(LONG + LONG)
    assert check("--select", "exact-duplicate").exit_code == 0
    assert check("--select", "exact-duplicate", "--fail-on", "warning").exit_code == 1
    Path("dslint.toml").write_text('fail-on = "warning"')
    assert check("--select", "exact-duplicate").exit_code == 1


def test_a_crashed_rule_is_3_also_with_exit_zero(check: Check) -> None:
    Path("data.jsonl").write_text(BAD)
    Path("lint_rules.py").write_text(CRASHES)
    args = ("--config", 'local-rules = ["lint_rules.py"]', "--select", "local/it")
    result = check(*args, "--exit-zero")
    assert result.exit_code == 3
    assert "rule-crashed local/it" in result.stdout
    assert check(*args, "--no-local-rules").exit_code == 0


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("missing.jsonl",), "missing.jsonl"),
        (("--select", "nonsense"), "unknown rule 'nonsense'"),
        (("--target", "nonsense"), "nonsense"),
        (("--config", "nonsense"), "nonsense"),
        (("--config", "nonsense = 1"), "nonsense"),
        (("--preset", "nonsense"), "unknown preset 'nonsense'"),
        (("--output-format", "jsn"), "unknown output format 'jsn'; did you mean 'json'"),
        (("--output-format", "json", "--output-format", "text"), "json and text would both go to stdout"),
        (("--output-format", "json:a", "--output-format", "text:a"), "would both go to a"),
        (("--per-file-ignores", "a.jsonl"), "'a.jsonl' is not GLOB:RULE"),
        (("--jobs", "0"), "jobs"),
        (("--max-findings", "0"), "max-findings"),
        (("--nonsense",), "No such option"),
    ],
)
def test_mistakes_are_2_and_named(check: Check, args: tuple[str, ...], message: str) -> None:
    Path("data.jsonl").write_text(GOOD)
    result = check(*args)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_configuration_errors_have_their_line(check: Check) -> None:
    Path("data.jsonl").write_text(GOOD)
    Path("dslint.toml").write_text('\nfail-on = "sometimes"\nselekt = ["all"]\n')
    result = check()
    assert result.exit_code == 2
    assert "Error: dslint.toml:2: " in result.stderr


def test_nothing_to_check_is_no_pass(check: Check) -> None:
    result = check()
    assert result.exit_code == 2
    assert "no dataset files found under ." in result.stderr
    assert check("--show-files").exit_code == 2
    assert check("--exit-zero").exit_code == 2


def test_excluded_files_that_are_named_one_by_one_are_fine(check: Check) -> None:
    Path("data.jsonl").write_text(BAD)
    result = check("--force-exclude", "--exclude", "*.jsonl", "data.jsonl")
    assert result.exit_code == 0
    assert "excluded" in result.stderr
    assert check("--exclude", "*.jsonl", "data.jsonl").exit_code == 1
    assert check("--force-exclude", "--exclude", "*.jsonl", ".").exit_code == 2


def test_several_outputs(check: Check) -> None:
    Path("bad.jsonl").write_text(BAD)
    result = check(
        "--output-format", "concise", "--output-format", "sarif:out/a.sarif", "--output-format", "json:a.json"
    )
    assert result.exit_code == 1
    assert result.stdout.startswith("bad.jsonl:1:")
    assert json.loads(Path("out/a.sarif").read_text())["version"] == "2.1.0"
    assert json.loads(Path("a.json").read_text())["summary"]["exit_code"] == 1


def test_files_only_leave_a_line_on_stderr(check: Check) -> None:
    Path("bad.jsonl").write_text(BAD)
    result = check("--select", "empty-response", "-o", "out.txt")
    assert result.stdout == ""
    assert result.stderr == "1 finding (1 error); wrote out.txt\n"
    Path("bad.jsonl").write_text(BAD + BAD.replace("river", "town"))
    assert check("--select", "empty-response", "-o", "out.txt").stderr == "2 findings (2 errors); wrote out.txt\n"
    assert "empty-response" in Path("out.txt").read_text()
    assert check("-q", "--output-format", "json", "-o", "out.json").stderr == ""
    assert json.loads(Path("out.json").read_text())["findings"]


def test_a_report_is_not_data(check: Check) -> None:
    Path("bad.jsonl").write_text(BAD)
    first = check("--select", "empty-response", "--output-format", "json")
    Path("out").mkdir()
    assert check("--output-format", "concise:out/report.txt").exit_code == 1
    again = check("--select", "empty-response", "--output-format", "json")
    assert json.loads(first.stdout)["findings"] == json.loads(again.stdout)["findings"]


def test_an_output_that_cannot_be_written_is_3(check: Check) -> None:
    Path("bad.jsonl").write_text(BAD)
    result = check("-o", "bad.jsonl/out")
    assert result.exit_code == 3
    assert "cannot write bad.jsonl/out" in result.stderr


def test_an_output_that_cannot_be_written_keeps_none_of_the_others_back(check: Check) -> None:
    Path("bad.jsonl").write_text(BAD)
    formats = ("sarif:bad.jsonl/a", "json:bad.jsonl/b", "json:c.json", "concise")
    result = check(*(word for name in formats for word in ("--output-format", name)))
    assert result.exit_code == 3
    assert [line.split(":")[:2] for line in result.stderr.splitlines()] == [
        ["Error", " cannot write bad.jsonl/a"],
        ["Error", " cannot write bad.jsonl/b"],
    ]
    assert json.loads(Path("c.json").read_text())["findings"]
    assert "empty-response" in result.stdout


def test_environment_and_command_line(check: Check) -> None:
    Path("bad.jsonl").write_text(BAD)
    env = {"DSLINT_SELECT": "empty-response", "DSLINT_OUTPUT_FORMAT": "json concise:a.txt", "DSLINT_EXIT_ZERO": "1"}
    result = check(env=env)
    assert result.exit_code == 0
    assert found(result) == {"empty-response"}
    assert Path("a.txt").is_file()
    assert check("--output-format", "concise", env=env).stdout.startswith("bad.jsonl:1:")
    result = check(env={"DSLINT_CONFIG": 'select = ["empty-response"]\nfail-on = "never"'})
    assert result.exit_code == 0, result.output


def test_selection(check: Check) -> None:
    Path("data.jsonl").write_text(BAD + LONG + LONG)
    assert found(check("--output-format", "json", "--select", "empty-response,exact-duplicate")) == {
        "empty-response",
        "exact-duplicate",
    }
    args = ("--output-format", "json", "--select", "empty-response", "--extend-select", "exact-duplicate")
    assert found(check(*args)) == {"empty-response", "exact-duplicate"}
    assert found(check(*args, "--ignore", "empty-response")) == {"exact-duplicate"}
    assert found(check(*args, "--per-file-ignores", "*.jsonl:empty-response")) == {"exact-duplicate"}


def test_file_rules_only(check: Check) -> None:
    Path("data.jsonl").write_text(BAD + LONG + LONG)
    args = ("--output-format", "json", "--select", "empty-response,exact-duplicate")
    assert found(check(*args, "--file-rules-only")) == {"empty-response"}


def test_options_go_before_the_file_unless_isolated(check: Check) -> None:
    Path("data.jsonl").write_text(BAD)
    Path("dslint.toml").write_text('select = ["exact-duplicate"]')
    assert check().exit_code == 0
    assert check("--isolated").exit_code == 1
    assert check("--config", 'select = ["empty-response"]').exit_code == 1


def test_stdin(check: Check) -> None:
    result = check("-", "--stdin-filename", "from-stdin.jsonl", "--output-format", "concise", input=GOOD + BAD)
    assert result.exit_code == 1
    assert result.stdout.startswith("from-stdin.jsonl:2:")


def test_max_findings_says_what_is_cut(check: Check) -> None:
    Path("data.jsonl").write_text(BAD * 1 + BAD.replace("river", "town") + BAD.replace("river", "hill"))
    result = check("--select", "empty-response", "--max-findings", "1", "--output-format", "concise")
    assert result.stdout.count("empty-response") == 1
    assert "2 more" in result.stdout
    assert result.exit_code == 1


def test_statistics(check: Check) -> None:
    Path("data.jsonl").write_text(BAD + BAD.replace("river", "town"))
    result = check("--select", "empty-response", "--statistics")
    assert "empty-response" in result.stdout
    assert "2" in result.stdout
    assert "data.jsonl:1" not in result.stdout


def test_show_files(check: Check) -> None:
    Path("train.jsonl").write_text(GOOD)
    Path("test.csv").write_text("instruction,output\nName a sea.,The Baltic is one.\n")
    Path("notes.md").write_text("no data")
    result = check("--show-files")
    assert result.exit_code == 0
    lines = {line.split()[0]: line.split()[1:] for line in result.stdout.splitlines() if line}
    assert "notes.md" not in lines
    assert lines["train.jsonl"][:2] == ["jsonl", "alpaca"]
    assert "train" in lines["train.jsonl"]
    assert "test" in lines["test.csv"]


def test_show_settings(check: Check) -> None:
    Path("data.jsonl").write_text(GOOD)
    Path("dslint.toml").write_text('\nfail-on = "warning"')
    result = check("--show-settings", "--target", "trl")
    assert result.exit_code == 0
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["fail-on", "dslint.toml:2", '"warning"'] in rows
    assert ["target", "command", "line", '"trl"'] in rows


def test_verbose_says_what_ran(check: Check) -> None:
    Path("data.jsonl").write_text(GOOD)
    Path("dslint.toml").write_text("")
    assert "settings from dslint.toml" in check("-v").stderr
    assert check().stderr == ""


def test_colour(check: Check) -> None:
    Path("data.jsonl").write_text(BAD)
    assert "\x1b[" not in check().stdout
    assert "\x1b[" in check("--color", "always", color=True).stdout
    assert "\x1b[" in check(env={"FORCE_COLOR": "1"}, color=True).stdout
    check("--color", "always", "-o", "out.txt")
    assert "\x1b[" not in Path("out.txt").read_text()


def test_per_file_makes_datasets_of_files(check: Check) -> None:
    Path("a.jsonl").write_text(LONG)
    Path("b.jsonl").write_text(LONG)
    args = ("--select", "exact-duplicate", "--output-format", "json")
    assert found(check(*args)) == {"exact-duplicate"}
    assert found(check(*args, "--per-file")) == set()


def test_jobs_change_nothing(check: Check) -> None:
    Path("data.jsonl").write_text(BAD + LONG + LONG)
    assert check("-j", "1", "--output-format", "json").stdout == check("-j", "2", "--output-format", "json").stdout
    assert check("-j", "auto").exit_code == 1


def test_an_output_format_of_the_file_is_refused_with_its_line(check: Check) -> None:
    Path("data.jsonl").write_text(GOOD)
    Path("dslint.toml").write_text('\noutput-format = ["sraif"]\n')
    result = check()
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: dslint.toml:2: unknown output format 'sraif'; did you mean 'sarif'")
    assert "dslint.toml" not in check("--output-format", "jsn").stderr
    assert check("--output-format", "concise").exit_code == 0


def test_files_that_are_no_datasets_are_passed_over_in_lists_made_by_tools(check: Check) -> None:
    Path("package.json").write_text('{"name": "x", "dependencies": {"a": "1"}}')
    Path("data.jsonl").write_text(BAD)
    args = ("--output-format", "concise", "package.json")
    assert check(*args).exit_code == 1
    assert (check(*args, "--force-exclude").exit_code, check(*args, "--force-exclude").stdout) == (0, "")
    result = check(*args, "data.jsonl", "--force-exclude")
    assert result.exit_code == 1
    assert "file-skipped package.json" in result.stdout
    assert "data.jsonl:1:" in result.stdout
    assert "package.json: error" not in result.stdout


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_file_name_that_is_not_utf8_is_shown_in_hexadecimal(check: Check, jobs: str) -> None:
    Path("data").mkdir()
    try:
        Path(os.fsdecode(b"data/\xff.jsonl")).write_text(BAD)
    except OSError:
        pytest.skip("the file system takes only UTF-8")
    Path("data", ".gitignore").write_text("other.jsonl\n")
    assert "data/\\xff.jsonl" in check("--show-files").stdout
    for name in ("text", "concise", "json", "jsonl", "sarif", "github", "markdown"):
        result = check("data", "-j", jobs, "--select", "empty-response", "--output-format", name)
        assert (result.exit_code, result.stderr) == (1, ""), name
        assert "xff.jsonl" in result.stdout, name
    assert check("data", "--per-file-ignores", "*.jsonl:ALL").exit_code == 0


@pytest.mark.parametrize("content", ["", "\n\n", '{"instruction": "What is\n' * 20, '1\n"x"\n'])
def test_rules_run_where_no_record_is_sound(check: Check, content: str) -> None:
    Path("data.jsonl").write_text(content + GOOD * bool(content.strip()))
    Path("broken.jsonl").write_text(content)
    result = check("--select", "ALL", "--preview", "--exit-zero", "--output-format", "json")
    report = json.loads(result.stdout)
    assert [note for note in report["notifications"] if note["notice"] == "rule-crashed"] == []
    assert result.exit_code == 0


def test_records_on_one_line_are_told_by_their_number(check: Check) -> None:
    Path("data.json").write_text("[" + ",".join([GOOD, LONG, GOOD]).replace("\n", "") + "]")
    result = check("--select", "exact-duplicate", "--output-format", "json")
    (finding,) = json.loads(result.stdout)["findings"]
    assert finding["message"] == "same text as record 0"
    assert finding["location"]["record"] == 2
