"""What earlier runs know of shared keys changes no group and no pair."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dslint.engine.cache import sharing
from dslint.engine.cache.sharing import KnownSharing
from dslint.engine.cache.store import Store
from dslint.engine.candidates import Candidates
from dslint.engine.keys import Sharing, SpooledUnit
from dslint.engine.limits import MEGABYTE, Limits
from dslint.engine.shard import KeyRows
from dslint.engine.spool import KeyBlock, Space, SpillFile

Shards = list[list[tuple[int, int]]]
KEY = st.integers(0, 12) | st.integers(0, 2**64 - 1)
SHARD = st.lists(st.tuples(KEY, KEY), min_size=1, max_size=6)
EDITS = st.lists(st.tuples(st.sampled_from(["drop", "new", "again", "move", "change"]), st.floats(0, 0.99)), max_size=4)


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sharing, "LEAST", 1)
    monkeypatch.setattr(sharing, "NEW", 8)
    monkeypatch.setattr(sharing, "_BITS", 6)
    monkeypatch.setattr(sharing, "_SHIFT", np.uint64(58))


def unit(shards: Shards, known: Sharing | None, space: Space) -> SpooledUnit:
    made, base = SpooledUnit("", 2, SpillFile(space), space, known), 0
    for rows in shards:
        made.add(KeyRows(np.array(rows, np.uint64), np.arange(len(rows))), base)
        base += len(rows)
    return made


def grouped(shards: Shards, known: Sharing | None = None, memory: int = MEGABYTE) -> list[list[int]]:
    space = Space(Limits(memory))
    groups = unit(shards, known, space).groups(2)
    space.close()
    return [groups[number].tolist() for number in range(len(groups))]


def paired(shards: Shards, known: Sharing | None = None) -> tuple[list[int], int]:
    made = unit(shards, known, Space(Limits(MEGABYTE)))
    candidates = Candidates(cap=3)
    found = [*candidates.pairs(made._columns(), Space(Limits()), sum(map(len, shards)))]
    return np.concatenate(found).tolist(), candidates.capped


def edited(shards: Shards, edits: list[tuple[str, float]], new: Shards) -> Shards:
    shards = list(shards)
    for number, (kind, where) in enumerate(edits):
        at = int(where * (len(shards) + 1))
        one = new[number % len(new)]
        if kind == "new" or not shards:
            shards.insert(at, one)
            continue
        at %= len(shards)
        if kind == "drop":
            shards.pop(at)
        elif kind == "again":
            shards.append(shards[at])
        elif kind == "move":
            shards.insert(0, shards.pop(at))
        else:
            shards[at] = [*shards[at][1:], one[0]]
    return shards


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(SHARD, min_size=1, max_size=8), EDITS, st.lists(SHARD, min_size=1, max_size=3), st.lists(EDITS, max_size=1)
)
def test_groups_and_pairs_after_edits_are_those_of_all_keys(
    tmp_path: Path, shards: Shards, edits: list[tuple[str, float]], new: Shards, more: list[list[tuple[str, float]]]
) -> None:
    store = Store(tmp_path / "cache")
    store.clear()
    known = KnownSharing(store, b"")
    for now in [shards, edited(shards, edits, new), *(edited(shards, each, new) for each in more)]:
        assert grouped(now, known.of("group", "")) == grouped(now)
        assert paired(now, known.of("pair", "")) == paired(now)


def test_after_an_edit_few_rows_are_sorted(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    shards: Shards = [[tuple(row) for row in shard] for shard in rng.integers(0, 2**63, (40, 8, 2)).tolist()]  # type: ignore[misc]
    shards[3][2] = shards[30][5]
    known = KnownSharing(Store(tmp_path / "cache"), b"")
    assert grouped(shards, known.of("group", "")) == [[26, 245]] * 2
    shards[20] = [*shards[20][:-1], shards[7][1]]
    sizes: list[int] = []

    class Watched:
        def __init__(self, inner: Sharing) -> None:
            self.sifted_by = inner
            self.note, self.save = inner.note, inner.save

        def sifted(self, blocks: list[KeyBlock]) -> list[KeyBlock]:
            found = self.sifted_by.sifted(blocks)
            sizes.append(sum(len(numbers) for _, numbers in found))
            return found

    assert grouped(shards, Watched(known.of("group", ""))) == [[26, 245], [26, 245], [57, 167], [57, 167]]
    assert sizes[0] < 160


def test_keys_on_disk_are_sorted_all(tmp_path: Path) -> None:
    known = KnownSharing(Store(tmp_path / "cache"), b"")
    shards: Shards = [[(number, number + 1) for number in range(shard, shard + 9)] for shard in range(30)]
    assert grouped(shards, known.of("group", ""), memory=64) == grouped(shards)
    assert not list((tmp_path / "cache").glob("entries/*/*"))
