"""What a shard gives does not depend on where it stands in its file: so an earlier run's result of it can be used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dslint.engine.before import count_before
from dslint.engine.cache.codec import pack_result, unpack_result
from dslint.engine.plan import Plan, make_plan
from dslint.engine.progress import Silent
from dslint.engine.reduce import Reduction
from dslint.engine.references import read_references
from dslint.engine.shard import run_shard
from dslint.plugins.host import load_plugins
from dslint.sources.files import DiscoverySettings, discover
from dslint.sources.shards import Shard, shards
from dslint.testing import Case, read_cases
from dslint.testing.lint import shared_options

RULES = {name: entry.rule for name, entry in load_plugins().rules.items() if "/" not in name}
CASES = [case for path in sorted((Path(__file__).parents[1] / "rules").glob("*.md")) for case in read_cases(path)]
PACKAGES = frozenset({"dslint", "dslint_rules"})


def shards_of(folder: Path, locations: frozenset[str], size: int) -> Iterator[Shard]:
    for file in discover([str(folder)], DiscoverySettings(root=folder)).files:
        if file.location not in locations:
            yield from shards(file, size)


def moved(shard: Shard) -> Shard:
    """Return the shard further down in its file."""
    data = shard.payload
    if data is None:
        data = Path(shard.file.location).read_bytes()[shard.offset : shard.offset + shard.length]
    line = None if shard.first_line is None else shard.first_line + 5_003
    return replace(
        shard, first_record=shard.first_record + 1_001, first_line=line, offset=shard.offset + 90_007, payload=data
    )


def planned(case: Case, folder: Path) -> tuple[Plan, frozenset[str]]:
    for name, content in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    kind = RULES[case.path.stem]
    rules = {kind.id(): kind.model_validate({**shared_options(kind, case.settings), **case.options})}
    rules = {name: rule for name, rule in rules.items() if not rule.unmet()}
    compared = read_references(rules, folder)
    return make_plan(rules, {**case.settings, **compared.values}), compared.locations


def repacked(data: bytes, shard: Shard) -> bytes:
    result, states = unpack_result(memoryview(data), shard, PACKAGES)
    return pack_result(replace(result, states=dict(states())), shard, PACKAGES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.path.stem}: {case.title}")
def test_a_result_is_the_same_wherever_the_shard_stands(case: Case, tmp_path: Path) -> None:
    plan, locations = planned(case, tmp_path)
    reduction = Reduction(plan)
    every = [shard for shard in shards_of(tmp_path, locations, 8) if not shard.damages]
    count_before(reduction, every, Silent())
    for level in range(plan.passes):
        results = [run_shard(plan, shard, level, reduction.values) for shard in every]
        assert not any(result.crashes for result in results)
        for shard, result in zip(every, results, strict=True):
            below = moved(shard)
            kept = pack_result(result, shard, PACKAGES)
            there = pack_result(run_shard(plan, below, level, reduction.values), below, PACKAGES)
            assert kept == there
            assert repacked(kept, below) == repacked(there, shard)
        reduction.take(results, level)
