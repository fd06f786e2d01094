"""Rules for tests of the configuration: every life stage, option and origin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from dslint.api import (
    Feature,
    Field,
    Finding,
    Preset,
    Record,
    RecordRule,
    Rule,
    RuleEntry,
    Severity,
    Status,
    Target,
    setting,
    shared,
)


@dataclass(frozen=True)
class Counter(Feature[int]):
    counter: str = setting("", path=True)

    def compute(self, records: Sequence[Record]) -> list[int]:
        return [0 for _ in records]


Count = Annotated[int, Counter]


class _Silent(RecordRule):
    def check(self, record: Record) -> Iterator[Finding]:
        yield from ()


class NearTwin(_Silent):
    """Stable and on, with options, and with an older name."""

    formerly: ClassVar = ("almost-twin",)
    threshold: float = Field(0.8, gt=0, le=1, description="Similarity.")
    unit: str = Field("jaccard", description="Unit.")


class FarTwin(_Silent):
    """Stable, and off by itself."""

    on = False


class TooLong(_Silent):
    """Needs a top-level setting."""

    severity = Severity.WARNING
    targets: ClassVar = {Target.OPENAI: Severity.ERROR}
    max_length: int | None = shared(None, description="Tokens at most.", gt=0)

    def unmet(self) -> str:
        return "" if self.max_length else "set max-length"


class Counted(RecordRule):
    """Asks for a feature that has a setting."""

    def check(self, record: Record, count: Count) -> Iterator[Finding]:
        yield from ()


class Fresh(_Silent):
    """Preview."""

    status = Status.PREVIEW


class Old(_Silent):
    """Deprecated."""

    status = Status.DEPRECATED


class Seen(_Silent):
    """A plugin's rule, with an older name."""

    formerly: ClassVar = ("noticed",)


@dataclass(frozen=True)
class Installed:
    rules: Mapping[str, RuleEntry]
    presets: Mapping[str, Preset] = field(default_factory=dict)
    failed: Sequence[str] = ()


def entry(rule: type[Rule], family: str, prefix: str = "") -> RuleEntry:
    return RuleEntry(f"{prefix}{rule.id()}", family, rule)


RULES = {
    e.id: e
    for e in (
        entry(NearTwin, "twins"),
        entry(FarTwin, "twins"),
        entry(TooLong, "size"),
        entry(Counted, "size"),
        entry(Fresh, "news"),
        entry(Old, "news"),
        entry(Seen, "acme", "acme/"),
    )
}
PRESETS = {
    "short": Preset("Short.", settings={"max-length": 10, "target": "openai"}, ignore=("acme",)),
    "only-twins": Preset("Twins.", select=("twins",), rules={"near-twin": {"threshold": 0.5, "severity": "error"}}),
    "broken": Preset("Names what is not there.", select=("nobody",)),
}
INSTALLED = Installed(RULES, PRESETS)
ON = {"near-twin", "too-long", "counted", "acme/seen"}
