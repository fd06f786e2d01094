"""White space at the edges of prompts and answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from dslint.api import DatasetRule, Field, Finding, Message, Record, Ref, Scope, Severity, formats, turns
from dslint.features.splits import NO_ANSWER
from dslint.features.tally import Tally

EACH: Final = 50
MIN_COUNT: Final = 10


def _tally() -> Tally:
    return Tally(EACH)


@dataclass(slots=True)
class Edges:
    """Records by what their edges look like.

    Attributes:
        records: All records.
        loose: Answers with white space at an edge.
        prompts: Prompts of the prompt-completion format that end in a space.
        spaced: Completions that begin with one space.
        tight: Completions that begin with none.
    """

    records: int = 0
    loose: Tally = field(default_factory=_tally)
    prompts: Tally = field(default_factory=_tally)
    spaced: Tally = field(default_factory=_tally)
    tight: Tally = field(default_factory=_tally)


class EdgeWhitespace(DatasetRule[Edges]):
    """White space at the edge of a prompt or an answer is tokenised otherwise than at inference.

    Where prompt and completion are plain strings that are joined, a prompt that ends in a space splits a token (TRL
    warns of a mismatch), and completions of which some begin with a space and some do not teach both: warnings. An
    answer with white space at an edge teaches the model to write it: a note. The indentation of code at the start of an
    answer is left alone. What is true of more than 5 % of a file is said once.

    **When to ignore.** The trainer strips both fields, or the white space is part of the task.

    **References.** [TRL: dataset formats](https://huggingface.co/docs/trl/dataset_formats).
    """

    severity = Severity.NOTE
    precision = "no finding on 27 public files, which have no such edges; the test is exact"
    scope = Scope.FILE

    max_share: float = Field(0.05, gt=0, le=1, description="Share of a file's records from which on it is said once.")

    candidates = turns("assistant").edge_space | formats("prompt-completion")

    def zero(self) -> Edges:
        """Return no counts."""
        return Edges()

    def add(self, state: Edges, record: Record, /) -> Edges:
        """Count a record's edges."""
        state.records += 1
        joined = record.format == "prompt-completion" and isinstance(record.field("prompt"), str)
        if joined:
            self._add_joined(state, record)
        if record.format in NO_ANSWER:
            return state
        for turn in record.turns("assistant"):
            text = turn.text
            if text and (text[0].isspace() or text[-1].isspace()) and (side := _loose(text, joined)):
                state.loose.add(_edge(turn, trailing=side.startswith("ends")), side)
                break
        return state

    def add_rest(self, state: Edges, records: Sequence[Record], /) -> Edges:
        """Count records without white space at an edge."""
        state.records += len(records)
        return state

    def merge(self, left: Edges, right: Edges) -> Edges:
        """Add counts up."""
        left.records += right.records
        left.loose.merge(right.loose)
        left.prompts.merge(right.prompts)
        left.spaced.merge(right.spaced)
        left.tight.merge(right.tight)
        return left

    def finish(self, state: Edges) -> Iterator[Finding]:
        """Report each place, or the file."""
        yield from self._say(state.loose, state.records, Severity.NOTE, "answer", "begin or end in white space")
        yield from self._say(state.prompts, state.records, Severity.WARNING, "prompt", "end in a space")
        few, many = sorted((state.spaced, state.tight), key=lambda tally: tally.count)
        if few.count:
            begin = "begin with a space" if few is state.spaced else "begin without a space"
            other = "begin without one" if few is state.spaced else "begin with one"
            yield self.finding(
                None,
                f"completions that {begin}: {few.count:,}, that {other}: {many.count:,}",
                severity=Severity.WARNING,
                score=0.7,
                related=[(example.ref, begin) for example in few.examples[:10]],
                key="completion",
                spaced=state.spaced.count,
                tight=state.tight.count,
            )

    def _add_joined(self, state: Edges, record: Record) -> None:
        for turn in record.turns("user"):
            if turn.text.endswith((" ", "\t")):
                state.prompts.add(_edge(turn, trailing=True), "ends in a space")
        answer = record.answer
        text = "" if answer is None else answer.text
        if answer is None or not text.strip():
            return
        if not text[0].isspace():
            state.tight.add(answer.ref)
        elif text[0] == " " and not text[1].isspace():
            state.spaced.add(answer.ref)

    def _say(self, tally: Tally, total: int, severity: Severity, what: str, do: str) -> Iterator[Finding]:
        count = tally.count
        if count < MIN_COUNT or (count <= EACH and count <= self.max_share * total):
            for example in tally.examples:
                yield self.finding(example.ref, f"{what} {example.note}", severity=severity, score=0.3)
        elif count:
            yield self.finding(
                None,
                f"{count:,} of {total:,} {what}s {do}",
                severity=severity,
                score=min(1.0, 0.4 + count / total),
                related=[(example.ref, example.note) for example in tally.examples[:10]],
                key=what,
                count=count,
                records=total,
            )


def _edge(turn: Message, *, trailing: bool) -> Ref:
    text = turn.text
    return turn.span(len(text.rstrip()), len(text)) if trailing else turn.span(0, len(text) - len(text.lstrip()))


def _loose(text: str, joined: bool) -> str:
    """Say which edge has white space that does not belong there; empty where it does."""
    if text.isspace():
        return ""
    if text[-1].isspace():
        return "ends in a line break" if text[-1] in "\r\n" else "ends in white space"
    indented = text[0] == "\t" or text[:2] == "  " or (text[0] in "\r\n" and text.lstrip("\r\n")[0] in " \t")
    if indented or (joined and text[0] in " \n"):
        return ""
    return "begins with a line break" if text[0] in "\r\n" else "begins with white space"
