"""The rule ``leaked-generation-marker``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from dslint.api import Condition, DatasetRule, Field, Finding, Message, Record, Scope, Severity, anywhere
from dslint.features.patterns import expression
from dslint.features.splits import NO_ANSWER
from dslint.features.tally import Tally
from dslint_rules.synthetic._markers import ABOUT, EDGE, HEADING, HEADINGS, TEMPLATE, TOKEN

EACH: Final = 50
MIN_COUNT: Final = 10

_API: Final = expression(r"^[ \t]{0,8}#{1,4}[ \t]?request\b", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class Leaks:
    """Records seen, and those with a special token or a heading of a template."""

    records: int = 0
    tokens: Tally = field(default_factory=lambda: Tally(EACH))
    headings: Tally = field(default_factory=lambda: Tally(EACH))


class LeakedGenerationMarker(DatasetRule[Leaks]):
    """A chat template's marker is in the text (`<|im_end|>`, `### Response:`), and the model learns to write it.

    **Why.** A special token in the text is read as the token itself: the turn ends in its middle, or a second
    beginning of text follows the first. A heading such as `### Response:` or `18. Instruction:` in an answer shows that
    the generator went on with a next example, or that a template was applied before the trainer applies its own.

    Special tokens of the common templates are errors in any turn; `<s>` and `</s>`, which are also HTML, only at the
    edges of a text. Headings are looked for in answers, and are warnings; in prompts only the opening sentence of
    Alpaca's template and a `### Response:` at the end count. From 5 % of a file's records on it is said once.

    **When to ignore.** Texts about templates and tokenizers are left alone, as is the format `text`, whose records
    hold whole conversations with their template. Set `ignore-tokens` for tokens that your own template does not have.

    **References.** [AlpacaDataCleaned](https://github.com/gururise/AlpacaDataCleaned) (merged instructions),
    [autotrain#753](https://github.com/huggingface/autotrain-advanced/issues/753),
    [open-r1#462](https://github.com/huggingface/open-r1/issues/462).
    """

    scope: ClassVar[Scope] = Scope.FILE
    precision: ClassVar[str] = (
        "11 of 11 findings in 48,367 records of 27 public files, all read: ten next instructions that the generator "
        "went "
        "on with, one turn marker. Known: a heading of this form that a document has of its own."
    )

    max_share: float = Field(0.05, gt=0, le=1, description="Share of a file's records from which on it is said once.")
    extend_markers: tuple[str, ...] = Field((), description="Further literal texts that count as special tokens.")
    ignore_tokens: tuple[str, ...] = Field((), description="Special tokens that are meant to be in the text.")

    def necessary(self) -> Condition:
        """A token, a heading, or one of the markers that are configured."""
        tokens = anywhere().contains(*TEMPLATE, "<s>", "</s>", *self.extend_markers)
        return tokens | anywhere().matches("(?im)" + HEADINGS.replace(r"\d", r"\p{Nd}"))

    def zero(self) -> Leaks:
        """Return nothing seen."""
        return Leaks()

    def add(self, state: Leaks, record: Record) -> Leaks:
        """Look for the first marker of a record; a special token comes before a heading."""
        if record.format in NO_ANSWER:
            return state
        state.records += 1
        turns = (*record.messages, *record.rejected)
        for turn in turns:
            if (span := self._token(turn.text)) and not _is_about(record):
                shown = turn.text[slice(*span)].strip()
                name = TEMPLATE.get(shown, "")
                state.tokens.add(turn.span(*span), f'"{shown}"' + (f" of the {name} template" if name else ""))
                return state
        for turn in turns:
            if (heading := _heading(turn, record)) and not _is_about(record):
                shown = " ".join(heading[0].split())
                state.headings.add(turn.span(*heading.span()), f'"{shown}"')
                return state
        return state

    def add_rest(self, state: Leaks, records: Sequence[Record], /) -> Leaks:
        """Count records without a marker."""
        # Records of one file may have different formats, so each is asked, for that alone.
        state.records += sum(record.format not in NO_ANSWER for record in records)
        return state

    def merge(self, left: Leaks, right: Leaks) -> Leaks:
        """Add counts up."""
        left.records += right.records
        left.tokens.merge(right.tokens)
        left.headings.merge(right.headings)
        return left

    def finish(self, state: Leaks) -> Iterator[Finding]:
        """Report each place, or the file."""
        yield from self._report(state.tokens, state.records, "special token", Severity.ERROR)
        yield from self._report(state.headings, state.records, "heading of an instruction template", Severity.WARNING)

    def _report(self, tally: Tally, records: int, what: str, severity: Severity) -> Iterator[Finding]:
        often = tally.count >= MIN_COUNT and tally.count >= self.max_share * records
        if not often and tally.count <= EACH:
            for example in tally.examples:
                yield self.finding(example.ref, f"text holds the {what} {example.note}", severity=severity, score=0.7)
            return
        yield self.finding(
            None,
            f"{tally.count:,} of {records:,} records hold a {what}, such as {tally.examples[0].note}",
            severity=severity,
            score=min(1.0, 0.7 + tally.count / records),
            related=[(example.ref, example.note) for example in tally.examples[:10]],
            key=what,
            count=tally.count,
            records=records,
        )

    def _token(self, text: str) -> tuple[int, int] | None:
        for marker in self.extend_markers:
            if (start := text.find(marker)) >= 0:
                return start, start + len(marker)
        if "<" not in text and "[" not in text:
            return None
        for match in TOKEN.finditer(text):
            if match[0] not in self.ignore_tokens:
                return match.span()
        edge = EDGE.search(text) if ("<s>" in text) != ("</s>" in text) else None
        return edge.span() if edge is not None and edge[0].strip() not in self.ignore_tokens else None


def _heading(turn: Message, record: Record) -> re.Match[str] | None:
    text = turn.text
    if turn.role == "assistant":
        return HEADING.search(text) if _may_have_heading(text) and not _is_asked_for(record, text) else None
    if turn.role not in ("user", "system") or not _may_have_heading(text):
        return None
    for match in HEADING.finditer(text):
        begins = match.start() == 0 and match[0].lower().startswith("below")
        if begins or (not text[match.end() :].strip() and "#" in match[0]):
            return match
    return None


def _may_have_heading(text: str) -> bool:
    return "###" in text or "nstruction" in text


def _is_asked_for(record: Record, answer: str) -> bool:
    # Headings that the prompt itself shows, and documents that pair a request with a response.
    return any(HEADING.search(text) for text in record.texts("user", "system")) or _API.search(answer) is not None


def _is_about(record: Record) -> bool:
    return any(ABOUT.search(turn.text) for turn in record.messages)
