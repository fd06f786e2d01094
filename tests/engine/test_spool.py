"""What does not fit into memory goes to files, and nothing that is reported depends on it."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sample_rules as sample
from dslint.api import Rule
from dslint.api.entry import RuleEntry
from dslint.engine import spool as spool_module
from dslint.engine.candidates import Candidates, split
from dslint.engine.describe import describe
from dslint.engine.keys import Kept
from dslint.engine.limits import Limits, SpoolError
from dslint.engine.run import Job, Outcome, execute
from dslint.engine.shard import KeyRows, Places
from dslint.engine.spool import Space, SpillFile, Spool, Tape
from dslint.model.record import Source
from dslint.model.severity import Scope
from dslint.sources.files import DiscoverySettings, discover
from dslint_rules.duplicates.conflicting_duplicate import ConflictingDuplicate
from dslint_rules.duplicates.exact_duplicate import ExactDuplicate
from dslint_rules.duplicates.near_duplicate import NearDuplicate

VALUES = st.integers(0, 2**64 - 1) | st.integers(0, 3) | st.sampled_from([2**63, 2**64 - 1])
SHARDS = st.lists(st.lists(st.tuples(VALUES, VALUES), max_size=9), max_size=9)
RULES = (*sample.KINDS, NearDuplicate, ExactDuplicate, ConflictingDuplicate)


@given(SHARDS, st.integers(0, 400))
def test_every_value_comes_back_once_with_its_numbers_in_order(
    shards: list[list[tuple[int, int]]], memory: int
) -> None:
    space = Space(Limits(memory))
    file = SpillFile(space)
    spool, tape = Spool(file, space, 2), Tape(file, space, np.uint64, 2)
    count = 0
    for shard in shards:
        values = np.array(shard, np.uint64).reshape(-1, 2)
        spool.add(values, np.arange(count, count + len(values)))
        tape.append(values)
        count += len(values)
    rows = [row for shard in shards for row in shard]
    for column in range(2):
        found: dict[int, list[int]] = {}
        for values, numbers in spool.parts(column):
            part: dict[int, list[int]] = {}
            for value, number in zip(values.tolist(), numbers.tolist(), strict=True):
                part.setdefault(value, []).append(number)
            assert not part.keys() & found.keys()
            found.update(part)
        assert found == {
            row[column]: [n for n, other in enumerate(rows) if other[column] == row[column]] for row in rows
        }
    assert [tuple(row) for row in tape.take(np.arange(count)).tolist()] == rows
    assert (space.written > 0) == (count * 36 > memory)
    space.close()


@given(st.lists(st.lists(st.integers(0, 6), max_size=40), max_size=4), st.integers(0, 600))
def test_pairs_do_not_depend_on_the_memory(columns: list[list[int]], memory: int) -> None:
    def pairs(limits: Limits) -> list[tuple[int, int]]:
        space = Space(limits)
        given_columns = [(np.array(keys, np.uint64), np.arange(len(keys))) for keys in columns]
        blocks = [*Candidates().pairs(given_columns, space, 40)]
        space.close()
        left, right = split(np.concatenate(blocks)) if blocks else (np.empty(0), np.empty(0))
        return list(zip(left.tolist(), right.tolist(), strict=True))

    assert pairs(Limits(memory)) == pairs(Limits())


def write(folder: Path) -> list[str]:
    words = [f"word{n * 7919 % 1009}" for n in range(400)]
    for name in ("a.jsonl", "b.jsonl", "test.jsonl"):
        texts = (" ".join(words[n % 17 * 20 : n % 17 * 20 + 40]) + f" end{n % 23}" for n in range(300))
        lines = (json.dumps({"instruction": f"question {n % 29}", "output": t}) + "\n" for n, t in enumerate(texts))
        (folder / name).write_text("".join(lines), "utf-8")
    return [str(folder / name) for name in ("a.jsonl", "b.jsonl", "test.jsonl")]


def run(folder: Path, limits: Limits) -> Outcome:
    rules: dict[str, Rule] = {rule.id(): rule() for rule in RULES}
    infos = {name: describe(RuleEntry(name, "test", type(rule)), rule=rule) for name, rule in rules.items()}
    found = discover(write(folder), DiscoverySettings(root=folder))
    return execute(found, Job(rules, infos, shard_size=16, limits=limits))


@pytest.mark.parametrize("memory", [0, 20_000, 60_000])
def test_findings_and_notifications_do_not_depend_on_the_memory(tmp_path: Path, memory: int) -> None:
    files = tmp_path / "files"
    files.mkdir()
    spilled, held = run(tmp_path, Limits(memory, str(files))), run(tmp_path, Limits())
    assert {finding.rule for finding in held.findings} >= {"near-duplicate", "exact-duplicate"}
    assert repr(spilled) == repr(held)
    assert not [*files.iterdir()]


def test_where_nothing_can_be_written_rules_that_group_fail_and_the_others_run(tmp_path: Path) -> None:
    outcome = run(tmp_path, Limits(0, str(tmp_path / "none")))
    failed = {note.rule for note in outcome.notifications if "could not be written" in note.message}
    assert {"near-duplicate", "exact-duplicate", "conflicting-duplicate"} <= failed
    assert {finding.rule for finding in outcome.findings}.isdisjoint(failed)
    assert outcome.findings


def test_what_was_lost_is_no_end_of_the_rows(tmp_path: Path) -> None:
    space = Space(Limits(0, str(tmp_path)))
    file = SpillFile(space)
    spool = Spool(file, space, 1)
    spool.add(np.arange(100, dtype=np.uint64)[:, None], np.arange(100))
    assert file._file is not None
    file._file.truncate(50)
    with pytest.raises(SpoolError, match="could not be read"):
        list(spool.parts(0))
    space.close()


def test_large_pieces_are_read_by_range_and_small_ones_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    values = random.integers(0, 2**64, (3_000, 1), dtype=np.uint64)

    def ranges(small: int) -> list[list[tuple[int, int]]]:
        monkeypatch.setattr(spool_module, "_SMALL", small)
        space = Space(Limits(20_000))
        spool = Spool(SpillFile(space), space, 1)
        for start in range(0, 3_000, 500):
            spool.add(values[start : start + 500], np.arange(start, start + 500))
        found = [list(zip(*(each.tolist() for each in part), strict=True)) for part in spool.parts(0)]
        space.close()
        return found

    wanted = sorted((value, number) for number, value in enumerate(values[:, 0].tolist()))
    by_range, whole = ranges(0), ranges(10_000)
    assert len(by_range) > 3
    assert len(whole) > 3
    for found in (by_range, whole):
        assert sorted(pair for part in found for pair in part) == wanted
        assert all(max(a)[0] < min(b)[0] for a, b in pairwise(found))


def test_many_units_of_a_rule_share_a_file(tmp_path: Path) -> None:
    kept = Kept(Limits(0, str(tmp_path)))
    for number in range(50):
        rows = KeyRows(np.array([[1], [2]], np.uint64), np.arange(2), np.zeros((2, 1), np.uint8))
        place = Source(f"{number}.jsonl")
        kept.table.add(place, Places(np.full((2, 5), number)))
        kept.add(place, {"rule": Scope.FILE}, {"rule": rows}, number)
    assert len(kept.space.files) == 2
    units = list(kept.units("rule"))
    assert [unit.name for unit in units] == sorted(f"{number}.jsonl" for number in range(50))
    kept.space.close()
