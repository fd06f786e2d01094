"""Values of dataset features, for commands that show what rules judge by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dslint.api.signature import FeatureType
from dslint.engine.before import count_before
from dslint.engine.executors.serial import Executor, SerialExecutor
from dslint.engine.plan import make_plan
from dslint.engine.progress import Progress, Silent
from dslint.engine.reduce import Reduction
from dslint.engine.run import SHARD_SIZE
from dslint.sources.files import Discovery
from dslint.sources.shards import Cuts


class FeatureFailed(RuntimeError):
    """A feature could not be computed; the message says which and why, without text of records."""


@dataclass(frozen=True, slots=True)
class Values:
    """Values of dataset features.

    Attributes:
        by_unit: By feature, then by the name of what is judged together, such as a dataset.
        told: What features say of themselves, such as the model that ran.
    """

    by_unit: Mapping[FeatureType, Mapping[str, Any]]
    told: tuple[str, ...] = ()


def dataset_values(
    discovery: Discovery,
    features: Iterable[FeatureType],
    settings: Mapping[str, Any],
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Values:
    """Compute dataset features over the files of ``discovery``, as a run of rules that ask for them does.

    Raises:
        FeatureFailed: If one of them fails.
        WorkerLost: If no worker process can be started.
    """
    wanted = tuple(features)
    plan = make_plan({}, settings, features=wanted)
    reduction = Reduction(plan)
    executor, progress = executor or SerialExecutor(), progress or Silent()
    cut = executor.cut(discovery.files, SHARD_SIZE)
    progress.start(plan.passes + len(plan.before), sum(file.size for file in discovery.files))
    try:
        told = count_before(reduction, Cuts(discovery.files, SHARD_SIZE), progress)
        for level in range(plan.passes):
            _check(reduction)
            results = executor.run(plan, cut, level, reduction.values)
            reduction.take(results, level)
        _check(reduction)
    finally:
        progress.stop()
        executor.close()
        reduction.close()
    found = {kind: reduction.values.get(f"{kind.__module__}:{kind.__qualname__}", {}) for kind in wanted}
    return Values(found, tuple(told))


def _check(reduction: Reduction) -> None:
    for unit, message in sorted(reduction.crashes.items()):
        raise FeatureFailed(f"{unit.rsplit(':', 1)[-1]} failed: {message}")
