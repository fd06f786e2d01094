"""Turn what rules gave into findings that can be shown: exact places, severities, identities, order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dslint.engine.reduce import Raw
from dslint.model.finding import Finding, Related
from dslint.model.record import Record
from dslint.model.ref import Ref
from dslint.model.report import RuleInfo
from dslint.sources.files import FileSpec
from dslint.sources.places import Found, locate

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
    """

    rules: Mapping[str, RuleInfo]
    overrides: frozenset[str]
    files: Mapping[str, FileSpec]
    datasets: Mapping[str, str]
    scopes: Mapping[str, str]
    ignored: Callable[[str, str, str], bool] | None = None
    waivers: Mapping[tuple[str, int], frozenset[str]] = field(default_factory=dict)

    def resolve(self, raw: Iterable[Raw]) -> tuple[list[Finding], list[Finding]]:
        """Return the findings that count and those that are silenced, both ranked."""
        placed = sorted((self._placed(each) for each in raw), key=_place_order)
        located = self._located(placed)
        named = self._named(located)
        ranked = sorted(named, key=rank)
        return [f for f in ranked if not f.suppressed], [f for f in ranked if f.suppressed]

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

    def _located(self, findings: Sequence[Finding]) -> list[tuple[Finding, Record | None]]:
        found: dict[Ref, Found] = {}
        wanted: dict[str, dict[Ref, None]] = {}
        for finding in findings:
            for ref in (finding.place, *(related.ref for related in finding.related)):
                if ref.record is not None and ref.path in self.files:
                    wanted.setdefault(ref.path, {})[ref] = None
        for path, refs in sorted(wanted.items()):
            found.update(zip(refs, locate(self.files[path], list(refs)), strict=True))
        result: list[tuple[Finding, Record | None]] = []
        for finding in findings:
            place = found.get(finding.place)
            related = tuple(Related(found[r.ref].ref if r.ref in found else r.ref, r.message) for r in finding.related)
            if place is None:
                result.append((finding.with_(related=related), None))
                continue
            if not self.rules[finding.rule].sensitive:
                finding = finding.with_(excerpt=place.excerpt[:EXCERPT], mark=place.mark)
            result.append((finding.with_(ref=place.ref, related=related), place.record))
        return result

    def _named(self, located: Sequence[tuple[Finding, Record | None]]) -> list[Finding]:
        seen: Counter[str] = Counter()
        named = []
        for finding, record in located:
            digest = identity(finding, record)
            occurrence = seen[digest]
            seen[digest] += 1
            fingerprint = digest if occurrence == 0 else f"{digest}-{occurrence + 1}"
            named.append(finding.with_(fingerprint=fingerprint))
        return named


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


def rank(finding: Finding) -> tuple[int, float, tuple[Any, ...], str, str]:
    """Sort key: severity, then score, then place."""
    return (finding.severity.rank, -finding.score, finding.place.order, finding.rule, finding.message)


def _place_order(finding: Finding) -> tuple[tuple[Any, ...], str, str]:
    return (finding.place.order, finding.rule, finding.message)


def _without_numbers(message: str) -> str:
    return "".join("0" if c.isdigit() else c for c in message)
