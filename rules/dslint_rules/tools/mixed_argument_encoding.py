"""The rule ``mixed-argument-encoding``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

from dslint.api import DatasetRule, Field, Finding, HasTools, Record, Scope, Severity, Target, shared
from dslint.features.tally import Tally
from dslint_rules.tools._calls import CALLERS, Unreadable, calls_of

Encoding = Literal["string", "object"]
_WORDS: Final[Mapping[str, str]] = {"string": "a JSON string", "object": "an object"}
_OTHER: Final[Mapping[str, Encoding]] = {"string": "object", "object": "string"}
_SHOWN: Final = 3
_EXPECTED: Final[Mapping[Target, Encoding]] = {
    Target.OPENAI: "string",
    Target.TRL: "object",
    Target.UNSLOTH: "object",
    Target.LLAMAFACTORY: "object",
}
_TITLES: Final = {
    Target.OPENAI: "OpenAI",
    Target.TRL: "TRL",
    Target.UNSLOTH: "Unsloth",
    Target.LLAMAFACTORY: "LLaMA-Factory",
}


def _tallies() -> dict[str, Tally]:
    return {word: Tally(_SHOWN) for word in _WORDS}


@dataclass(slots=True)
class Encodings:
    """How often arguments are a string and how often an object, of calls of their own and of calls in a text."""

    own: dict[str, Tally] = field(default_factory=_tallies)
    written: dict[str, Tally] = field(default_factory=_tallies)


class MixedArgumentEncoding(DatasetRule[Encodings]):
    """Arguments of tool calls are JSON strings in some records and objects in others, or not as the trainer needs them.

    **Why.** Chat templates print `arguments` in one way. Given the other kind, many print a string with its quotes
    escaped a second time, some print nothing, and the model learns two forms of one call. `datasets` stops where a
    column holds both kinds. OpenAI takes strings only. TRL hands arguments to the template, which needs objects, and
    LLaMA-Factory writes them as JSON itself; axolotl turns strings into objects, so it takes both.

    The setting `target` says what to expect, `tool-arguments` overrides it; without either the calls of a file must
    agree. Calls that stand as JSON in the text of a turn are counted apart, and are to hold objects.

    **When to ignore.** Where your own code converts arguments before the template sees them; set `tool-arguments` to
    `"any"`.

    **References.** [transformers#45419](https://github.com/huggingface/transformers/issues/45419),
    [oumi#2599](https://github.com/oumi-ai/oumi/issues/2599),
    [Qwen3-Coder#444](https://github.com/QwenLM/Qwen3-Coder/issues/444).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = (
        "No finding in 650 records with tools of 3 public files, nor in 1,200 made of them; both kinds together, "
        "and each kind for a target that needs the other, are found."
    )
    targets: ClassVar[Mapping[Target, Severity]] = {Target.OPENAI: Severity.ERROR}
    scope: ClassVar[Scope] = Scope.FILE

    tool_arguments: Literal["auto", "string", "object", "any"] = Field(
        "auto", description='What arguments are to be; "auto" asks `target`, and without one that they agree.'
    )
    target: Target = shared(Target.GENERIC, description="Trainer that the data is for.")

    candidates = HasTools()

    def zero(self) -> Encodings:
        """No call seen."""
        return Encodings()

    def add(self, state: Encodings, record: Record) -> Encodings:
        """Count the calls of a record."""
        for turn in record.messages:
            if turn.role not in CALLERS or (turn.role == "assistant" and not turn.tool_calls):
                continue
            for call in calls_of(turn, record):
                if not isinstance(call, Unreadable) and isinstance(call.arguments, str | dict):
                    group = state.written if call.written else state.own
                    kind = "string" if isinstance(call.arguments, str) else "object"
                    group[kind].add(record.ref.at(call.pointer))
        return state

    def merge(self, left: Encodings, right: Encodings) -> Encodings:
        """Add up."""
        for mine, theirs in ((left.own, right.own), (left.written, right.written)):
            for word, tally in theirs.items():
                mine[word].merge(tally)
        return left

    def finish(self, state: Encodings) -> Iterator[Finding]:
        """Report the kind that should not be there, once for each way to write calls."""
        if self.tool_arguments == "any":
            return
        yield from self._judge(state.own, self._expected(), "tool calls")
        written: Encoding | None = "object" if self.target is Target.LLAMAFACTORY else None
        yield from self._judge(state.written, written, "calls in text")

    def _expected(self) -> Encoding | None:
        if self.tool_arguments == "string" or self.tool_arguments == "object":
            return self.tool_arguments
        return _EXPECTED.get(self.target)

    def _judge(self, group: Mapping[str, Tally], expected: Encoding | None, what: str) -> Iterator[Finding]:
        total = sum(tally.count for tally in group.values())
        if expected is None and self.tool_arguments == "auto" and self.target is Target.AXOLOTL:
            return
        wrong = _OTHER[expected] if expected else min(_WORDS, key=lambda word: (group[word].count, word))
        tally = group[wrong]
        if not tally.count or (not expected and tally.count == total):
            return
        message = f"`arguments` are {_WORDS[wrong]} in {tally.count:,} of {total:,} {what}"
        if expected:
            by = _TITLES.get(self.target, "the setting") if self.tool_arguments == "auto" else "`tool-arguments`"
            message += f", {by} expects {_WORDS[expected]}"
        else:
            message += f" and {_WORDS[_OTHER[wrong]]} in the others"
        yield self.finding(
            tally.examples[0].ref,
            message,
            score=0.5 + 0.5 * tally.count / total,
            related=[(example.ref, f"also {_WORDS[wrong]}") for example in tally.examples[1:]],
            key=what,
            count=tally.count,
            calls=total,
        )
