"""Rules: what an author writes.

A rule is a frozen pydantic model whose fields are its options. Its id is its class name in kebab case. It sees records
and features and returns findings; it never knows about files, shards, processes, caches or output.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from dslint.api.condition import Condition
from dslint.model.finding import Damage, DamageKind, Finding, Related
from dslint.model.record import Message, Record
from dslint.model.ref import Ref
from dslint.model.severity import Levels, Scope, Severity, Status, Target

S = TypeVar("S")
Place = Record | Message | Ref
"""What a finding can be about."""
Reads = Literal["", "records", "prompts", "profile", "quality-model", "model"]
"""What a file can hold that an option names."""


def shared(default: Any, *, description: str, reads: Reads = "", **constraints: Any) -> Any:
    """Declare an option that takes the top-level setting of the same name unless the rule's own table sets it.

    Args:
        default: Its value where none is configured.
        description: What it is.
        reads: What the files hold that the option names, ``records``, ``prompts``, ``profile`` or ``quality-model``:
            the engine reads them, and a feature's setting of the same name gets what they hold. ``model``: the option
            is a table whose ``model`` names them, and the feature gets the table. Relative paths count from the
            configuration.
        **constraints: As of pydantic's ``Field``.
    """
    extra: dict[str, Any] = {"x-shared": True, **({"x-reads": reads} if reads else {})}
    return Field(default, description=description, json_schema_extra=extra, **constraints)


def kebab(name: str) -> str:
    """Return ``NearDuplicate`` or ``near_duplicate`` as ``near-duplicate``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).replace("_", "-").lower()


class Rule(BaseModel):
    """What all rules have in common; authors derive from one of the kinds below.

    Class attributes:
        severity: Its level.
        status: ``preview`` rules run only when asked for by name or with ``preview = true``.
        on: Whether the rule runs by default once it is stable.
        since: First version that has it.
        scope: Which records it judges together.
        targets: Its level for trainers that differ from ``severity``.
        kinds_of_finding: The levels of findings whose level depends on the trainer by itself, by what they are about.
            ``check`` asks for them with :meth:`level`; such a rule has the shared option ``target``.
        candidates: Necessary condition; without one the rule sees every record. For record and dataset rules.
        sensitive: Whether what it finds must never be shown (secrets, personal data).
        precision: Measured precision, in words, with the data it was measured on.
        version: Raise it when the rule finds something else on the same data: part of every cache key.
        formerly: Ids that it had before; configurations that use one go on working, with a warning.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=kebab, validate_by_name=True, defer_build=True
    )

    severity: ClassVar[Severity] = Severity.WARNING
    status: ClassVar[Status] = Status.STABLE
    on: ClassVar[bool] = True
    since: ClassVar[str] = "0.1.0"
    scope: ClassVar[Scope] = Scope.DATASET
    targets: ClassVar[Mapping[Target, Severity]] = {}
    kinds_of_finding: ClassVar[Mapping[str, Levels]] = {}
    candidates: ClassVar[Condition | None] = None
    sensitive: ClassVar[bool] = False
    precision: ClassVar[str] = ""
    version: ClassVar[int] = 1
    formerly: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def id(cls) -> str:
        """Return the rule's name without a plugin's prefix."""
        return kebab(cls.__name__)

    def unmet(self) -> str:
        """Return what is missing for the rule to run, such as ``set max-length``; empty when it can.

        Where it is a setting, the words begin with ``set``: of such a rule a run that does not ask for it says nothing.
        """
        return ""

    def necessary(self) -> Condition | None:
        """Return the necessary condition, ``candidates``; override it where it depends on an option."""
        return self.candidates

    def level(self, kind: str) -> Severity | None:
        """Return the level of one of ``kinds_of_finding`` for the trainer that ``target`` names.

        ``None`` where it is no finding for that trainer.
        """
        return self.kinds_of_finding[kind].at(getattr(self, "target", Target.GENERIC))

    def finding(
        self,
        where: Place | None,
        message: str,
        *,
        score: float = 0.5,
        severity: Severity | None = None,
        related: Iterable[tuple[Place, str]] = (),
        key: str = "",
        **properties: Any,
    ) -> Finding:
        """Make a finding.

        Args:
            where: The record, turn or place; ``None`` for the dataset.
            message: What was found, with the number; lower case, no full stop.
            score: 0 to 1, ranks findings of one severity.
            severity: Where it differs from the rule's.
            related: Other places, each with what it is.
            key: What tells this finding from the rule's others in one dataset, where no record does.
            **properties: Measured values, for machines.
        """
        return Finding(
            rule=self.id(),
            severity=severity or self.severity,
            message=message,
            ref=None if where is None else place(where),
            score=score,
            related=tuple(Related(place(other), what) for other, what in related),
            key=key,
            properties=properties,
        )


def place(where: Place) -> Ref:
    """Return where ``where`` is."""
    return where if isinstance(where, Ref) else where.ref


class RecordRule(Rule):
    """Judges each record by itself; with a dataset feature among its parameters it runs in a second pass."""

    def check(self, record: Record, /, *features: Any) -> Iterable[Finding]:
        """Yield the record's findings; further parameters are features, by annotation."""
        raise NotImplementedError

    def candidate_rows(self, records: Sequence[Record], /, *features: Any) -> Any:
        """Return the positions of the ``records`` that :meth:`check` has to see, as ``int64[n]``, ascending.

        Optional, for hot rules: a necessary condition that no pattern can say, asked once for many records. Features
        come as sequences of values. With ``candidates`` as well, both have to hold.
        """
        raise NotImplementedError


