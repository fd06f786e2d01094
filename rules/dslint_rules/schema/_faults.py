"""Faults of fields: each record by itself, and once for a field that is so in many records of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final, NamedTuple

from dslint.api import DatasetRule, Finding, Record, Ref, Rule, Scope, Severity
from dslint.features.repeats import FEW
from dslint.features.tally import Tally

_SHOWN: Final = 5
NO_LEVELS: Final[Mapping[str, Severity]] = {}


class Fault(NamedTuple):
    """What is wrong with a record.

    Attributes:
        about: What many records may have in common, such as the field's name and type.
        where: Its place.
        message: What is wrong.
    """

    about: tuple[str, ...]
    where: Ref
    message: str


@dataclass(slots=True)
class Faults:
    """The faults of one file's records.

    Attributes:
        records: How many records there are.
        fields: The records that have a fault, by what the first of them is about, such as the field's name and type.
    """

    records: int = 0
    fields: dict[tuple[str, ...], Tally] = field(default_factory=dict)

    def add(self, fault: Fault) -> None:
        """Count a record's fault."""
        self.fields.setdefault(fault.about, Tally(FEW)).add(fault.where, fault.message)

    def merge(self, other: Faults) -> Faults:
        """Count the records of ``other`` in, and return self."""
        self.records += other.records
        for about, tally in other.fields.items():
            self.fields.setdefault(about, Tally(FEW)).merge(tally)
        return self

    def findings(
        self, rule: Rule, so: str = "the same field", severities: Mapping[str, Severity] = NO_LEVELS
    ) -> Iterator[Finding]:
        """Yield one finding a record, or one where more than a few records have the same fault.

        Args:
            rule: The rule.
            so: What is so of further records.
            severities: Levels that are not the rule's, by the first word of what a fault is about.
        """
        for about, tally in sorted(self.fields.items()):
            if tally.count <= FEW:
                for example in tally.examples:
                    yield rule.finding(example.ref, example.note, severity=severities.get(about[0]))
                continue
            first, *others = tally.examples
            yield rule.finding(
                first.ref,
                f"{first.note}; {so} in {tally.count - 1:,} more of {self.records:,} records",
                severity=severities.get(about[0]),
                score=1.0,
                related=[(example.ref, example.note) for example in others[:_SHOWN]],
                key=" ".join(about),
                count=tally.count,
                records=self.records,
            )


class FaultRule(DatasetRule[Faults]):
    """What the rules share that find at most one fault in a record, and say once what is so in many of a file."""

    severity: ClassVar[Severity] = Severity.ERROR
    scope: ClassVar[Scope] = Scope.FILE

    def fault(self, record: Record) -> Fault | None:
        """Return what is wrong with ``record``."""
        raise NotImplementedError

    def zero(self) -> Faults:
        """No record seen."""
        return Faults()

    def add(self, state: Faults, record: Record) -> Faults:
        """Count a record, and its fault if it has one."""
        state.records += 1
        if (fault := self.fault(record)) is not None:
            state.add(fault)
        return state

    def add_rest(self, state: Faults, records: Sequence[Record], /) -> Faults:
        """Count records that have none."""
        state.records += len(records)
        return state

    def merge(self, left: Faults, right: Faults) -> Faults:
        """Add up."""
        return left.merge(right)

    def finish(self, state: Faults) -> Iterator[Finding]:
        """Report each record, or the field where many have it."""
        yield from state.findings(self)
