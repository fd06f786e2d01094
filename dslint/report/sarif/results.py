"""Findings as SARIF results, and the files they are in as artifacts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from dslint.model.finding import Finding, Related
from dslint.model.ref import Ref
from dslint.model.report import FileInfo, Report
from dslint.report import phrases
from dslint.report.document import is_shown
from dslint.report.escape import excerpt, uri, visible
from dslint.report.sarif.descriptors import Rules

BASE: Final = "%SRCROOT%"
RELATED: Final = 100
LINKED: Final = 3

_MIME_TYPES: Final = {
    "jsonl": "application/jsonl",
    "json": "application/json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.file",
    "text": "text/plain",
}
_COMPRESSED: Final = {
    "gz": "application/gzip",
    "bz2": "application/x-bzip2",
    "xz": "application/x-xz",
    "zst": "application/zstd",
}


class Artifacts:
    """The files of a log, with their positions.

    Args:
        report: The report.
        findings: The findings that the log will have.
    """

    def __init__(self, report: Report, findings: Sequence[Finding]) -> None:
        self.files: dict[str, FileInfo | None] = {file.path: file for file in report.files}
        for found in findings:
            for ref in (found.place, *(related.ref for related in found.related)):
                self.files.setdefault(ref.path, None)
        self.index = {path: index for index, path in enumerate(self.files)}
        self.seen: Counter[tuple[str, str, str]] = Counter()

    def location(self, path: str) -> dict[str, Any]:
        """Return where a file is: relative to where dslint ran, wherever possible."""
        address = uri(path)
        index = {"index": self.index[path]} if path in self.index else {}
        return {"uri": address, **({} if "://" in address else {"uriBaseId": BASE}), **index}

    def listed(self) -> list[dict[str, Any]]:
        """Return the artifacts."""
        return [self._artifact(path, file) for path, file in self.files.items()]

    def fingerprint(self, found: Finding) -> str:
        """Return the finding's fingerprint, made unique for its rule and file."""
        key = (found.rule, found.place.path, found.fingerprint)
        self.seen[key] += 1
        return f"{found.fingerprint}:{self.seen[key]}"

    def _artifact(self, path: str, file: FileInfo | None) -> dict[str, Any]:
        artifact: dict[str, Any] = {"location": self.location(path), "roles": ["analysisTarget"]}
        if file is None:
            return artifact
        if file.bytes:
            artifact["length"] = file.bytes
        if mime := _COMPRESSED.get(file.compression) or _MIME_TYPES.get(file.container):
            artifact["mimeType"] = mime
        known = {"dataset": file.dataset, "split": file.split, "format": file.format, "records": file.records}
        artifact["properties"] = {key: value for key, value in known.items() if value != ""}
        return artifact


def result(found: Finding, rules: Rules, artifacts: Artifacts, *, with_suppressions: bool) -> dict[str, Any]:
    """Return a finding as a SARIF result.

    Args:
        found: The finding.
        rules: The log's rules.
        artifacts: The log's files.
        with_suppressions: Whether the results of this log say if they are suppressed: all do, or none does.
    """
    text = _text(found, rules)  # without the full stop, which the rule's message string has
    written: dict[str, Any] = {
        "ruleId": found.rule,
        "ruleIndex": rules.index[found.rule],
        "kind": "fail",
        "level": found.severity.value,
        "rank": _rank(found.score),
        "message": {"text": template(f"{text}."), "id": "default", "arguments": [text]},
        "locations": [_place(found.place, artifacts, found.dataset if phrases.is_whole(found, rules.known) else "")],
    }
    if found.related:
        written["relatedLocations"] = [
            {"id": number, **_place(other.ref, artifacts), "message": {"text": template(literal(other.message))}}
            for number, other in enumerate(found.related[:RELATED], 1)
        ]
    if found.fingerprint:
        written["partialFingerprints"] = {
            "primaryLocationLineHash": artifacts.fingerprint(found),
            "dslintFinding/v1": found.fingerprint,
        }
    if with_suppressions:
        written["suppressions"] = _suppressions(found.suppressed)
    known = {"dataset": found.dataset, "record": found.place.record, "measured": dict(found.properties)}
    written["properties"] = {key: value for key, value in known.items() if value not in ("", None, {})}
    return written


def _place(ref: Ref, artifacts: Artifacts, dataset: str = "") -> dict[str, Any]:
    physical = {"artifactLocation": artifacts.location(ref.path), "region": region(ref)}
    logical = {"name": dataset, "fullyQualifiedName": dataset, "kind": "dataset"} if dataset else _logical(ref)
    return {"physicalLocation": physical, **({"logicalLocations": [logical]} if logical else {})}


def region(ref: Ref) -> dict[str, int]:
    """Return the stretch of the file; formats without lines get line 1, which GitHub asks for."""
    line = ref.line or 1
    end = max(line, ref.end_line or 1)
    made = {"startLine": line}
    if ref.column is not None and ref.line is not None:
        made |= {"startColumn": ref.column, "endLine": end}
        if ref.end_column is not None and (end > line or ref.end_column >= ref.column):
            made["endColumn"] = ref.end_column
    elif end > line:
        made["endLine"] = end
    return made


def literal(text: str) -> str:
    """Return ``text`` for a message, such that nothing in it is a link."""
    return visible(text).replace("](", "] (")


def template(text: str) -> str:
    """Return ``text`` such that SARIF takes none of it for a placeholder (section 3.11.5)."""
    return text.replace("{", "{{").replace("}", "}}")


def _text(found: Finding, rules: Rules) -> str:
    """Return the message with all that a reader needs where the file itself cannot be shown."""
    parts = [literal(found.message)]
    ref = found.place
    if phrases.is_whole(found, rules.known):
        parts.append(f"Dataset '{literal(found.dataset)}'")
    elif ref.record is not None:
        field = f", field '{literal(ref.pointer)}'" if ref.pointer else ""
        parts.append(f"Record {ref.record}{field}")
    if found.excerpt and is_shown(found, rules.known):
        parts.append(f"Excerpt: '{literal(excerpt(found.excerpt, found.mark).text)}'")
    parts += [_link(other, number) for number, other in enumerate(found.related[:LINKED], 1)]
    if (rest := len(found.related) - LINKED) > 0:
        parts.append(f"And {phrases.count(rest, 'more place')}")
    return ". ".join(parts)


def _link(other: Related, number: int) -> str:
    label = visible(phrases.label(other.ref)).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return f"See [{label}]({number}): {literal(other.message)}"


def _logical(ref: Ref) -> dict[str, Any]:
    if ref.record is None:
        return {}
    return {
        "name": ref.pointer.rpartition("/")[2] or str(ref.record),
        "fullyQualifiedName": f"[{ref.record}]{ref.pointer}",
        "kind": "value" if ref.pointer else "object",
    }


def _rank(score: float) -> float:
    return round(min(1.0, max(0.0, score)) * 100, 2) if math.isfinite(score) else 0.0


def _suppressions(reason: str) -> list[dict[str, Any]]:
    if not reason:
        return []
    kind = "inSource" if "_dslint" in reason else "external"
    return [{"kind": kind, "status": "accepted", "justification": reason}]