class DatasetRule(Rule, Generic[S]):
    """Judges a dataset by a mergeable state.

    A state may be changed in place by ``add`` and ``merge``; both return it. The order and grouping of merges must not
    matter, and a state must not grow with the number of records.

    With ``candidates`` only records for which these hold go to ``add``, and all others to ``add_rest``, in one call.
    """

    @classmethod
    def __class_getitem__(cls, state: Any) -> Any:
        """Return the class itself: no option is a state, so pydantic need not make a model for each kind of state."""
        return cls

    def zero(self) -> S:
        """Return the state of no records."""
        raise NotImplementedError

    def add(self, state: S, record: Record, /, *features: Any) -> S:
        """Return ``state`` with ``record`` counted in; further parameters are features, by annotation."""
        raise NotImplementedError

    def add_batch(self, state: S, records: Sequence[Record], /, *features: Any) -> S:
        """Return ``state`` with ``records`` counted in.

        The batch form of :meth:`add`, for hot rules; features come as sequences of values. A rule needs one of both.
        It sees all records, whatever its ``candidates``.
        """
        raise NotImplementedError

    def add_rest(self, state: S, records: Sequence[Record], /, *features: Any) -> S:  # noqa: ARG002 - for rules to override
        """Return ``state`` with ``records`` counted in, for which ``candidates`` do not hold; they change nothing here.

        For rules that count all records, and judge few of them; features come as sequences of values.
        """
        return state

    def merge(self, left: S, right: S) -> S:
        """Return the state of both sides' records."""
        raise NotImplementedError

    def finish(self, state: S, /, *features: Any) -> Iterable[Finding]:
        """Yield findings; further parameters are dataset features or ``Dataset``, by annotation."""
        raise NotImplementedError

    def unjudged(self, state: S) -> str:  # noqa: ARG002 - for rules to override
        """Return why the dataset could not be judged, such as its language; empty when it was.

        The run says so, for a rule that could not see must not look like one that saw nothing wrong.
        """
        return ""


class Group(Protocol):
    """Records that share a key."""

    @property
    def refs(self) -> Sequence[Ref]:
        """All members in order of path and record."""
        ...

    @property
    def total(self) -> int:
        """How many records were judged together, in any group or in none."""
        ...

    def records(self, limit: int | None = None) -> Sequence[Record]:
        """Read the first ``limit`` members again."""
        ...


