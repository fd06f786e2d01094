from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from installed_rules import INSTALLED, Installed

from dslint.api import Severity, Target
from dslint.config.errors import ConfigError
from dslint.config.model import Configuration
from dslint.config.resolve import resolve
from dslint.config.settings import Settings, load_settings


def write(folder: Path, text: str, name: str = "dslint.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def loaded(folder: Path, text: str, **given: Any) -> Settings:
    write(folder, text)
    return resolve(load_settings(cwd=folder, **given), INSTALLED)


def problems(folder: Path, text: str, **given: Any) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        loaded(folder, text, **given)
    return list(caught.value.problems)


# Which file


def test_without_a_file_everything_is_at_its_default(tmp_path: Path) -> None:
    settings = load_settings(cwd=tmp_path)
    assert settings.root == tmp_path
    assert settings.fail_on == "error"
    assert {origin for _, _, origin in settings.values()} == {"default"}


def test_file_names_have_an_order(tmp_path: Path) -> None:
    write(tmp_path, "[tool.dslint]\njobs = 3\n", "pyproject.toml")
    assert load_settings(cwd=tmp_path).jobs == 3
    write(tmp_path, "jobs = 2\n")
    assert load_settings(cwd=tmp_path).jobs == 2
    write(tmp_path, "jobs = 1\n", ".dslint.toml")
    settings = load_settings(cwd=tmp_path)
    assert (settings.jobs, settings.origin("jobs")) == (1, ".dslint.toml:1")


def test_the_nearest_file_is_used_alone(tmp_path: Path) -> None:
    write(tmp_path, "jobs = 2\npreview = true\n")
    write(tmp_path / "a", "jobs = 3\n")
    (tmp_path / "a" / "b").mkdir()
    settings = load_settings(cwd=tmp_path / "a" / "b")
    assert (settings.jobs, settings.preview, settings.root) == (3, False, tmp_path / "a")


@pytest.mark.parametrize("text", ["[tool.other]\nx = 1\n", "[tool.other]\ndslint = 1\n", "this is not TOML"])
def test_a_pyproject_without_our_table_is_passed_over(tmp_path: Path, text: str) -> None:
    write(tmp_path, "jobs = 2\n")
    write(tmp_path / "a", text, "pyproject.toml")
    assert load_settings(cwd=tmp_path / "a").jobs == 2


def test_the_file_nearest_to_the_paths_is_used_before_the_one_nearest_to_the_working_directory(tmp_path: Path) -> None:
    write(tmp_path / "here", "jobs = 1\n")
    write(tmp_path / "there", "jobs = 2\n")
    (tmp_path / "there" / "data").mkdir()
    (tmp_path / "bare").mkdir()
    here = tmp_path / "here"
    assert load_settings(["../there/data"], cwd=here).jobs == 2
    assert load_settings(["../there/data/x.jsonl", "../there/y.jsonl"], cwd=here).jobs == 2
    assert load_settings(["../bare"], cwd=here).jobs == 1
    assert load_settings(["-"], cwd=here).jobs == 1
    assert load_settings(["s3://bucket/data"], cwd=here).jobs == 1


def test_extended_files_come_first(tmp_path: Path) -> None:
    write(tmp_path / "base", 'jobs = 4\nfail-on = "note"\nextend-exclude = ["a"]\n[rules.near-twin]\nunit = "x"\n')
    write(tmp_path / "base", 'extend = "dslint.toml"\njobs = 3\n', "middle.toml")
    settings = loaded(
        tmp_path, 'extend = "base/middle.toml"\nextend-exclude = ["b"]\n[rules.near-twin]\nthreshold = 0.5\n'
    )
    assert (settings.jobs, settings.fail_on, settings.extend_exclude) == (3, "note", ("a", "b"))
    assert settings.rules == {"near-twin": {"unit": "x", "threshold": 0.5}}
    assert settings.origin("jobs") == "base/middle.toml:2"
    assert settings.origin("rules", "near-twin", "unit") == "base/dslint.toml:5"
    assert settings.origin("rules", "near-twin", "threshold") == "dslint.toml:4"


def test_the_command_line_can_extend_too(tmp_path: Path) -> None:
    write(tmp_path, "jobs = 4\nmax-findings = 1\n", "base.toml")
    settings = load_settings(cwd=tmp_path, config=["extend = 'base.toml'", "jobs = 5"])
    assert (settings.jobs, settings.max_findings) == (5, 1)
    assert load_settings(cwd=tmp_path, overrides={"extend": "base.toml", "jobs": 6}).jobs == 6


def test_local_rules_are_found_beside_the_file_that_names_them(tmp_path: Path) -> None:
    rules = write(tmp_path / "base", "", "rules.py")
    write(tmp_path / "base", 'local-rules = ["rules.py"]\n')
    assert load_settings(cwd=tmp_path, config=["base/dslint.toml"]).local_rules == (str(rules),)
    write(tmp_path / "a", 'extend = "../base/dslint.toml"\n')
    assert load_settings(cwd=tmp_path / "a").local_rules == (str(rules),)


def test_patterns_count_from_the_folder_of_a_found_file_and_from_here_for_a_named_one(tmp_path: Path) -> None:
    write(tmp_path / "base", "jobs = 2\n")
    (tmp_path / "base" / "data").mkdir()
    assert load_settings(cwd=tmp_path / "base" / "data").root == tmp_path / "base"
    assert load_settings(cwd=tmp_path, config=["base/dslint.toml"]).root == tmp_path


def test_the_command_line_comes_last(tmp_path: Path) -> None:
    write(tmp_path, "jobs = 2\nmax-findings = 5\n")
    settings = load_settings(
        cwd=tmp_path, config=["jobs = 3", "max-findings = 7"], overrides={"jobs": 4, "preview": None}
    )
    assert (settings.jobs, settings.origin("jobs")) == (4, "command line")
    assert (settings.max_findings, settings.origin("max-findings")) == (7, "--config")
    assert (settings.preview, settings.origin("preview")) == (False, "default")


def test_overrides_may_be_in_snake_case_and_python_values(tmp_path: Path) -> None:
    settings = load_settings(
        cwd=tmp_path,
        overrides={"fail_on": Severity.NOTE, "target": Target.TRL, "output-format": "json", "select": ("ALL",)},
    )
    assert (settings.threshold, settings.target, settings.output_format) == (Severity.NOTE, Target.TRL, ("json",))


def test_isolated_looks_for_no_file(tmp_path: Path) -> None:
    write(tmp_path, "jobs = 2\n")
    assert load_settings(cwd=tmp_path, isolated=True, config=["max-findings = 1"]).jobs == 0
    with pytest.raises(ConfigError, match="exclude each other"):
        load_settings(cwd=tmp_path, isolated=True, config=["dslint.toml"])


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (["nowhere.toml"], "command line: --config nowhere.toml: is neither a file nor 'key = value'"),
        (["jobs = "], "--config: is not TOML: "),
        (["job = 1"], "--config: unknown setting 'job'; did you mean 'jobs'"),
        (["dslint.toml", "other.toml"], "command line: two configuration files, dslint.toml and other.toml"),
    ],
)
def test_wrong_config_arguments(tmp_path: Path, config: list[str], message: str) -> None:
    write(tmp_path, "")
    write(tmp_path, "", "other.toml")
    with pytest.raises(ConfigError) as caught:
        resolve(load_settings(cwd=tmp_path, config=config), INSTALLED)
    assert str(caught.value).startswith(message)


