"""Pair rules that compare what is trained on with what is held out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import ClassVar

from dslint.api import Cluster, Finding, PairRule, Record, Scope
from dslint.engine.candidates import BUCKET_CAP
from dslint.features.digest import context_key
from dslint.features.question import Question
from dslint.testing import lint


class Meets(PairRule):
    """A record meets another one."""

    scope: ClassVar[Scope] = Scope.RUN
    across_splits: ClassVar[bool] = True

    def keys(self, record: Record) -> Iterator[bytes]:
        yield context_key(record)

    def compare(self, left: Question, right: Question) -> float:
        return 1.0

    def check(self, cluster: Cluster) -> Iterator[Finding]:
        yield self.finding(cluster.refs[0], f"{len(cluster.refs)} records meet")


def rows(*names: str) -> str:
    return "".join(json.dumps({"instruction": f"Tell me about {name}.", "output": "Yes."}) + "\n" for name in names)


def messages(files: dict[str, str]) -> list[str]:
    report = lint(Meets, files)
    assert not [note for note in report.notifications if note.severity == "error"]
    return [finding.message for finding in report.findings]


def test_one_side_alone_is_not_compared() -> None:
    assert messages({"train.jsonl": rows("tea", "tea"), "data.jsonl": rows("tea")}) == []
    assert messages({"test.jsonl": rows("tea", "tea"), "dev.jsonl": rows("tea")}) == []


def test_pairs_of_one_side_do_not_count() -> None:
    files = {"train.jsonl": rows("tea", "tea", "milk"), "test.jsonl": rows("milk", "rice", "rice")}
    assert messages(files) == ["2 records meet"]


def test_all_of_a_large_group_meet_the_other_side() -> None:
    files = {"train.jsonl": rows(*["tea"] * (BUCKET_CAP + 50)), "test.jsonl": rows("tea")}
    assert messages(files) == [f"{BUCKET_CAP + 51} records meet"]
