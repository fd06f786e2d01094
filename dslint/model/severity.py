"""How bad a finding is, and how settled a rule is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """SARIF's levels, worst first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """Position in a ranking; 0 is the worst."""
        return _RANK[self]

    def at_least(self, other: Severity) -> bool:
        """Whether this is as bad as ``other`` or worse."""
        return self.rank <= other.rank


_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


class Status(StrEnum):
    """Where a rule stands in its life; preview rules run only when asked for."""

    PREVIEW = "preview"
    STABLE = "stable"
    DEPRECATED = "deprecated"


class Scope(StrEnum):
    """Which records a rule judges together.

    A dataset is all files of one split that are trained on together (see the configuration page);
    a run is everything that was given on the command line.
    """

    FILE = "file"
    DATASET = "dataset"
    RUN = "run"


class Target(StrEnum):
    """The trainer whose behaviour decides how bad a defect is."""

    GENERIC = "generic"
    OPENAI = "openai"
    TRL = "trl"
    AXOLOTL = "axolotl"
    LLAMAFACTORY = "llamafactory"
    UNSLOTH = "unsloth"


@dataclass(frozen=True, slots=True)
class Levels:
    """The level of one kind of a rule's findings.

    Attributes:
        otherwise: Its level for trainers that ``targets`` does not name; ``None`` where it is no finding for them.
        targets: Its level for the trainers that differ.
    """

    otherwise: Severity | None = None
    targets: Mapping[Target, Severity] = field(default_factory=dict)

    def at(self, target: Target) -> Severity | None:
        """Return its level for a trainer; ``None`` where it is no finding."""
        return self.targets.get(target, self.otherwise)
