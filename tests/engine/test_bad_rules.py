"""A rule that gives back what nothing can be done with has failed; the run goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import dslint
import sample_rules as sample
from dslint.api import DatasetRule, Finding, GroupRule, Record, RecordRule, Rule
from dslint.testing import LawBroken, check_laws, lint

DATA = {"data.jsonl": "".join(json.dumps({"instruction": "q", "output": f"a{n}"}) + "\n" for n in range(3))}

LOCAL = '''
from dslint.api import *

class Careless(DatasetRule[object]):
    """Has a state that no other process can be given."""
    def zero(self): return None
    def add(self, state, record): return lambda: 3
    def merge(self, left, right): return right
    def finish(self, state): yield self.finding(None, "found")

class Carefree(RecordRule):
    """Has findings that no other process can be given."""
    def check(self, record): yield self.finding(record, "found", what=lambda: 3)

class Careful(RecordRule):
    """Is as it should be."""
    def check(self, record): yield self.finding(record, "found")
'''

GIVEN: dict[str, Callable[[Rule, Any], Any]] = {
    "it yields a str, not a finding": lambda rule, where: "text",
    "it yields a NoneType, not a finding": lambda rule, where: None,
    "message is a int, not a text": lambda rule, where: rule.finding(where, 5),  # type: ignore[arg-type]
    "severity is 'bad', not a Severity": lambda rule, where: rule.finding(where, "x", severity="bad"),  # type: ignore[arg-type]
    "score is not a number": lambda rule, where: rule.finding(where, "x", score=float("nan")),
}


def failure(rule: type[Rule]) -> str:
    report = lint(rule, DATA)
    assert (report.findings, report.exit_code) == ([], 3)
    (note,) = report.notifications
    assert note.notice == "rule-crashed"
    return note.message


@pytest.mark.parametrize("reason", GIVEN)
def test_what_is_no_finding_is_a_failure_of_the_rule(reason: str) -> None:
    class OfRecords(RecordRule):
        """Of records."""

        def check(self, record: Record) -> Iterator[Finding]:
            yield GIVEN[reason](self, record)

    class OfDataset(DatasetRule[int]):
        """Of a dataset."""

        def zero(self) -> int:
            return 0

        def add(self, state: int, record: Record) -> int:
            return state

        def merge(self, left: int, right: int) -> int:
            return left

        def finish(self, state: int) -> Iterator[Finding]:
            yield GIVEN[reason](self, None)

    class OfGroups(GroupRule):
        """Of groups."""

        def key(self, record: Record) -> bytes:
            return b"all"

        def check(self, group: Any) -> Iterator[Finding]:
            yield GIVEN[reason](self, group.refs[0])

    for rule in (OfRecords, OfDataset, OfGroups):
        assert reason in failure(rule)


def test_what_cannot_be_sent_from_a_worker_is_a_failure_of_its_rule(tmp_path: Path) -> None:
    (tmp_path / "rules.py").write_text(LOCAL)
    (tmp_path / "data.jsonl").write_text(DATA["data.jsonl"])
    config = {"local-rules": [str(tmp_path / "rules.py")], "select": ["local"]}
    report = dslint.check(tmp_path / "data.jsonl", config=config, jobs=2)
    assert [(finding.rule, finding.place.record) for finding in report.findings] == [
        ("local/careful", n) for n in range(3)
    ]
    assert [(n.notice, n.rule) for n in report.notifications] == [
        ("rule-crashed", "local/carefree"),
        ("rule-crashed", "local/careless"),
    ]


class Unsendable(DatasetRule[Any]):
    """Has a state that no other process can be given."""

    def zero(self) -> Any:
        return None

    def add(self, state: Any, record: Record) -> Any:
        return lambda: 3

    def merge(self, left: Any, right: Any) -> Any:
        return right

    def finish(self, state: Any) -> list[Finding]:
        return []


def test_the_testing_kit_names_the_law() -> None:
    with pytest.raises(LawBroken, match=r"crashing: the rule failed .*ZeroDivisionError"):
        check_laws(sample.Crashing, {"data.jsonl": DATA["data.jsonl"].replace("a1", "boom")})
    with pytest.raises(LawBroken, match="the states of unsendable cannot be pickled"):
        check_laws(Unsendable, DATA)
