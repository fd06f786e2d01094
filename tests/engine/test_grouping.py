"""Grouping by keys: laws of candidates and links, and data that would make a naive way quadratic."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmarks.generate.sentences import Grammar
from benchmarks.pathological import CASES
from dslint.api import Cluster, Finding, PairRule, Record, Rule
from dslint.engine import groups, linking
from dslint.engine.candidates import Candidates, shared, split
from dslint.engine.limits import Limits
from dslint.engine.linking import Linker
from dslint.engine.spool import Space
from dslint.features.question import Question
from dslint.testing import lint
from dslint_rules.duplicates import _groups, conflicting_duplicate, exact_duplicate, near_duplicate
from dslint_rules.duplicates.conflicting_duplicate import ConflictingDuplicate
from dslint_rules.duplicates.exact_duplicate import ExactDuplicate
from dslint_rules.duplicates.near_duplicate import NearDuplicate
from dslint_rules.leakage import split_leakage
from dslint_rules.leakage.split_leakage import SplitLeakage

KEYS = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 5), max_size=60)
PAIRS = st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15), st.booleans()), max_size=120)


@given(KEYS)
def test_groups_are_the_records_that_share_a_key(keys: list[int]) -> None:
    groups = shared([(np.array(keys, np.uint64), np.arange(len(keys)))])
    wanted = {key: [n for n, other in enumerate(keys) if other == key] for key in keys}
    assert [groups[n].tolist() for n in range(len(groups))] == [each for each in wanted.values() if len(each) > 1]


@given(KEYS)
def test_candidates_are_all_pairs_that_share_a_key(keys: list[int]) -> None:
    columns = [(np.array(keys, np.uint64), np.arange(len(keys)))]
    found = np.concatenate([*Candidates().pairs(columns, Space(Limits()), len(keys))])
    left, right = (each.tolist() for each in split(found))
    wanted = [(a, b) for a in range(len(keys)) for b in range(a + 1, len(keys)) if keys[a] == keys[b]]
    assert list(zip(left, right, strict=True)) == wanted


@given(PAIRS, st.integers(1, 50))
def test_links_are_those_of_comparing_one_by_one(given_pairs: list[tuple[int, int, bool]], block: int) -> None:
    passing = {(min(a, b), max(a, b)): 0.5 + ok / 2 for a, b, ok in given_pairs if a != b}
    pairs = np.array([(a << 32) | b for a, b in sorted(passing)], np.uint64)

    def score(chosen: NDArray[np.uint64]) -> NDArray[np.float64]:
        return np.array([passing[pair] for pair in zip(*(n.tolist() for n in split(chosen)), strict=True)])

    joined: list[tuple[int, int]] = []
    label = list(range(16))
    for a, b in sorted(passing):
        if passing[a, b] == 1 and label[a] != label[b]:
            joined.append((a, b))
            label = [label[a] if other == label[b] else other for other in label]
    before, linking.BLOCK = linking.BLOCK, block  # type: ignore[misc]
    try:
        links = Linker(16, 0.8, score).links([pairs])
    finally:
        linking.BLOCK = before  # type: ignore[misc]
    assert list(zip(links.left.tolist(), links.right.tolist(), strict=True)) == joined


class Meets(PairRule):
    """A record meets another one."""

    def keys(self, _record: Record) -> Iterator[bytes]:
        yield b"all"

    def compare(self, _left: Question, _right: Question) -> float:
        Compared.count += 1
        return 0.0

    def check(self, cluster: Cluster) -> Iterator[Finding]:
        yield self.finding(cluster.refs[0], "records meet")


class Compared:
    """How many pairs were compared."""

    count = 0


def rows(*texts: str) -> dict[str, str]:
    lines = (json.dumps({"instruction": "Say it.", "output": text}) + "\n" for text in texts)
    return {"data.jsonl": "".join(lines)}


def test_where_all_keys_collide_comparisons_stay_linear_and_it_is_told() -> None:
    Compared.count = 0
    report = lint(Meets, rows(*(f"answer {n}" for n in range(2000))))
    assert Compared.count <= 2 * 2000
    assert [note.notice for note in report.notifications] == ["rule-capped"]


def words(start: int, count: int) -> str:
    return " ".join(f"word{n * 7919 % 10007}" for n in range(start, start + count))


def test_near_duplicates_in_one_giant_cluster() -> None:
    texts = [f"{words(0, 60)} end{n}" for n in range(1500)]
    report = lint(NearDuplicate, rows(*texts))
    assert len({finding.place.record for finding in report.findings}) == 1499


def test_a_template_in_every_record_and_empty_answers_are_no_near_duplicates() -> None:
    template = "Answer the following question as well as you can and explain each step of it.\n"
    texts = [words(100 * n, 30) for n in range(80)]
    lines = [json.dumps({"instruction": template + text, "output": text[::-1]}) for text in texts]
    assert not lint(NearDuplicate, {"data.jsonl": "\n".join(lines) + "\n"}).findings
    assert not lint(NearDuplicate, rows(*[""] * 300)).findings


def test_a_huge_record_beside_small_ones() -> None:
    huge = words(0, 400_000)
    report = lint(NearDuplicate, rows(huge, words(0, 60), words(0, 59) + " other", huge + " more"))
    assert {finding.place.record for finding in report.findings} == {0, 2}


def chain(count: int) -> dict[str, str]:
    return rows(*(words(4 * n, 80) for n in range(count)))


def test_where_a_cluster_is_too_large_to_compare_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = {finding.place.record for finding in lint(NearDuplicate, chain(60)).findings}
    monkeypatch.setattr(near_duplicate, "_KEPT", 5)
    capped = lint(NearDuplicate, chain(60)).findings
    told = [finding for finding in capped if "were compared with the 5 longest only" in finding.message]
    assert len(told) == 1
    assert {finding.place.record for finding in capped if finding not in told} < everything


@pytest.mark.parametrize("rule", [ExactDuplicate, ConflictingDuplicate, NearDuplicate, SplitLeakage])
def test_records_of_a_huge_group_that_are_not_read_are_told(rule: type[Rule], monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (_groups, exact_duplicate, conflicting_duplicate, near_duplicate):
        monkeypatch.setattr(module, "READ", 5)
    monkeypatch.setattr(split_leakage, "_READ", 5)
    line = json.dumps({"instruction": words(0, 40), "output": words(50, 40)}) + "\n"
    report = lint(rule, {"data.jsonl": 12 * line, "test.jsonl": line})
    told = [finding.message for finding in report.findings if "more records from here on" in finding.message]
    assert [message[:2].strip() for message in told] == ["8" if rule is SplitLeakage else "7"]


SHAPES: dict[str, Callable[[int], dict[str, str]]] = {
    name: lambda n, case=case: {"data.jsonl": jsonl(case(Grammar(np.random.default_rng(0)), n))}  # type: ignore[misc]
    for name, case in CASES.items()
}


def jsonl(rows: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def calls(rule: type[Rule], files: dict[str, str]) -> int:
    """Return how many functions are called to check files: the same on any machine."""
    count = 0

    def called(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        lint(rule, files)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("name", SHAPES)
def test_work_on_pathological_data_is_linear(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_duplicate, "_KEPT", 5)
    monkeypatch.setattr(groups, "BUCKET_CAP_OF_MANY", 8)
    lint(NearDuplicate, SHAPES[name](10))
    once, twice, four_times = (calls(NearDuplicate, SHAPES[name](n)) for n in (100, 200, 400))
    assert four_times - twice <= 2.8 * (twice - once)  # 2 is linear, 4 is quadratic