# What is refused


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\nselct = []", "dslint.toml:2: unknown setting 'selct'; did you mean 'select'"),
        ("fail_on = 'note'", "dslint.toml:1: unknown setting 'fail_on'; did you mean 'fail-on'"),
        ("layers = 1", "dslint.toml:1: unknown setting 'layers'"),
        ("root = '/'", "dslint.toml:1: unknown setting 'root'"),
        ("zzz = 1", "dslint.toml:1: unknown setting 'zzz'"),
        ("jobs = '3'", "dslint.toml:1: 'jobs' should be a valid integer, not '3'"),
        ("jobs = -1", "dslint.toml:1: 'jobs' should be greater than or equal to 0, not -1"),
        ("preview = 1", "dslint.toml:1: 'preview' should be a valid boolean, not 1"),
        ("select = 'ALL'", "dslint.toml:1: 'select' should be a list, not 'ALL'"),
        ("select = [\n'ALL',\n3]", "dslint.toml:3: 'select[1]' should be a valid string, not 3"),
        (
            "fail-on = 'warnin'",
            "dslint.toml:1: 'fail-on' is 'warnin', not one of error, warning, note, never; did you mean 'warning'",
        ),
        ("[[datasets]]\nname = 'a'", "dslint.toml:1: 'datasets[0].files' is missing"),
        (
            "[[datasets]]\nname = 'a'\nfiles = ['*']\n[[datasets]]\nname = 'b'\nfiles = ['*']\nspit = 'train'",
            "dslint.toml:7: unknown key 'datasets[1].spit'; did you mean 'split'",
        ),
        ("datasets = [{ name = 'a', files = [] }]", "dslint.toml:1: 'datasets[0].files' should have at least 1, not 0"),
        (
            "[[datasets]]\nname = 'a'\nfiles = ['*']\nformat = 'question-answer'\n"
            "columns = { question = 'q', anser = 'a' }",
            "dslint.toml:5: 'datasets[0].columns' names 'anser', which is a field of no format; did you mean 'answer'",
        ),
        (
            "[[datasets]]\nname = 'a'\nfiles = ['*']\n[datasets.columns]\nquestion = 'q'\ninstrction = 'a'",
            "dslint.toml:6: 'datasets[0].columns' names 'instrction', which is a field of no format; did you mean "
            "'instruction'",
        ),
        ("[formats]\n'*.json' = 'alpacka'", "dslint.toml:2: 'formats.*.json': 'alpacka' is not one of "),
        ("rules.near-twin = 1", "dslint.toml:1: 'rules.near-twin' should be a table, not 1"),
        ("[rules.near-twin]\nthreshold = 1.5", "dslint.toml:2: 'rules.near-twin.threshold' should be less than or"),
        ("[rules]\nnear-twin.threshold = nan", "dslint.toml:2: 'rules.near-twin.threshold' should be"),
        ("[rules]\nnear-twin.threshold = 99999999999999999999", "dslint.toml:2: 'rules.near-twin.threshold' should be"),
        (
            "rules.near-twin = { unit = 'x', treshold = 1 }",
            "dslint.toml:1: unknown key 'rules.near-twin.treshold'; did you mean 'threshold'",
        ),
        (
            "[rules.near-twin]\nseverity = 'warn'",
            "dslint.toml:2: 'rules.near-twin.severity' is 'warn', not one of error, warning, note; "
            "did you mean 'warning'",
        ),
        (
            "[rules.too-long]\nmax_length = 1",
            "dslint.toml:2: unknown key 'rules.too-long.max_length'; did you mean 'max-length'",
        ),
        ("[rules.near-twins]", "dslint.toml:1: unknown rule 'near-twins'; did you mean 'near-twin'"),
        ("select = ['near-twim']", "dslint.toml:1: unknown rule 'near-twim'; did you mean 'near-twin'"),
        ("ignore = [\n'twinz',\n]", "dslint.toml:2: unknown rule 'twinz'; did you mean 'twins'"),
        ("[per-file-ignores]\n'*' = ['acme/sen']", "dslint.toml:2: unknown rule 'acme/sen'; did you mean 'acme/seen'"),
        ("preset = 'shor'", "dslint.toml:1: unknown preset 'shor'; did you mean 'short'"),
        ("preset = 'broken'", "preset 'broken': unknown rule 'nobody'"),
        ("max-length = 0", "dslint.toml:1: 'max-length' should be greater than 0, not 0"),
        ("max-lenght = 10", "dslint.toml:1: unknown setting 'max-lenght'; did you mean 'max-length'"),
        ("counter = 1", "dslint.toml:1: 'counter' should be a valid string, not 1"),
        ("local-rules = ['gone.py']", "dslint.toml:1: 'local-rules' names 'gone.py', which is not a file"),
        ("extend = 'gone.toml'", "dslint.toml:1: 'extend' names 'gone.toml', which is not a file"),
        ("extend = 'dslint.toml'\n", "dslint.toml:1: dslint.toml extends itself"),
        ("extend = 1\n", "dslint.toml:1: 'extend' should be the path of a file, not 1"),
        ("a = [\n1, }", "dslint.toml:2: is not TOML: "),
    ],
)
def test_refused_with_its_place(tmp_path: Path, text: str, expected: str) -> None:
    (problem,) = problems(tmp_path, text)
    assert problem.startswith(expected)


