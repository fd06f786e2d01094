"""Turn what rules gave into findings that can be shown: exact places, severities, identities, order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple, Protocol

from dslint.engine.ranking import Ranking
from dslint.engine.reduce import Raw
from dslint.engine.spill import ExternalSort
from dslint.model.finding import Finding, Related
from dslint.model.record import Record
from dslint.model.ref import Ref
from dslint.model.report import RuleInfo
from dslint.sources.files import FileSpec
from dslint.sources.places import Locator

EXCERPT = 80


@dataclass(slots=True)
class Resolver:
    """Gives raw findings all that a report needs.

    Attributes:
        rules: What is known of each rule in this run, by id.
        overrides: Ids of rules whose severity the configuration sets.
        files: The files, by path.
        datasets: Name of the dataset by path.
        scopes: First file by scope key, for findings about a dataset.
        ignored: Says which rules (location, id, family) the configuration silences.
        waivers: Rules that records waive, by path and record number.
        folder: Where findings are that do not fit into memory.
        memory: What earlier runs looked up.
    """

    rules: Mapping[str, RuleInfo]
    overrides: frozenset[str]
    files: Mapping[str, FileSpec]
    datasets: Mapping[str, str]
    scopes: Mapping[str, str]
    ignored: Callable[[str, str, str], bool] | None = None
    waivers: Mapping[tuple[str, int], frozenset[str]] = field(default_factory=dict)
    folder: str = ""
    memory: Memory | None = None

    def resolve(self, raw: Iterable[Raw]) -> tuple[Sequence[Finding], Sequence[Finding]]:
        """Return the findings that count and those that are silenced, both ranked.

        Findings are taken in the order of their places, so that each file is read once, record by record.
        """
        placed: ExternalSort[Finding] = ExternalSort(self.folder, _place_order)
        related: dict[str, dict[Ref, None]] = {}
        for each in raw:
            finding = self._placed(each)
            placed.add(finding)
            for other in finding.related:
                if other.ref.record is not None and other.ref.path in self.files:
                    related.setdefault(other.ref.path, {})[other.ref] = None
        exact: dict[Ref, Ref] = {}
        for path, refs in related.items():
            with Locator(self.files[path]) as locator:
                exact |= {ref: self._exact(ref, locator) for ref in sorted(refs, key=lambda ref: ref.order)}
        ranking = Ranking(self.folder)
        for path, findings in groupby(placed, key=lambda finding: finding.place.path):
            for finding in self._located(path, findings, exact):
                ranking.add(finding)
        placed.close()
        return ranking.findings()

    def _placed(self, raw: Raw) -> Finding:
        finding = raw.finding
        info = self.rules[raw.rule]
        ref = finding.ref
        if ref is None:
            ref = Ref(self.scopes[raw.scope], line=1, end_line=1)
        severity = finding.severity
        if raw.rule in self.overrides or severity is info.default_severity:
            severity = info.severity
        return finding.with_(
            rule=raw.rule,
            ref=ref,
            severity=severity,
            dataset=raw.scope if finding.ref is None and raw.scope else self.datasets.get(ref.path, ""),
            suppressed=self._suppressed(raw.rule, info.family, ref),
            key=finding.key or (_without_numbers(finding.message) if ref.record is None else ""),
        )

    def _suppressed(self, rule: str, family: str, ref: Ref) -> str:
        if ref.record is not None:
            waived = self.waivers.get((ref.path, ref.record), frozenset())
            if rule in waived or family in waived:
                return "the record's own _dslint field"
        file = self.files.get(ref.path)
        location = ref.path if file is None or file.converted or not file.location else file.location
        ignored = self.ignored is not None and self.ignored(location, rule, family)
        return "per-file-ignores" if ignored else ""

    def _exact(self, ref: Ref, locator: Locator) -> Ref:
        known = self.memory.place(ref) if self.memory is not None else None
        if known is None:
            known = locator.find(ref).ref
            if self.memory is not None:
                self.memory.note_place(ref, known)
        return known

    def _located(self, path: str, findings: Iterable[Finding], exact: Mapping[Ref, Ref]) -> Iterator[Finding]:
        """Yield the findings of one file with their exact places, excerpts and identities."""
        file = self.files.get(path)
        with nullcontext() if file is None else Locator(file) as locator:
            for finding in findings:
                related = tuple(Related(exact.get(r.ref, r.ref), r.message) for r in finding.related)
                if locator is None or finding.place.record is None:
                    yield finding.with_(related=related, fingerprint=identity(finding, None))
                    continue
                known = self.memory.spot(finding) if self.memory is not None else None
                yield finding.with_(related=related, **(known or self._spot(finding, locator))._asdict())

    def _spot(self, finding: Finding, locator: Locator) -> Spot:
        found = locator.find(finding.place)
        shown = not self.rules[finding.rule].sensitive
        spot = Spot(
            found.ref,
            found.excerpt[:EXCERPT] if shown else "",
            found.mark if shown else None,
            identity(finding, found.record),
        )
        if self.memory is not None and found.record is not None:
            self.memory.note_spot(finding, spot)
        return spot


class Spot(NamedTuple):
    """What the record at a finding's place adds to the finding; see there."""

    ref: Ref
    excerpt: str
    mark: tuple[int, int] | None
    fingerprint: str


class Memory(Protocol):
    """Knows places that were looked up before, in the same bytes."""

    def place(self, ref: Ref) -> Ref | None:
        """Return the exact place of a reference."""
        ...

    def note_place(self, ref: Ref, exact: Ref) -> None:
        """Remember an exact place."""
        ...

    def spot(self, finding: Finding) -> Spot | None:
        """Return what a finding's record adds to it."""
        ...

    def note_spot(self, finding: Finding, spot: Spot) -> None:
        """Remember it."""
        ...


def identity(finding: Finding, record: Record | None) -> str:
    """Return the hex digest of the rule and what it read: the record's training fields, or what the finding names.

    Neither the path nor the line goes into it, nor fields that are not trained on; so it survives shuffling,
    reformatting, renaming and added fields.
    """
    import orjson
    import xxhash

    content: Any
    if record is None:
        content = [finding.dataset, finding.key or finding.message]
    elif record.messages or record.rejected:
        content = [
            [[m.role, [[p.kind, p.text] for p in m.parts]] for m in side] for side in (record.messages, record.rejected)
        ]
    else:
        content = record.data
    try:
        canonical = orjson.dumps(content, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=str)
    except (TypeError, ValueError):  # lone surrogates, integers beyond 64 bits
        canonical = repr(content).encode("utf-8", "surrogatepass")
    return xxhash.xxh3_128_hexdigest(finding.rule.encode() + b"\0" + finding.key.encode() + b"\0" + canonical)


def _place_order(finding: Finding) -> tuple[tuple[Any, ...], str, str]:
    return (finding.place.order, finding.rule, finding.message)


def _without_numbers(message: str) -> str:
    return "".join("0" if c.isdigit() else c for c in message)
