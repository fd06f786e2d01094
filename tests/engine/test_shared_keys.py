"""Keys that are grouped in tasks of a cluster: the same comes of them as of those that are grouped in one process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dslint.api import Cluster, Finding, PairRule, Record, Scope
from dslint.engine.candidates import Search
from dslint.engine.executors.cluster import exchange, kept
from dslint.engine.executors.cluster.executor import FAN_IN, Tree
from dslint.engine.executors.cluster.kept import SharedKept
from dslint.engine.keys import Kept
from dslint.engine.limits import Limits
from dslint.engine.shard import KeyRows, Places, ShardResult
from dslint.model.record import Source

FILES = ("a.jsonl", "b.jsonl", "test.jsonl")
SCOPES = {"once": Scope.RUN, "several": Scope.DATASET, "sketched": Scope.RUN, "by-file": Scope.FILE}
KEY = st.integers(0, 6) | st.integers(0, 2**64 - 1)
SHARDS = st.lists(st.tuples(st.sampled_from(FILES), st.lists(st.tuples(KEY, KEY, st.integers(0, 3)), max_size=9)))


class Near(PairRule):
    """Records with the same sketch."""

    def likely(self, left: Any, right: Any) -> Any:
        return (left == right)[:, 0]

    def keys(self, _record: Record) -> Iterator[bytes]:
        yield b""

    def compare(self, _left: object, _right: object) -> float:
        return 1.0

    def check(self, _cluster: Cluster) -> Iterator[Finding]:
        yield from ()


class Here:
    """Does all tasks in this process, and counts them."""

    def __init__(self) -> None:
        self.begun: list[str] = []

    def begin(self, call: tuple[Callable[..., Any], Sequence[Any]], returns: int = 1) -> list[Any]:
        task, arguments = call
        self.begun.append(task.__name__)
        made = list(task(*arguments))
        assert len(made) == returns
        return made

    def results(self, task: Callable[..., Any], context: Any, calls: Iterable[Sequence[Any]]) -> Iterator[Any]:
        for arguments in calls:
            self.begun.append(task.__name__)
            yield task(context, *arguments)


def results(shards: Sequence[tuple[str, list[tuple[int, int, int]]]]) -> Iterator[ShardResult]:
    for number, (path, rows) in enumerate(sorted(shards, key=lambda each: each[0])):
        count = len(rows)
        columns = np.array(rows, np.uint64).reshape(-1, 3)
        at = np.arange(count)
        twice = KeyRows(np.concatenate((columns[:, :1], columns[:, :1])), np.concatenate((at, at)))
        sketches = columns[:, 2:].astype(np.uint8)
        keys = {
            "once": KeyRows(columns[1:, :1], at[1:]),
            "several": KeyRows(twice.keys[np.argsort(twice.positions)], np.sort(twice.positions)),
            "sketched": KeyRows(columns[:, :2], at, sketches),
            "by-file": KeyRows(columns[:, :2], at, sketches if number % 2 else None),
        }
        places = Places(np.full((count, 5), number) + at[:, None], bytes([number % 256]) * 16)
        source = Source(path, dataset=path[0], split="test" if path.startswith("test") else "train")
        yield ShardResult(source, keys=keys, places=places, records=count)


def grouped(kept: Kept) -> list[Any]:
    """Return all that is asked of keys and places."""
    found: list[Any] = []
    count = len(kept.table)
    for rule in SCOPES:
        for unit in kept.units(rule):
            if rule == "once":
                groups = unit.groups(2)
                told: Any = (groups.members.tolist(), groups.offsets.tolist())
                numbers = groups.members
            else:
                sides = kept.table.sides() if rule == "several" else None
                pairs = np.concatenate([*unit.pairs(Search(rule, Near(), 2, sides), count)])
                told, numbers = pairs.tolist(), np.unique(pairs & np.uint64(0xFFFF)).astype(np.int64)
            rows = kept.table.rows(numbers)
            places = list(rows.refs(slice(None))), rows.contents.tolist(), kept.table.sizes(numbers).tolist()
            found.append((rule, unit.name, unit.width, told, unit.capped, places))
    kept.space.close()
    return found


def filled(kept: Kept, shards: Iterable[ShardResult], level: Callable[[str], int]) -> Kept:
    given = list(shards)
    for now in (0, 1):
        for number, whole in enumerate(given):
            keys = {rule: rows for rule, rows in whole.keys.items() if level(rule) == now}
            part = ShardResult(whole.source, keys=keys, places=whole.places if now == 0 else None)
            if isinstance(kept, SharedKept) and number % 3:  # the others are results of this process
                part, rows = exchange.stored(part)
                assert part.stored is not None
                part.stored = replace(part.stored, reference=rows)
            kept.take(part, {rule: SCOPES[rule] for rule in keys}, now, number)
    return kept


@pytest.fixture(params=[(1, 1), (4, 7), (1 << 20, 1 << 18)], ids=["tiny", "small", "whole"])
def sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "KEYS_OF_RANGE", request.param[0])
    monkeypatch.setattr(kept, "ROWS_OF_DIVISION", request.param[1])


@pytest.mark.usefixtures("sizes")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(SHARDS, st.sampled_from([lambda rule: 0, lambda rule: int(rule == "sketched")]))
def test_what_shares_a_key_is_the_same_in_tasks_and_in_one_process(
    shards: list[tuple[str, list[tuple[int, int, int]]]], level: Callable[[str], int]
) -> None:
    wanted = grouped(filled(Kept(Limits()), results(shards), level))
    assert grouped(filled(SharedKept(Limits(), Here()), results(shards), level)) == wanted


@given(st.integers(0, 5 * FAN_IN**2))
def test_states_are_merged_a_few_at_a_time_and_in_their_order(count: int) -> None:
    calls: list[list[list[int]]] = []

    def merge(parts: Sequence[list[int]]) -> list[int]:
        calls.append(list(parts))
        return [number for part in parts for number in part]

    tree = Tree(merge)
    for number in range(count):
        tree.add([number])
        assert sum(len(level) for level in tree.levels) < 3 * FAN_IN  # what has to be held meanwhile
    assert (tree.merged() or []) == list(range(count))
    assert all(len(parts) <= FAN_IN for parts in calls[:-1])
    assert sum(len(parts) for parts in calls) <= count * (1 + 2 / FAN_IN) + FAN_IN * 3


def test_keys_of_many_records_are_divided_among_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "KEYS_OF_RANGE", 100)
    monkeypatch.setattr(kept, "ROWS_OF_DIVISION", 90)
    random: NDArray[np.int64] = np.random.default_rng(1).integers(0, 400, (12, 30, 3))
    shards = [("a.jsonl", [tuple(row) for row in shard]) for shard in random.tolist()]
    here = Here()
    found = grouped(filled(SharedKept(Limits(), here), results(shards), lambda _: 0))  # type: ignore[arg-type]
    assert found == grouped(filled(Kept(Limits()), results(shards), lambda _: 0))  # type: ignore[arg-type]
    assert here.begun.count("divide") == 4
    assert here.begun.count("groups") == 4  # of a key each
    assert here.begun.count("reduce") == here.begun.count("likely_pairs") == 8  # of two
    assert here.begun.count("pick") == 4