def test_line_numbers_in_pyproject_count_from_its_top(tmp_path: Path) -> None:
    write(tmp_path, "[project]\nname = 'x'\n\n[tool.dslint]\njobs = 'x'\n", "pyproject.toml")
    with pytest.raises(ConfigError, match=r"^pyproject\.toml:5: 'jobs' should be a valid integer, not 'x'$"):
        load_settings(cwd=tmp_path)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, "jobs = 'a'\nfail-on = 1\n")
    assert [problem.split(": ")[0] for problem in found] == ["dslint.toml:1", "dslint.toml:2"]


def test_problems_come_by_line(tmp_path: Path) -> None:
    write(tmp_path, "ignore = ['nobody']\nzzz = 1\n", "base.toml")
    text = "extend = 'base.toml'\nmax-length = 0\nyyy = 1\nselect = ['nobody']\n[rules.near-twin]\nx = 1\n[rules.y]\n"
    found = problems(tmp_path, text, overrides={"ignore": ["x"]})
    assert [problem.split(": ")[0] for problem in found] == [
        *("base.toml:1", "base.toml:2", "dslint.toml:2", "dslint.toml:3", "dslint.toml:4"),
        *("dslint.toml:6", "dslint.toml:7", "command line"),
    ]


def test_a_wrong_value_on_the_command_line_says_so(tmp_path: Path) -> None:
    assert problems(tmp_path, "", overrides={"fail_on": "bad"})[0].startswith("command line: 'fail-on' is 'bad'")


