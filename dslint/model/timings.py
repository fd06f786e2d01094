"""Where the time of a run went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage of a run took, in all processes together.

    Attributes:
        stage: ``start``, ``discover``, ``plan``, ``cut``, ``parse``, ``screen``, ``places``, ``feature``, ``rule``,
            ``merge``, ``finish``, ``group``, ``resolve``, or ``other`` for what no stage accounts for.
        name: The rule or the feature, where the stage is one of several.
        cpu_seconds: CPU time, without the stages inside it.
        calls: How often it was entered.
    """

    stage: str
    name: str
    cpu_seconds: float
    calls: int


@dataclass(frozen=True, slots=True)
class Timings:
    """Where the time of a run went, up to the writing of the report.

    Attributes:
        cpu_seconds: CPU time of all processes, from the start of the program on.
        wall_seconds: Time that passed since the paths were looked at.
        peak_memory: Bytes of the largest process at its largest; ``None`` where the system does not say.
        temporary: Bytes that went to temporary files.
        stages: The stages, the most expensive first; they sum up to ``cpu_seconds``.
    """

    cpu_seconds: float
    wall_seconds: float
    peak_memory: int | None
    temporary: int
    stages: Sequence[Stage]
