"""Features that one process counts before the passes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import pytest

from dslint.api import DatasetFeature, Finding, Record, RecordRule, Scope, Unusable, setting
from dslint.api.entry import RuleEntry
from dslint.engine.describe import describe
from dslint.engine.plan import PlanError, make_plan
from dslint.engine.run import Job, execute
from dslint.features.boilerplate import Boilerplate
from dslint.model.finding import Notice
from dslint.sources.files import DiscoverySettings, discover

RECORDS = 40


@dataclass(frozen=True)
class Order(DatasetFeature[list[str], tuple[str, ...]]):
    """What all records answer, in their order."""

    scope: ClassVar[Scope] = Scope.RUN
    alone: ClassVar[bool] = True

    broken: str = setting("")
    off: bool = setting(False)

    @property
    def idle(self) -> bool:
        return self.off

    def zero(self) -> list[str]:
        return []

    def add_batch(self, state: list[str], records: Sequence[Record], /) -> list[str]:
        if self.broken:
            raise Unusable(self.broken)
        return [*state, *(record.response for record in records)]

    def finish(self, state: list[str]) -> tuple[str, ...]:
        return tuple(state)

    def told(self, state: list[str]) -> str:
        return "answers are read by the model of this test"


InOrder = Annotated[tuple[str, ...] | None, Order]


@dataclass(frozen=True)
class Later(DatasetFeature[list[str], tuple[str, ...]]):
    """The answers that come after the first one of the run, which another reading has found."""

    scope: ClassVar[Scope] = Scope.RUN
    alone: ClassVar[bool] = True

    def zero(self) -> list[str]:
        return []

    def add_batch(self, state: list[str], records: Sequence[Record], order: InOrder, /) -> list[str]:
        first = order[0] if order else ""
        return [*state, *(record.response for record in records if record.response != first)]

    def finish(self, state: list[str]) -> tuple[str, ...]:
        return tuple(state)


class Last(RecordRule):
    """An answer is the last of those that come later."""

    def check(self, record: Record, later: Annotated[tuple[str, ...], Later]) -> Iterator[Finding]:
        if record.response == later[-1]:
            yield self.finding(record, f"the last of {len(later)}")


class First(RecordRule):
    """An answer is the first of the run, or nobody knows."""

    def check(self, record: Record, order: InOrder) -> Iterator[Finding]:
        if order is None:
            yield self.finding(record, "nobody knows")
        elif record.response == order[0]:
            yield self.finding(record, f"the first of {len(order)}: {', '.join(order) == ', '.join(ALL)}")


class AsksForBoth(DatasetFeature[int, int]):
    """Asks for what is not there before the passes."""

    alone: ClassVar[bool] = True

    def add_batch(self, state: int, records: Sequence[Record], boilerplate: Boilerplate, /) -> int:
        return state


class Wrong(RecordRule):
    """Cannot be planned."""

    def check(self, record: Record, both: Annotated[int, AsksForBoth]) -> Iterator[Finding]:
        yield from ()


ALL = [str(number) for number in range(RECORDS)]


@pytest.fixture
def run(tmp_path, monkeypatch):
    path = tmp_path / "data.jsonl"
    path.write_text("".join(f'{{"instruction": "Say it.", "output": "{each}"}}\n' for each in ALL))

    def outcome(kind=First, size=4096, **settings):
        found = discover([str(path)], DiscoverySettings(root=tmp_path))
        rule, name = kind(), kind.__name__.lower()
        info = describe(RuleEntry(name, "test", kind), rule=rule)
        job = Job({name: rule}, {name: info}, settings=settings, shard_size=size)
        return execute(found, job)

    return outcome


def test_the_value_is_there_in_the_first_pass_and_takes_no_other() -> None:
    assert make_plan({"first": First()}).passes == 1


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_records_are_counted_in_order_however_they_are_cut(run, size: int) -> None:
    outcome = run(size=size)
    assert [finding.message for finding in outcome.findings] == ["the first of 40: True"]
    assert [(note.notice, note.message) for note in outcome.notifications] == [
        (Notice.MODEL, "answers are read by the model of this test")
    ]


def test_without_what_it_takes_the_value_is_none_and_nothing_is_told(run) -> None:
    outcome = run(off=True)
    assert {finding.message for finding in outcome.findings} == {"nobody knows"}
    assert not outcome.notifications


def test_what_cannot_be_used_is_said_in_its_own_words(run) -> None:
    (note,) = run(broken="the model is broken").notifications
    assert note.rule == "first"
    assert note.message.endswith("its feature Order failed: the model is broken")


def test_what_is_there_later_cannot_be_asked_for() -> None:
    with pytest.raises(PlanError, match="is counted before the passes"):
        make_plan({"wrong": Wrong()})


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_what_is_counted_before_may_need_what_an_earlier_reading_counted(run, size: int) -> None:
    assert [len(each) for each in make_plan({"last": Last()}).before] == [1, 1]
    assert [finding.message for finding in run(Last, size=size).findings] == ["the last of 39"]
    assert [finding.message for finding in run(Last, size=size, off=True).findings] == ["the last of 40"]


def test_what_needs_what_cannot_be_used_is_not_counted(run) -> None:
    (note,) = run(Last, broken="the model is broken").notifications
    assert note.rule == "last"
    assert note.message.endswith("its feature Later failed: the model is broken")