def test_a_setting_that_nothing_uses_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "max-length = 10\n")
    bare = Installed({name: e for name, e in INSTALLED.rules.items() if name != "too-long"})
    with pytest.raises(ConfigError, match="unknown setting 'max-length'"):
        resolve(load_settings(cwd=tmp_path), bare)


def test_a_setting_that_a_plugin_which_failed_may_use_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, "max-height = 10\n")
    failed = Installed(INSTALLED.rules, failed=("gone/",))
    assert resolve(load_settings(cwd=tmp_path), failed).shared["max-height"] == 10


def test_a_broken_file_is_an_error_and_not_ignored(tmp_path: Path) -> None:
    (tmp_path / "dslint.toml").write_bytes(b"jobs = 1 # \xff")
    with pytest.raises(ConfigError, match=r"^dslint\.toml: is not UTF-8 at byte 11$"):
        load_settings(cwd=tmp_path)
    write(tmp_path, "\ufeffjobs = 1")
    assert load_settings(cwd=tmp_path).jobs == 1


# Presets and shared settings


def test_a_preset_is_the_lowest_layer(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "preset = 'short'\nmax-length = 20\n")
    assert (settings.target, settings.origin("target")) == (Target.OPENAI, "preset 'short'")
    assert (settings.shared["max-length"], settings.origin("max-length")) == (20, "dslint.toml:2")


def test_of_several_presets_the_last_wins(tmp_path: Path) -> None:
    assert loaded(tmp_path, "preset = ['short', 'only-twins']\n").target is Target.OPENAI


def test_a_setting_that_names_a_file_counts_from_the_configuration(tmp_path: Path) -> None:
    path = write(tmp_path / "base", "", "words.txt")
    write(tmp_path / "base", "counter = 'words.txt'\n")
    settings = resolve(load_settings(cwd=tmp_path, config=["base/dslint.toml"]), INSTALLED)
    assert settings.shared["counter"] == str(path.resolve())
    assert loaded(tmp_path, "counter = 'named:thing'\n").shared["counter"] == "named:thing"


def test_renamed_rules_in_per_file_ignores_get_their_present_name(tmp_path: Path) -> None:
    assert loaded(tmp_path, "[per-file-ignores]\n'*' = ['almost-twin', 'twins']\n").per_file_ignores == {
        "*": ("near-twin", "twins")
    }


# As data


def test_settings_and_errors_pickle(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "preset = 'short'\nselect = ['twins']\n")
    copy = pickle.loads(pickle.dumps(settings))
    assert (copy, copy.shared, copy.origins) == (settings, settings.shared, settings.origins)
    error = ConfigError(["a", "b"])
    assert pickle.loads(pickle.dumps(error)).problems == ("a", "b")


def test_values_name_every_setting_and_rule_option_with_its_origin(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "preset = 'only-twins'\nfail-on = 'note'\nmax-length = 7\n")
    values = {key: (value, origin) for key, value, origin in settings.values()}
    keys = {info.alias for info in Configuration.model_fields.values()} - {"extend", "rules"}
    assert keys < values.keys()
    assert values["fail-on"] == ("note", "dslint.toml:2")
    assert values["max-length"] == (7, "dslint.toml:3")
    assert values["rules.near-twin.threshold"] == (0.5, "preset 'only-twins'")
    assert values["jobs"] == (0, "default")


NAMES = st.lists(st.sampled_from(["twins", "near-twin", "ALL", "acme/seen"]), max_size=3)
GIVEN = st.fixed_dictionaries(
    {},
    optional={
        "select": NAMES,
        "extend-select": NAMES,
        "ignore": NAMES,
        "preview": st.booleans(),
        "fail-on": st.sampled_from(["error", "warning", "note", "never"]),
        "target": st.sampled_from([str(target) for target in Target]),
        "jobs": st.integers(0, 99),
        "include": st.lists(st.text(max_size=5), max_size=3),
        "formats": st.dictionaries(st.text(max_size=5), st.sampled_from(["alpaca", "chat"]), max_size=3),
        "per-file-ignores": st.dictionaries(st.text(max_size=5), NAMES, max_size=2),
        "max-length": st.integers(1, 10**9),
        "rules": st.fixed_dictionaries(
            {}, optional={"near-twin": st.fixed_dictionaries({"threshold": st.floats(0.1, 1)})}
        ),
    },
)


@given(GIVEN)
def test_what_goes_in_comes_out(given: dict[str, Any]) -> None:
    first = resolve(load_settings(isolated=True, overrides=given), INSTALLED)
    dumped = first.model_dump(by_alias=True, mode="json", exclude_none=True, exclude={"local_rules", "extend"})
    again = resolve(load_settings(isolated=True, overrides=dumped), INSTALLED)
    assert {**dumped, **given} == dumped
    assert again.model_dump() == first.model_dump()
