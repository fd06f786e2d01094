"""Features: values computed once per shard or once per dataset, and shared by all rules that ask for them.

A rule asks by annotation: ``Tokens = Annotated[int, TokenCount]`` in the feature's module, ``tokens: Tokens`` in the
rule's signature. The parameter's name is free.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from dslint.model.record import Record
from dslint.model.severity import Scope
from dslint.model.topics import TopicMap

S = TypeVar("S")
T = TypeVar("T")


def setting(default: Any, *, path: bool = False) -> Any:
    """Declare a feature's field that takes the top-level setting of the same name, where one is configured.

    Args:
        default: Its value where none is configured.
        path: Whether the value may name a file; a relative one counts from the configuration file.
    """
    return field(default=default, metadata={"shared": True, "path": path})


def provided(default: Any) -> Any:
    """Declare a feature's field that the engine fills in, and no configuration: it does not change any value."""
    return field(default=default, metadata={"provided": True})


class Unusable(RuntimeError):
    """What a feature was given, such as a model, cannot be used. Its words are shown: they hold no text of records."""


@dataclass(frozen=True)
class Feature(Generic[T]):
    """A value for each record.

    ``compute`` may ask for other features by annotation: of a record feature it gets the sequence of values, of a
    dataset feature the value.
    """

    version: ClassVar[int] = 1

    def compute(self, records: Sequence[Record], /, *features: Any) -> Sequence[T]:
        """Return one value for each of ``records``, in order."""
        raise NotImplementedError


@dataclass(frozen=True)
class DatasetFeature(Generic[S, T]):
    """One value for a dataset (or file, or run: ``scope``), made of mergeable states.

    A state may be changed in place by ``add`` and ``merge``; both return it. The order and grouping of merges must not
    matter. A value must be small and coarse: cached results of the second pass are keyed by it.

    Class attributes:
        alone: Whether one process of the run counts all records in, in their order and before the passes, as what it
            takes is too large for every process; nothing is merged then. Of other dataset features such a one may
            ask for those that are alone, too; the value is there from the first pass on.
    """

    version: ClassVar[int] = 1
    scope: ClassVar[Scope] = Scope.DATASET
    alone: ClassVar[bool] = False

    def zero(self) -> S:
        """Return the state of no records."""
        raise NotImplementedError

    def add(self, state: S, record: Record, /, *features: Any) -> S:
        """Return ``state`` with ``record`` counted in; further parameters are features, by annotation."""
        raise NotImplementedError

    def add_batch(self, state: S, records: Sequence[Record], /, *features: Any) -> S:
        """Return ``state`` with ``records`` counted in.

        The batch form of :meth:`add`; features come as sequences of values. A feature needs one of both.
        """
        raise NotImplementedError

    def merge(self, left: S, right: S) -> S:
        """Return the state of both sides' records."""
        raise NotImplementedError

    def finish(self, state: S) -> T:
        """Return the value."""
        raise NotImplementedError

    def shown(self, value: T) -> TopicMap | None:  # noqa: ARG002 - for features to override
        """Return what the report shows of the value besides findings, if anything."""
        return None

    @property
    def idle(self) -> bool:
        """Whether there is nothing to count since what it takes is not configured; the value is ``None`` then."""
        return False

    def told(self, state: S) -> str:  # noqa: ARG002 - for features to override
        """Return what the run says of it, such as the model and where it runs; asked of features that are alone."""
        return ""
