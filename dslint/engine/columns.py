"""The values of features for the records of one batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dslint.api import DatasetFeature, Scope
from dslint.engine.clock import OFF, Clock
from dslint.engine.plan import Plan, PlannedFeature
from dslint.model.record import Record, Source

Values = Mapping[str, Mapping[str, Any]]
"""Values of dataset features: by feature key, then by scope key."""


def scope_key(scope: Scope, source: Source) -> str:
    """Return which of the scope's units a file belongs to."""
    if scope is Scope.FILE:
        return source.path
    return source.dataset if scope is Scope.DATASET else ""


class Columns:
    """The values of features for the records of one batch, computed when first asked for."""

    def __init__(
        self, plan: Plan, records: Sequence[Record], source: Source, values: Values, clock: Clock = OFF
    ) -> None:
        self._plan = plan
        self._clock = clock
        self._records = records
        self._source = source
        self._values = values
        self._computed: dict[str, Any] = {}

    def value(self, key: str) -> Any:
        """Return a dataset feature's value, or a record feature's sequence of values."""
        if key not in self._computed:
            self._computed[key] = self._compute(self._plan.features[key])
        return self._computed[key]

    def without(self, keys: Sequence[str], at: Sequence[int]) -> list[Any]:
        """Return what :meth:`value` does for each key, without the records at some positions."""
        values = [(self._plan.features[key].is_dataset, self.value(key)) for key in keys]
        return [each if whole else without(each, at) for whole, each in values]

    def per_record(self, keys: Sequence[str]) -> list[Sequence[Any] | _Constant]:
        """Return something indexable by record for each key."""
        return [_Constant(self.value(k)) if self._plan.features[k].is_dataset else self.value(k) for k in keys]

    def _compute(self, planned: PlannedFeature) -> Any:
        if isinstance(planned.feature, DatasetFeature):
            if planned.feature.idle:
                return None
            return self._values[planned.key][scope_key(planned.feature.scope, self._source)]
        with self._clock.stage("feature", planned.key):
            values = planned.feature.compute(self._records, *(self.value(ask) for ask in planned.asks))
        if len(values) != len(self._records):
            raise ValueError(f"feature {planned.key} gave {len(values)} values for {len(self._records)} records")
        return values


def without(values: Any, at: Sequence[int]) -> Any:
    """Return a list or an array without the values at some positions, in ascending order; they are few, mostly."""
    if not at:
        return values
    if not isinstance(values, Sequence):
        import numpy as np

        return np.delete(values, at, axis=0)
    left: list[Any] = []
    begin = 0
    for position in at:
        left += values[begin:position]
        begin = position + 1
    left += values[begin:]
    return left


class _Constant:
    def __init__(self, value: Any) -> None:
        self._value = value

    def __getitem__(self, index: int) -> Any:
        return self._value
