"""Laws that every rule must keep, whatever it looks for."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dslint.api import DatasetRule, Rule
from dslint.api.attempt import attempt
from dslint.engine.plan import Plan, make_plan
from dslint.engine.shard import run_batch
from dslint.model.finding import Notice
from dslint.model.report import Report
from dslint.sources.files import DiscoverySettings, discover
from dslint.sources.shards import Batch, parse, shards
from dslint.testing.lint import lint, shared_options

SHARD_SIZES = (1, 3, 4096)


class LawBroken(AssertionError):
    """A rule breaks a law that the engine relies on."""


def check_laws(
    rule: type[Rule],
    files: Mapping[str, str | bytes],
    *,
    options: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> None:
    """Try the laws on some data.

    The laws: the rule does not fail; it pickles; it leaves records as they are; its findings are the same for any cut
    into shards and with and without its ``candidates``; its states pickle and merge in any order and grouping.

    Raises:
        LawBroken: With the law that does not hold.
    """
    options, settings = options or {}, settings or {}
    instance = rule.model_validate({**shared_options(rule, settings), **options})
    packed = attempt(pickle.dumps, instance)
    if isinstance(packed, Exception) or pickle.loads(packed) != instance:  # noqa: S301 - made one line above
        raise LawBroken(f"{rule.id()} does not survive pickling")
    report = lint(rule, files, options=options, settings=settings)
    for note in report.notifications:
        if note.notice is Notice.RULE_CRASHED:
            raise LawBroken(f"{rule.id()}: {note.message}")
    expected = _seen(report)
    for size in SHARD_SIZES:
        if _seen(lint(rule, files, options=options, settings=settings, shard_size=size)) != expected:
            raise LawBroken(f"{rule.id()} finds something else when shards hold about {size} records")
    if _seen(lint(rule, files, options=options, settings=settings, screened=False)) != expected:
        raise LawBroken(f"the candidates of {rule.id()} leave out records in which it finds something")
    if not instance.unmet():
        _check_records(instance, files, settings)


def _check_records(rule: Rule, files: Mapping[str, str | bytes], settings: Mapping[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        found = discover([folder], DiscoverySettings(root=Path(folder)))
        plan = make_plan({rule.id(): rule}, settings)
        if plan.passes > 1:
            return
        for file in found.files:
            batches = [parse(shard) for shard in shards(file, 1)]
            before = copy.deepcopy([record.data for batch in batches for record in batch.records])
            states = [_state(plan, rule, batch) for batch in batches]
            if repr([record.data for batch in batches for record in batch.records]) != repr(before):
                raise LawBroken(f"{rule.id()} changes the records it is given")
            if isinstance(rule, DatasetRule):
                _check_merge(rule, states)


def _state(plan: Plan, rule: Rule, batch: Batch) -> Any:
    source = batch.records[0].source if batch.records else None
    if source is None:
        return None
    return run_batch(plan, batch, source, 0, {}).states.get(rule.id())


def _check_merge(rule: DatasetRule[Any], states: Sequence[Any]) -> None:
    states = [state for state in states if state is not None]
    packed = []
    for state in states:
        made = attempt(pickle.dumps, state)
        if isinstance(made, Exception):
            raise LawBroken(f"the states of {rule.id()} cannot be pickled")
        packed.append(made)

    def fresh() -> list[Any]:
        return [pickle.loads(each) for each in packed]  # noqa: S301 - made one line above

    left = rule.zero()
    for state in fresh():
        left = rule.merge(left, state)
    right = rule.zero()
    for state in reversed(fresh()):
        right = rule.merge(right, state)
    pairs = fresh()
    while len(pairs) > 1:
        pairs = [rule.merge(*pairs[i : i + 2]) if i + 1 < len(pairs) else pairs[i] for i in range(0, len(pairs), 2)]
    tree = pairs[0] if pairs else rule.zero()
    try:
        outcomes = [sorted(map(repr, rule.finish(state))) for state in (left, right, tree)]
    except TypeError:  # finish asks for features, which this check does not have
        return
    if not outcomes[0] == outcomes[1] == outcomes[2]:
        raise LawBroken(f"the states of {rule.id()} do not merge in any order and grouping")


def _seen(report: Report) -> list[str]:
    # Paths differ between runs, since each run has a folder of its own.
    return [
        repr((f.rule, f.severity, f.message, f.place.path.rsplit("/", 1)[-1], f.place.record, f.place.pointer, f.score))
        for f in report.findings
    ] + [repr(note.message) for note in report.notifications]
