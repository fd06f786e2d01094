"""What one process counts before the passes: features whose means are too large for every process, such as a model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from dslint.api import DatasetFeature
from dslint.engine.columns import Columns, scope_key
from dslint.engine.crash import Crash, attempt
from dslint.engine.plan import PlannedFeature
from dslint.engine.progress import Progress
from dslint.engine.reduce import Reduction
from dslint.sources.shards import Shard, parse


def count_before(reduction: Reduction, shards: Iterable[Shard], progress: Progress) -> list[str]:
    """Give ``reduction`` the values of features that are counted alone, and return what is told of them.

    Args:
        reduction: Has the plan, and takes the values and crashes.
        shards: The whole run, in order; read once for each round of features, and not where there are none.
        progress: Is told what is done.
    """
    told: dict[str, str] = {}
    for features in reduction.plan.before:
        asked = reduction.plan.asked_before
        sound = [planned for planned in features if reduction.crashes.keys().isdisjoint(asked(planned))]
        told |= _read(reduction, sound, shards, progress)
    return [words for words in dict.fromkeys(told.values()) if words]


def _read(
    reduction: Reduction, features: Sequence[PlannedFeature], shards: Iterable[Shard], progress: Progress
) -> dict[str, str]:
    states: dict[str, dict[str, Any]] = {planned.key: {} for planned in features}
    told: dict[str, str] = {}
    for shard in shards if features else ():
        batch = parse(shard)
        columns = Columns(reduction.plan, batch.records, shard.file.source, reduction.values, reduction.clock)
        for planned in features:
            if planned.key in reduction.crashes:
                continue
            feature = cast(DatasetFeature[Any, Any], planned.feature)
            units = states[planned.key]
            unit = scope_key(feature.scope, shard.file.source)
            with reduction.clock.stage("feature", planned.key):
                state = attempt(planned.key, _counted, planned, units.get(unit), batch.records, columns)
            if isinstance(state, Crash):
                reduction.crash(state)
                continue
            units[unit] = state
            told[planned.key] = feature.told(state)
        progress.doing(next(iter(told.values()), ""))
        progress.advance(shard.file.source.path, len(batch.records), shard.length)
    reduction.complete(features, states)
    progress.doing("")
    return told


def _counted(planned: PlannedFeature, state: Any, records: Sequence[Any], columns: Columns) -> Any:
    feature = cast(DatasetFeature[Any, Any], planned.feature)
    asked = [columns.value(ask) for ask in planned.asks]
    return feature.add_batch(feature.zero() if state is None else state, records, *asked)
