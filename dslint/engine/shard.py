"""Run one shard: the contract that every executor, and later the cache and a cluster, calls and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from dslint.api import (
    Condition,
    DamageRule,
    DatasetFeature,
    DatasetRule,
    GroupRule,
    PairRule,
    RecordRule,
)
from dslint.engine.clock import OFF, Clock, Spent
from dslint.engine.columns import Columns, Values, without
from dslint.engine.crash import Crash, attempt, judged
from dslint.engine.plan import (
    Plan,
    PlannedRule,
    condition_of,
    has_add_batch,
    has_add_rest,
    has_candidate_rows,
    has_key_rows,
)
from dslint.engine.screen import Screen
from dslint.model.finding import Damage, Finding
from dslint.model.record import Record, Source
from dslint.model.ref import Ref
from dslint.sources.shards import Batch, Shard, parse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CONTENT: Final = 16
"""Bytes of what tells shards apart."""


@dataclass(frozen=True, slots=True)
class KeyRows:
    """Keys of a group or pair rule for one shard.

    Attributes:
        keys: ``uint64[n, k]``.
        positions: ``int64[n]``: position of each row's record in the shard's list of records.
        sketches: ``uint8[n, m]``, of pair rules that have some.
    """

    keys: NDArray[np.uint64]
    positions: NDArray[np.int64]
    sketches: NDArray[np.uint8] | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """Where the records of a shard are, as columns; ``-1`` stands for none.

    Attributes:
        columns: ``int64[n, 5]``: record, line, end line, byte offset, byte length.
        content: What tells the shard from others by what it holds; with a record's position, what tells a record.
    """

    columns: NDArray[np.int64]
    content: bytes = bytes(CONTENT)


@dataclass(frozen=True, slots=True)
class Stored:
    """Keys and places of a shard that are not in its result but where other workers can have them.

    Attributes:
        shapes: Of each rule's keys how many rows they are, how many keys a row has, and how many bytes its sketch, if
            it has one.
        records: How many places there are; ``None`` if none were asked for.
        content: What tells the shard from others; see :class:`Places`.
        reference: Where they are.
    """

    shapes: Mapping[str, tuple[int, int, int | None]]
    records: int | None = None
    content: bytes = bytes(CONTENT)
    reference: Any = None


@dataclass(slots=True)
class ShardResult:
    """What one pass over one shard gave.

    Attributes:
        source: The shard's file.
        findings: Rule id and finding, of record and damage rules.
        states: State of dataset rules and dataset features, by rule id or feature key.
        keys: Keys of group and pair rules, by rule id.
        places: Where the records are, when a rule groups records.
        waivers: Rules that records waive, by the record's number.
        crashes: What failed; its findings and states are not there.
        records: How many records the shard has, damaged ones included.
        lines: How many lines.
        size: How many bytes.
        spent: What its stages took, when the plan is timed.
        stored: What is known of keys and places, where these are elsewhere.
    """

    source: Source
    findings: list[tuple[str, Finding]] = field(default_factory=list)
    states: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, KeyRows] = field(default_factory=dict)
    places: Places | None = None
    waivers: dict[int, frozenset[str]] = field(default_factory=dict)
    crashes: list[Crash] = field(default_factory=list)
    records: int = 0
    lines: int = 0
    size: int = 0
    spent: Spent = field(default_factory=dict)
    stored: Stored | None = None


def run_shard(plan: Plan, shard: Shard, level: int, values: Values) -> ShardResult:
    """Run pass ``level`` over one shard.

    Args:
        plan: What to run.
        shard: What to run it on.
        level: Number of the pass, from 0.
        values: Values of the dataset features that earlier passes completed.
    """
    clock = Clock.of_shard(plan.timed)
    with clock.stage("parse"):
        batch = parse(shard)
    result = run_batch(plan, batch, shard.file.source, level, values, size=shard.length, clock=clock)
    if result.places is not None:
        result.places = Places(result.places.columns, content_of(shard))
    result.spent = clock.spent
    return result


def run_batch(
    plan: Plan, batch: Batch, source: Source, level: int, values: Values, *, size: int = 0, clock: Clock = OFF
) -> ShardResult:
    """Run pass ``level`` over parsed records; see :func:`run_shard`."""
    records = batch.records
    result = ShardResult(source, records=_count(batch), lines=batch.lines, size=size)
    columns = Columns(plan, records, source, values, clock)
    if level == 0:
        result.waivers = {r.ref.record: r.ignored for r in records if r.ignored and r.ref.record is not None}
        judge_damages(plan, batch.damages, result)
        if plan.keeps_records:
            with clock.stage("places"):
                result.places = _places(records)
    for feature in plan.dataset_features_in(level):
        with clock.stage("feature", feature.key):
            _keep(result, feature.key, attempt(feature.key, _fold, feature.feature, feature.asks, records, columns))
    with clock.stage("screen"):
        chosen = _screened(plan, level, records)
    _judge_records(plan, level, chosen, records, columns, result, clock)
    for rule in plan.rules_in(level, DatasetRule):
        fold = (rule.rule, rule.asks, records, columns, chosen.get(rule.id), rule.rest_asks)
        with clock.stage("rule", rule.id):
            _keep(result, rule.id, attempt(rule.id, _fold, *fold))
    for rule in [*plan.rules_in(level, GroupRule), *plan.rules_in(level, PairRule)]:
        with clock.stage("rule", rule.id):
            rows = attempt(rule.id, _key_rows, rule, records, columns)
        if isinstance(rows, Crash):
            result.crashes.append(rows)
        else:
            result.keys[rule.id] = rows
    return result


def content_of(shard: Shard) -> bytes:
    """Return what tells the shard from others, wherever it stands: its bytes, and what is known of its file."""
    import xxhash

    told = (shard.file.source, shard.file.in_memory, shard.index == 0, shard.digest, shard.length, len(shard.places))
    return xxhash.xxh3_128_digest(repr(told).encode("utf-8", "surrogatepass"))


def empty_result(plan: Plan, source: Source, level: int) -> ShardResult:
    """Return what stands for a shard that could not be run: it counts among the shards, and has no records."""
    return ShardResult(source, places=_places([]) if level == 0 and plan.keeps_records else None)


def judge_damages(plan: Plan, damages: Iterable[Damage], result: ShardResult) -> None:
    """Call the damage rules on what a reader met."""
    damages = list(damages)
    for planned in plan.rules_in(0, DamageRule):
        rule = cast(DamageRule, planned.rule)
        mine = [damage for damage in damages if damage.kind in rule.kinds]
        if mine:
            found = judged(planned.id, _check_damages, rule, mine)
            _collect(result, planned.id, found)


def _check_damages(rule: DamageRule, damages: Iterable[Damage]) -> list[Finding]:
    return [finding for damage in damages for finding in rule.check(damage)]


def _screened(plan: Plan, level: int, records: Sequence[Record]) -> dict[str, list[int]]:
    """Return the positions of the records that rules with ``candidates`` have to see, by rule."""
    rules = [rule for rule in plan.rules.values() if rule.level == level] if plan.screened else []
    conditions = tuple((r.id, condition) for r in rules if (condition := condition_of(r.rule)) is not None)
    return screen_of(conditions).select(records) if conditions else {}


def _judge_records(
    plan: Plan,
    level: int,
    chosen: Mapping[str, list[int]],
    records: Sequence[Record],
    columns: Columns,
    result: ShardResult,
    clock: Clock,
) -> None:
    for planned in plan.rules_in(level, RecordRule):
        positions = chosen.get(planned.id, range(len(records)))
        if positions:
            with clock.stage("rule", planned.id):
                narrowed = plan.screened and has_candidate_rows(planned.rule)
                judge = _check_candidates if narrowed else _check
                found = judged(planned.id, judge, planned, positions, records, columns)
            _collect(result, planned.id, found)


def _check_candidates(
    planned: PlannedRule, at: Sequence[int], records: Sequence[Record], columns: Columns
) -> list[Finding]:
    rule = cast(RecordRule, planned.rule)
    rows = rule.candidate_rows(records, *[columns.value(ask) for ask in planned.candidate_asks]).tolist()
    return _check(planned, rows if len(at) == len(records) else sorted(set(rows).intersection(at)), records, columns)


@lru_cache(maxsize=4)
def screen_of(conditions: tuple[tuple[str, Condition], ...]) -> Screen:
    """Compile conditions by rule; the last ones are kept, for to compile them takes as long as to screen a shard.

    Raises:
        PatternError: If a pattern is not RE2 syntax.
    """
    return Screen(dict(conditions))


def _check(planned: PlannedRule, at: Iterable[int], records: Sequence[Record], columns: Columns) -> list[Finding]:
    rule = cast(RecordRule, planned.rule)
    found: list[Finding] = []
    if not planned.asks:
        for position in at:
            found += rule.check(records[position])
        return found
    asked = columns.per_record(planned.asks)
    for position in at:
        found += rule.check(records[position], *[column[position] for column in asked])
    return found


def _fold(
    folder: DatasetRule[Any] | DatasetFeature[Any, Any],
    asks: Sequence[str],
    records: Sequence[Record],
    columns: Columns,
    chosen: Sequence[int] | None = None,
    rest_asks: Sequence[str] = (),
) -> Any:
    """Count records into a new state: all, or one by one those at the ``chosen`` positions and then the rest."""
    state = folder.zero()
    if has_add_batch(folder):
        return folder.add_batch(state, records, *[columns.value(ask) for ask in asks])
    at: Sequence[int] = range(len(records)) if chosen is None else chosen
    asked = columns.per_record(asks) if at else []
    add = folder.add
    if asked:
        for position in at:
            state = add(state, records[position], *[column[position] for column in asked])
    else:
        for position in at:
            state = add(state, records[position])
    if chosen is None or not isinstance(folder, DatasetRule) or not has_add_rest(folder):
        return state
    return folder.add_rest(state, without(records, chosen), *columns.without(rest_asks, chosen))


def _key_rows(planned: PlannedRule, records: Sequence[Record], columns: Columns) -> KeyRows:
    import numpy as np

    rule = planned.rule
    batched = isinstance(rule, GroupRule | PairRule) and has_key_rows(rule)
    given = [columns.value(ask) for ask in planned.asks] if batched else []
    if isinstance(rule, GroupRule) and batched:
        keys, has_one = rule.key_rows(records, *given)
        at = np.flatnonzero(has_one)
        return KeyRows(np.asarray(keys, dtype=np.uint64)[at].reshape(-1, 1), at)
    if isinstance(rule, PairRule) and batched:
        rows, sketches = rule.key_rows(records, *given), rule.sketch_rows(records, *given)
        sketched = None if sketches is None else np.asarray(sketches, dtype=np.uint8)
        return KeyRows(np.asarray(rows, dtype=np.uint64), np.arange(len(records), dtype=np.int64), sketched)
    import xxhash

    hashed: list[int] = []
    positions: list[int] = []
    asked = columns.per_record(planned.asks)
    for position, record in enumerate(records):
        features = [column[position] for column in asked]
        if isinstance(rule, PairRule):
            names: Iterable[bytes] = rule.keys(record, *features)
        else:
            name = cast(GroupRule, rule).key(record, *features)
            names = () if name is None else (name,)
        for each in names:
            hashed.append(xxhash.xxh3_64_intdigest(each))
            positions.append(position)
    return KeyRows(np.array(hashed, dtype=np.uint64).reshape(-1, 1), np.array(positions, dtype=np.int64))


def _keep(result: ShardResult, unit: str, state: Any) -> None:
    if isinstance(state, Crash):
        result.crashes.append(state)
    else:
        result.states[unit] = state


def _collect(result: ShardResult, unit: str, found: list[Finding] | Crash) -> None:
    if isinstance(found, Crash):
        result.crashes.append(found)
    else:
        result.findings += [(unit, finding) for finding in found]


_PLACE: Final = tuple(map(Ref._fields.index, ("record", "line", "end_line", "byte_offset", "byte_length")))


def _places(records: Sequence[Record]) -> Places:
    import numpy as np

    columns = np.empty((len(records), 5), dtype=np.int64)
    fields: list[Any] = list(zip(*[record.ref for record in records], strict=True))
    for number, at in enumerate(_PLACE if records else ()):
        values = fields[at]
        columns[:, number] = [-1 if value is None else value for value in values] if None in values else values
    return Places(columns)


def _count(batch: Batch) -> int:
    lost = {d.ref.record for d in batch.damages if d.ref.record is not None and not d.recovered}
    return len(batch.records) + len(lost)
