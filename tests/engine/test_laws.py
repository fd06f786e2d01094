"""The same findings for any cut, any number of processes, any order of files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sample_rules as sample
from dslint.api import Rule
from dslint.api.entry import RuleEntry
from dslint.engine.describe import describe
from dslint.engine.executors.process import ProcessExecutor
from dslint.engine.executors.serial import SerialExecutor
from dslint.engine.run import Job, execute
from dslint.sources.files import DiscoverySettings, discover
from dslint.testing import LawBroken, check_laws, lint

WORDS = st.sampled_from(["alpha", "beta", "GAMMA", "delta", "ein", "zwei", "三", ""])
TEXT = st.lists(WORDS, max_size=5).map(" ".join)
RECORDS = st.lists(st.fixed_dictionaries({"instruction": TEXT, "output": TEXT}), min_size=1, max_size=25)


def jsonl(records: list[dict[str, str]]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


@pytest.mark.parametrize("rule", sample.KINDS, ids=lambda rule: rule.id())
@settings(max_examples=15, deadline=None)
@given(records=RECORDS)
def test_every_kind_keeps_the_laws(rule: type[Rule], records: list[dict[str, str]]) -> None:
    check_laws(rule, {"data.jsonl": jsonl(records)})


def test_a_rule_that_depends_on_order_is_caught() -> None:
    data = jsonl([{"instruction": "a", "output": word} for word in ("x", "y", "z")])
    with pytest.raises(LawBroken, match="merge in any order"):
        check_laws(sample.LastWins, {"data.jsonl": data})


@pytest.mark.parametrize("rule", [sample.WrongCandidates, sample.WrongRows])
def test_candidates_that_leave_findings_out_are_caught(rule: type[Rule]) -> None:
    with pytest.raises(LawBroken):
        check_laws(rule, {"data.jsonl": jsonl([{"instruction": "a", "output": "b"}])})


def run(folder: Path, paths: list[str], *, jobs: int, shard_size: int = 2) -> list[str]:
    rules: dict[str, Rule] = {rule.id(): rule() for rule in sample.KINDS}
    infos = {name: describe(RuleEntry(name, "test", type(rule)), rule=rule) for name, rule in rules.items()}
    executor = SerialExecutor() if jobs == 1 else ProcessExecutor(jobs)
    found = discover(paths, DiscoverySettings(root=folder))
    outcome = execute(found, Job(rules, infos, shard_size=shard_size), executor=executor)
    return [repr(finding) for finding in outcome.findings]


def test_processes_and_order_of_files_change_nothing(tmp_path: Path) -> None:
    words = ["alpha beta", "beta gamma", "delta", "GAMMA ray burst", "alpha beta gamma"]
    for name in ("b.jsonl", "a.jsonl", "test.jsonl"):
        records = [{"instruction": f"{name} {n % 4}", "output": words[n % 5]} for n in range(20)]
        (tmp_path / name).write_text(jsonl(records))
    paths = [str(tmp_path / name) for name in ("a.jsonl", "b.jsonl", "test.jsonl")]
    expected = run(tmp_path, paths, jobs=1)
    assert expected
    assert run(tmp_path, paths[::-1], jobs=1, shard_size=7) == expected
    assert run(tmp_path, paths[::-1], jobs=2) == expected


def test_a_group_spans_the_files_of_a_dataset_but_not_splits() -> None:
    same = jsonl([{"instruction": "why?", "output": "so"}])
    report = lint(sample.SameQuestion, {"a.jsonl": same, "b.jsonl": same, "test.jsonl": same})
    assert [f.place.path.rsplit("/")[-1] for f in report.findings] == ["b.jsonl"]
    assert report.findings[0].related[0].ref.path.endswith("a.jsonl")
