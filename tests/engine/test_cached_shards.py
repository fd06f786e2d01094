"""Results of shards are kept: after an edit only what it touches is made again, with the outcome of a whole run."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sample_rules as sample
from dslint.api import GroupRule, PairRule, Rule
from dslint.api.entry import RuleEntry
from dslint.engine.cache import bundles
from dslint.engine.cache.keys import keys_for
from dslint.engine.cache.shards import CachingExecutor, state_of
from dslint.engine.cache.spots import spots_of
from dslint.engine.cache.store import Store
from dslint.engine.columns import Values
from dslint.engine.describe import describe
from dslint.engine.executors.serial import SerialExecutor
from dslint.engine.members import GroupBlock, PairBlock
from dslint.engine.plan import Plan
from dslint.engine.references import References
from dslint.engine.run import Job, Outcome, execute
from dslint.engine.shard import ShardResult
from dslint.plugins.host import load_plugins
from dslint.sources.files import DiscoverySettings, discover
from dslint.sources.shards import Shard
from dslint.testing import Case, read_cases
from dslint.testing.lint import shared_options

RULES = {name: entry.rule for name, entry in load_plugins().rules.items() if "/" not in name}
GROUPING = [
    case
    for name, rule in sorted(RULES.items())
    if issubclass(rule, GroupRule | PairRule)
    for case in read_cases(Path(__file__).parents[1] / "rules" / f"{name}.md")
]
WORDS = ("volcano", "trombone", "penguin", "inflation", "cheddar", "telescope", "asthma", "mortgage", "glacier")
Records = list[dict[str, Any]]
C = TypeVar("C")
T = TypeVar("T")
R = TypeVar("R")


class Counting(SerialExecutor):
    """Counts what it is given to do."""

    def __init__(self) -> None:
        super().__init__()
        self.ran = 0
        self.read_again = 0

    def run(self, plan: Plan, shards: Iterable[Shard], level: int, values: Values) -> Iterator[ShardResult]:
        for result in super().run(plan, shards, level, values):
            self.ran += 1
            yield result

    def map(self, task: Callable[[C, T], R], context: C, items: Iterable[T]) -> Iterator[R]:
        return super().map(task, context, self.counted(items))

    def counted(self, items: Iterable[T]) -> Iterator[T]:
        for item in items:
            assert isinstance(item, PairBlock | GroupBlock)
            self.read_again += len(item.rows)
            yield item


class Bench:
    """A file in a folder, linted with what comes with dslint."""

    def __init__(self, folder: Path, rules: dict[str, Rule] | None = None) -> None:
        self.folder = folder
        self.file = folder / "data.jsonl"
        self.store = Store(folder / "cache")
        self.rules = rules or {name: kind() for name, kind in RULES.items() if not kind().unmet()}
        self.shard_size = 32
        self.ran = self.read_again = 0

    def write(self, records: Records) -> None:
        self.file.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))

    def run(self, *, cached: bool = True) -> list[str]:
        files = sorted(str(path) for path in self.folder.glob("*.*"))
        discovery = discover(files, DiscoverySettings(root=self.folder))
        infos = {name: describe(RuleEntry(name, "test", type(rule)), rule=rule) for name, rule in self.rules.items()}
        job = Job(self.rules, infos, shard_size=self.shard_size)
        inner = Counting()
        states = {file.location: state_of(file.location) for file in discovery.files}
        keys = keys_for(job, References())
        spots = spots_of(self.store, keys, frozenset(name for name, info in infos.items() if info.sensitive))
        executor = CachingExecutor(inner, self.store, keys, states, spots) if cached else inner
        outcome: Outcome = execute(discovery, job, executor=executor, memory=spots if cached else None)
        spots.save()
        self.ran, self.read_again = inner.ran, inner.read_again
        return [repr(each) for each in (*outcome.findings, *outcome.notifications, *outcome.files, *outcome.datasets)]


def made(count: int, seed: int = 0) -> Records:
    """Return records of which some repeat others, almost repeat them, or are broken."""
    rng = random.Random(seed)
    records: Records = []
    for number in range(count):
        word = rng.choice(WORDS)
        told = " ".join(rng.choice(WORDS) for _ in range(30))
        record = {"instruction": f"Explain how the {word} of {number} is made.", "output": f"A {word} is: {told}."}
        kind = number % 11
        if kind == 3 and records:
            record = dict(rng.choice(records))
        elif kind == 5 and records:
            record = dict(rng.choice(records))
            record["output"] += " Indeed."
        elif kind == 7:
            record["output"] = ""
        elif kind == 9 and records:
            record["instruction"] = rng.choice(records)["instruction"]
        records.append(record)
    return records


EDITS = st.lists(
    st.tuples(st.sampled_from(["change", "insert", "delete", "copy"]), st.floats(0, 1)), min_size=1, max_size=4
)


def edited(records: Records, edits: Iterable[tuple[str, float]]) -> Records:
    records = [dict(record) for record in records]
    for kind, where in edits:
        at = min(int(where * len(records)), len(records) - 1)
        new = {"instruction": f"Name the {kind} at {where}.", "output": "As an AI language model, I cannot say."}
        if kind == "copy":
            new = dict(records[-1 - at])
        records[at : at + (kind in ("change", "delete"))] = [] if kind == "delete" else [new]
    return records


def rearranged(bench: Bench, how: str) -> None:
    other = bench.folder / "other.jsonl"
    if how == "renamed":
        bench.file.rename(bench.folder / "b.jsonl")
    elif how == "shuffled":
        records = made(300)
        random.Random(1).shuffle(records)
        bench.write(records)
    elif how == "many":
        bench.write(edited(made(300), [("change", number / 25) for number in range(25)]))
    elif how == "twice":
        bench.write(made(300) * 2)
    elif how == "back":
        bench.write(made(299, seed=5))
        bench.run()
        bench.write(made(300))
    elif how == "left out":
        other.unlink()
    else:
        lines = other.read_text().splitlines(keepends=True)
        other.write_text("".join([*lines[50:], lines[3]]))


@pytest.fixture(autouse=True)
def own_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_after_edits_the_outcome_is_that_of_a_run_that_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edits: Any
) -> None:
    monkeypatch.setattr(bundles, "SIZE", 4)
    bench = Bench(tmp_path)
    bench.write(made(300))
    bench.run()
    bench.write(edited(made(300), edits))
    assert bench.run() == bench.run(cached=False)


@pytest.mark.parametrize("how", ["renamed", "shuffled", "many", "twice", "back", "left out", "both"])
def test_after_other_changes_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    monkeypatch.setattr(bundles, "SIZE", 4)
    bench = Bench(tmp_path)
    bench.write(made(150, seed=2))
    bench.file.rename(tmp_path / "other.jsonl")
    bench.write(made(300))
    bench.run()
    rearranged(bench, how)
    assert bench.run() == bench.run(cached=False)


ONE = pytest.mark.parametrize("edit", [("change", 0.5), ("insert", 0.0), ("delete", 0.9)], ids=lambda edit: edit[0])


@ONE
def test_after_one_edit_few_records_are_compared_again(tmp_path: Path, edit: tuple[str, float]) -> None:
    names = ("exact-duplicate", "near-duplicate", "conflicting-duplicate", "repeated-response")
    bench = Bench(tmp_path, {name: RULES[name]() for name in names})
    bench.write(made(2_000))
    bench.run()
    every = bench.read_again
    assert every > 500
    bench.run()
    assert bench.read_again == 0
    bench.write(edited(made(2_000), [edit]))
    found = bench.run()
    assert 0 < bench.read_again < every / 5
    assert found == bench.run(cached=False)


@pytest.mark.parametrize("case", GROUPING, ids=lambda case: f"{case.path.stem}: {case.title}")
def test_groups_whose_records_have_moved_are_judged_as_before(case: Case, tmp_path: Path) -> None:
    kind = RULES[case.path.stem]
    bench = Bench(tmp_path, {kind.id(): kind.model_validate({**shared_options(kind, case.settings), **case.options})})
    bench.shard_size = 1
    for name, content in case.files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    bench.run()
    every = bench.read_again
    for name in case.files:
        if name.endswith(".jsonl"):
            before = "".join(
                json.dumps({"instruction": f"{n} {name}", "output": f"{name} {n}"}) + "\n" for n in range(7)
            )
            (tmp_path / name).write_text(before + (tmp_path / name).read_text(encoding="utf-8"), encoding="utf-8")
    found = bench.run()
    assert bench.read_again <= every
    assert found == bench.run(cached=False)


@pytest.mark.parametrize("damage", ["flip", "cut", "other"])
def test_what_is_damaged_is_made_again(tmp_path: Path, damage: str) -> None:
    bench = Bench(tmp_path)
    bench.write(made(300))
    first = bench.run()
    entries = sorted((tmp_path / "cache" / "entries").glob("*/*"))
    bodies = [entry.read_bytes() for entry in entries]
    for entry, body, other in zip(entries, bodies, bodies[1:] + bodies[:1], strict=True):
        half = len(body) // 2
        changed = bytes([body[half] ^ 1])
        entry.write_bytes(
            {"flip": body[:half] + changed + body[half + 1 :], "cut": body[:half], "other": other}[damage]
        )
    assert bench.run() == first
    assert bench.ran
    assert bench.run() == first
    assert not bench.ran


@ONE
def test_one_edit_costs_few_shards(tmp_path: Path, edit: tuple[str, float]) -> None:
    bench = Bench(
        tmp_path, {"exact-duplicate": RULES["exact-duplicate"](), "empty-response": RULES["empty-response"]()}
    )
    bench.write(made(2_000))
    bench.run()
    every = bench.ran
    assert every > 40
    bench.run()
    assert bench.ran == 0
    bench.write(edited(made(2_000), [edit]))
    bench.run()
    assert 1 <= bench.ran <= 3


@ONE
def test_one_edit_costs_few_merges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edit: tuple[str, float]) -> None:
    merged: list[int] = []
    merge = RULES["refusal-rate"].merge

    def counted(rule: Rule, left: Any, right: Any) -> Any:
        merged.append(1)
        return merge(rule, left, right)

    monkeypatch.setattr(RULES["refusal-rate"], "merge", counted)
    bench = Bench(tmp_path, {"refusal-rate": RULES["refusal-rate"]()})
    bench.shard_size = 8
    bench.write(made(2_000))
    bench.run()
    every = bench.ran
    assert every > 200
    bench.write(edited(made(2_000), [edit]))
    merged.clear()
    found = bench.run()
    assert len(merged) < every / 3
    assert found == bench.run(cached=False)


def test_another_option_is_another_result(tmp_path: Path) -> None:
    bench = Bench(tmp_path, {"short-response": RULES["short-response"]()})
    bench.write(made(300))
    bench.run()
    bench.rules = {"short-response": RULES["short-response"].model_validate({"min-words": 39})}
    assert bench.run() == bench.run(cached=False)
    assert bench.ran


def test_another_version_of_a_rule_is_another_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(tmp_path, {"empty-response": RULES["empty-response"]()})
    bench.write(made(300))
    bench.run()
    monkeypatch.setattr(RULES["empty-response"], "version", RULES["empty-response"].version + 1)
    bench.run()
    assert bench.ran


def test_a_rule_of_others_may_look_at_where_a_record_stands(tmp_path: Path) -> None:
    bench = Bench(tmp_path, {rule.id(): rule() for rule in sample.KINDS})
    bench.write(made(300))
    bench.run()
    bench.write(edited(made(300), [("insert", 0.0)]))
    found = bench.run()
    moved = bench.ran
    assert found == bench.run(cached=False)
    assert moved == bench.ran


def test_a_file_that_changed_while_it_was_read_is_not_kept(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write(made(300))
    discovery = discover([str(bench.file)], DiscoverySettings(root=tmp_path))
    job = Job(bench.rules, {})
    before = {bench.file.absolute().as_posix(): state_of(str(bench.file))}
    executor = CachingExecutor(SerialExecutor(), bench.store, keys_for(job, References()), before)
    os.utime(bench.file, ns=(1, 1))
    from dslint.engine.plan import make_plan
    from dslint.sources.shards import shards

    plan = make_plan({"empty-response": RULES["empty-response"]()})
    assert list(executor.run(plan, shards(discovery.files[0], 32), 0, {}))
    assert not list((tmp_path / "cache").glob("entries/*/*"))
