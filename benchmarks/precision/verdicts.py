"""What was judged, without any text of a record; and the table made of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

Row = dict[str, Any]
Z = 1.959964
"""Of a two-sided interval of 95 %."""
WORDS = {"true": True, "t": True, "yes": True, "false": False, "f": False, "no": False, "unclear": "unclear"}


class SheetError(ValueError):
    """A sheet holds what is no verdict."""


def verdicts(sheets: Iterable[Mapping[str, Any]], before: Iterable[Mapping[str, Any]] = ()) -> list[Row]:
    """Return one row for each rule with its hits, and one for each finding that was judged.

    Args:
        sheets: Rows of sheets.
        before: Rows that this made earlier; what a sheet says of the same rule or finding goes before them.

    Raises:
        SheetError: If a verdict is none.
    """
    hits: dict[str, int] = {}
    judged: dict[tuple[str, str], Any] = {}
    for row in [*before, *sheets]:
        rule = row["rule"]
        if "hits" in row:
            hits[rule] = row["hits"]
        if (verdict := _verdict(row)) is not None:
            judged[rule, row["fingerprint"]] = verdict
    rows: list[Row] = [{"rule": rule, "hits": count} for rule, count in sorted(hits.items())]
    rows += [{"rule": r, "fingerprint": f, "verdict": verdict} for (r, f), verdict in sorted(judged.items())]
    return rows


def filled_in(sheet: Iterable[Row], before: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Return a sheet with the verdicts that are known already."""
    known = {(row["rule"], row["fingerprint"]): row["verdict"] for row in before if "fingerprint" in row}
    return [row | {"verdict": known.get((row["rule"], row["fingerprint"]), row["verdict"])} for row in sheet]


def table(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the precision of each rule as a Markdown table."""
    rows = list(rows)
    hits = {row["rule"]: row["hits"] for row in rows if "hits" in row}
    judged: dict[str, list[Any]] = {}
    for row in rows:
        if "verdict" in row:
            judged.setdefault(row["rule"], []).append(row["verdict"])
    lines = ["| rule | hits | read | true | precision | 95 % interval |", "|---|---:|---:|---:|---:|---|"]
    for rule in sorted({*hits, *judged}):
        found = judged.get(rule, [])
        right = sum(verdict is True for verdict in found)
        low, high = wilson(right, len(found))
        share = f"{right / len(found):.2f} | {low:.2f} to {high:.2f}" if found else "- | -"
        lines.append(f"| {rule} | {hits.get(rule, len(found)):,} | {len(found)} | {right} | {share} |")
    return "\n".join(lines) + "\n"


def wilson(right: int, read: int) -> tuple[float, float]:
    """Return the Wilson score interval of a share, at 95 %; 0 to 1 where nothing was read."""
    if read == 0:
        return 0.0, 1.0
    share, square = right / read, Z * Z
    middle = (share + square / (2 * read)) / (1 + square / read)
    half = Z / (1 + square / read) * math.sqrt(share * (1 - share) / read + square / (4 * read * read))
    return max(0.0, middle - half), min(1.0, middle + half)


def _verdict(row: Mapping[str, Any]) -> Any:
    verdict = row.get("verdict")
    if verdict is None or isinstance(verdict, bool):
        return verdict
    word = str(verdict).strip().lower()
    if not word:
        return None
    if word not in WORDS:
        raise SheetError(f"{row['rule']} {row['fingerprint']}: {verdict!r} is no verdict; write true, false or unclear")
    return WORDS[word]