class Cluster(Group, Protocol):
    """Records that are linked by pairs that passed the comparison."""

    def similarity(self, left: int, right: int) -> float:
        """Compare two members, by position."""
        ...

    def link(self, member: int) -> tuple[int, float]:
        """Return the member that ``member`` is most similar to among the compared pairs, and how similar."""
        ...


class GroupRule(Rule):
    """Judges records that share a key, such as the same question."""

    def key(self, record: Record, /, *features: Any) -> bytes | None:
        """Return what to group by, or ``None`` to leave the record out; further parameters are features."""
        raise NotImplementedError

    def key_rows(self, records: Sequence[Record], /, *features: Any) -> tuple[Any, Any]:
        """Return the keys of many records at once, as ``uint64[n]``, and which of them have one, as ``bool[n]``.

        The batch form of :meth:`key`, for hot rules; features come as sequences of values. A rule needs one of both.
        """
        raise NotImplementedError

    def check(self, group: Group) -> Iterable[Finding]:
        """Yield findings about a group of two or more."""
        raise NotImplementedError

    @property
    def least(self) -> int:
        """How many records a group must have for :meth:`check` to see it."""
        return 2

    def gather(self, findings: Iterable[Finding]) -> Iterable[Finding]:
        """Return what is said of all groups, in order; override it to say once what is true of many."""
        return findings


class PairRule(Rule):
    """Judges pairs of records that are likely to be similar.

    Class attributes:
        across_splits: Whether only pairs of a record that is trained on and one that is held out count (validation,
            test); such a rule does not run where there is nothing of one of both.
    """

    across_splits: ClassVar[bool] = False

    threshold: float = Field(0.8, gt=0, le=1, description="Similarity from which on two records belong together.")

    def keys(self, record: Record, /, *features: Any) -> Iterable[bytes]:
        """Yield keys; records that share one become candidates. Further parameters are features, by annotation."""
        raise NotImplementedError

    def key_rows(self, records: Sequence[Record], /, *features: Any) -> Any:
        """Return the keys of many records at once, as ``uint64[n, k]``.

        The batch form of :meth:`keys`, for hot rules; features come as sequences of values. A rule needs one of both.
        """
        raise NotImplementedError

    def sketch_rows(self, records: Sequence[Record], /, *features: Any) -> Any:  # noqa: ARG002 - for rules to override
        """Return a few bytes for each record that tell most dissimilar pairs apart, as ``uint8[n, m]``.

        Optional, besides :meth:`key_rows`, with the same features; with it goes :meth:`likely`.
        """
        return None

    def likely(self, left: Any, right: Any) -> Any:
        """Say which pairs of sketches, row by row, may reach the threshold; the others are not compared."""
        raise NotImplementedError

    def compare(self, left: Any, right: Any) -> float:
        """Return how similar two records are, 0 to 1.

        Both parameters carry the same annotation, a record feature; it is computed again for candidates only, so that
        nothing but keys has to be kept for every record.
        """
        raise NotImplementedError

    def check(self, cluster: Cluster) -> Iterable[Finding]:
        """Yield findings about records that are linked by pairs at or above ``threshold``."""
        raise NotImplementedError

    def gather(self, findings: Iterable[Finding]) -> Iterable[Finding]:
        """Return what is said of all clusters, in order; override it to say once what is true of many."""
        return findings


class DamageRule(Rule):
    """Judges what a reader could not take as it is: broken lines, bad bytes, empty files.

    Class attributes:
        kinds: The kinds of damage that the rule is about.
    """

    scope: ClassVar[Scope] = Scope.FILE
    kinds: ClassVar[frozenset[DamageKind]] = frozenset()

    def check(self, damage: Damage) -> Iterator[Finding]:
        """Yield findings about ``damage``."""
        yield self.finding(damage.ref, damage.message)
