"""Prompts in which two fields stand together without a separator."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from dslint.api import DatasetRule, Field, Finding, Record, Scope, Severity, turns
from dslint.features.patterns import expression
from dslint.features.tally import Tally

EACH: Final = 50
MIN_COUNT: Final = 10
CONTEXT: Final = 12

_LOWER: Final = "a-zß-öø-ÿāăąćčďđēęěğīıłńňőœřśşšťūůűźżžа-яёіїєґα-ωά-ώ"
_UPPER: Final = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĪİŁŃŇŐŒŘŚŞŠŤŪŮŰŹŻŽА-ЯЁІЇЄҐΑ-Ω"
_GLUED: Final = expression(f"(?P<left>[{_LOWER}]{{2}})[.?!](?P<right>[¿¡]?[{_UPPER}][{_LOWER}]+)")
_NOT_PROSE: Final = expression(r"https?:|www\.|\w\.\w+\(|```|[{};\\]|</")
_BESIDE: Final = expression(r"[\w./@#$%&*+=<>|~`(\[-]|:\S")
_CAMEL: Final = expression("[a-z][A-Z]")
_BEFORE: Final = expression(r"[\w.'\u2019-]*$")
_ABBREVIATION_WORDS: Final = """
dr mr mrs ms prof st mt sr jr hr fr frau herr dipl ing no nr art abs bzw vgl ca co vs fig eq sec ch vol pp ed al
sra srta dra lic mme mlle capt col gen lt sgt rev hon gov sen rep pres ul \u0443\u043b \u0438\u043c \u0433\u0440
\u0441\u0442\u0440 \u0441\u0432
"""
_SUFFIX_WORDS: Final = (
    "com net org io js ts py edu gov java cpp txt csv json xml html md pdf docx xlsx png jpg jpeg exe"
)
_ABBREVIATIONS: Final = frozenset(_ABBREVIATION_WORDS.split())
_SUFFIXES: Final = frozenset(_SUFFIX_WORDS.split())


@dataclass(slots=True)
class Glued:
    """Records with a prompt, and those with glued sentences."""

    records: int = 0
    found: Tally = field(default_factory=lambda: Tally(EACH))


class GluedFields(DatasetRule[Glued]):
    """An instruction runs into its input without a separator (`… with understanding.School is …`).

    That happens when fields are joined with nothing between them. Looked for is the end of a sentence with the next
    word, in capitals, right behind it. Prompts with code, URLs or dotted names are left out. From 5 % of the prompts on
    it is said once for the file, as a warning; single cases, which may be slips of typing, are notes.

    **When to ignore.** The text was glued at its source and is to be read as it is, such as scraped pages.

    **References.** [Stanford Alpaca: prompt template](https://github.com/tatsu-lab/stanford_alpaca).
    """

    scope = Scope.FILE
    precision = (
        "1 of 1 warnings on 27 public files (108 of 500 prompts, 40 of 40 read are glued); 7 of 7 notes lack a space, "
        "most within a quoted text. Later first readings on about 190 files that public packages carry found it wrong "
        "in names of classes; that was changed, and has no new number"
    )

    max_share: float = Field(0.05, gt=0, le=1, description="Share of a file's prompts from which on it is said once.")

    candidates = turns("user").matches(f"[{_LOWER}]{{2}}[.?!][¿¡]?[{_UPPER}][{_LOWER}]")

    def zero(self) -> Glued:
        """Return no counts."""
        return Glued()

    def add(self, state: Glued, record: Record, /) -> Glued:
        """Count a record's prompt."""
        state.records += 1
        for turn in record.turns("user"):
            text = turn.text
            span = glued(text)
            if span is not None:
                start, end = span
                state.found.add(turn.span(start, end), _shown(text, start, end))
                break
        return state

    def add_rest(self, state: Glued, records: Sequence[Record], /) -> Glued:
        """Count records without glued sentences."""
        state.records += len(records)
        return state

    def merge(self, left: Glued, right: Glued) -> Glued:
        """Add counts up."""
        left.records += right.records
        left.found.merge(right.found)
        return left

    def finish(self, state: Glued) -> Iterator[Finding]:
        """Report each place, or the file."""
        count, total = state.found.count, state.records
        often = count >= MIN_COUNT and count >= self.max_share * total
        if not often and count <= EACH:
            for example in state.found.examples:
                yield self.finding(
                    example.ref,
                    f'prompt runs two sentences together: "{example.note}"',
                    severity=Severity.NOTE,
                    score=0.3,
                )
            return
        first = state.found.examples[0]
        yield self.finding(
            None,
            f'{count:,} of {total:,} prompts run two fields together without a separator, such as "{first.note}"',
            severity=None if often else Severity.NOTE,
            score=min(1.0, 0.5 + count / total),
            related=[(example.ref, f'"{example.note}"') for example in state.found.examples[:10]],
            key="glued",
            count=count,
            records=total,
        )


def _shown(text: str, start: int, end: int) -> str:
    words = text[max(0, start - CONTEXT) : end].split()
    return " ".join(words[1:] if start > CONTEXT and len(words) > 1 else words)


def glued(text: str) -> tuple[int, int] | None:
    """Return where two sentences of prose stand together without a space."""
    for match in _GLUED.finditer(text):
        if _is_sentence_end(text, match):
            return None if _NOT_PROSE.search(text) else match.span()
    return None


def _is_sentence_end(text: str, match: re.Match[str]) -> bool:
    left = text[: match.end("left")]
    word = _BEFORE.search(left[-40:])
    before = "" if word is None else word.group()
    right = match["right"].lower()
    if "." in before or _CAMEL.search(before) or before.lower() in _ABBREVIATIONS or right in _SUFFIXES:
        return False
    start = match.end("left") - len(before)
    behind = text[match.end() : match.end() + 2]
    return not _BESIDE.match(behind) and not _BESIDE.match(text[max(0, start - 1) : start])
