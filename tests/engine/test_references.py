"""Files that rules compare the data with."""

from __future__ import annotations

from pathlib import Path

import pytest

import dslint
from dslint.config.errors import ConfigError

QUESTION = (
    '{"question": "A baker makes twelve loaves an hour for five hours. How many is that in one day?", "answer": "60"}\n'
)
RULE = {"select": ["benchmark-contamination"]}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train.jsonl").write_text(QUESTION)
    (tmp_path / "bench.jsonl").write_text(QUESTION)
    return tmp_path


def test_a_path_counts_from_the_configuration_file(data: Path) -> None:
    config = data / "conf" / "dslint.toml"
    config.parent.mkdir()
    config.write_text('select = ["benchmark-contamination"]\neval-sets = ["../bench.jsonl"]\n')
    report = dslint.check(data / "data", config=config)
    assert [f.message.partition(" at ")[0] for f in report.findings] == ["record holds 100% of the evaluation prompt"]


def test_a_path_in_the_table_of_the_rule(data: Path) -> None:
    config = data / "dslint.toml"
    config.write_text('select = ["leakage"]\n[rules.benchmark-contamination]\neval-sets = ["bench.jsonl"]\n')
    assert len(dslint.check(data / "data").findings) == 1


def test_an_evaluation_set_is_not_linted(data: Path) -> None:
    report = dslint.check(data, config={**RULE, "eval-sets": [str(data / "bench.jsonl")]})
    assert [Path(file.path).name for file in report.files] == ["train.jsonl"]


def test_a_missing_file_is_an_error_of_the_configuration(data: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        dslint.check(data, config={**RULE, "eval-sets": ["absent.jsonl"]})


def test_a_file_without_records_is_an_error_of_the_configuration(data: Path) -> None:
    (data / "empty.jsonl").write_text("")
    with pytest.raises(ConfigError, match="holds no records"):
        dslint.check(data, config={**RULE, "eval-sets": [str(data / "empty.jsonl")]})


def test_processes_find_the_same(data: Path) -> None:
    config = {**RULE, "eval-sets": [str(data / "bench.jsonl")]}
    one = dslint.check(data, config=config, jobs=1)
    assert [f.fingerprint for f in dslint.check(data, config=config, jobs=2).findings] == [
        f.fingerprint for f in one.findings
    ]
