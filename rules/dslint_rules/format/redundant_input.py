"""An input that the instruction repeats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from dslint.api import DatasetRule, Field, Finding, Record, Scope, Severity, part
from dslint.features.tally import Tally
from dslint.features.text import is_unspaced

EACH: Final = 5
EXAMPLES: Final = 10
SHOWN: Final = 40


@dataclass(slots=True)
class Repeated:
    """Records with an input, and those whose instruction holds it already."""

    inputs: int = 0
    found: Tally = field(default_factory=lambda: Tally(EXAMPLES))


class RedundantInput(DatasetRule[Repeated]):
    """An input stands in the instruction already, so the model reads it twice.

    Two versions of a dataset were merged, or a generator was asked for an input that its instruction did not need. The
    prompt is longer for nothing, and unlike the prompts at inference. Looked for is the whole input, up to case and
    white space, within the instruction; a word or two that both name are no repetition. More than a few in one file
    are said once.

    **When to ignore.** Prompts repeat the text on purpose, or the trainer uses one of the fields only.

    **References.** [AlpacaDataCleaned](https://github.com/gururise/AlpacaDataCleaned), on merged instructions.
    """

    severity = Severity.NOTE
    scope = Scope.FILE
    precision = (
        "8 findings on 27 public files, which stand for 284 records; 30 of 30 read repeat their input, many of them a "
        "topic of three or four words"
    )

    candidates = part("input").length(1)

    min_chars: int = Field(15, ge=1, description="Shorter inputs may be named again.")
    min_words: int = Field(3, ge=1, description="Inputs of fewer words may be named again.")

    def zero(self) -> Repeated:
        """Return no counts."""
        return Repeated()

    def add(self, state: Repeated, record: Record, /) -> Repeated:
        """Count a record's input."""
        given = record.input
        if given is None or record.instruction is None or not given.text:
            return state
        state.inputs += 1
        text, instruction = given.text, record.instruction.text
        # That an input repeats its own instruction is no pattern; its first word decides for nearly all.
        head = text.split(None, 1)
        if len(text) < self.min_chars or not head or head[0].lower() not in instruction.lower():
            return state
        if len(text.split(None, self.min_words)) < self.min_words and not is_unspaced(text):
            return state
        if _flat(text) in _flat(instruction):
            state.found.add(record.ref.at(given.pointer), " ".join(text[: 2 * SHOWN].split())[:SHOWN])
        return state

    def merge(self, left: Repeated, right: Repeated) -> Repeated:
        """Add counts up."""
        left.inputs += right.inputs
        left.found.merge(right.found)
        return left

    def finish(self, state: Repeated) -> Iterator[Finding]:
        """Report each input, or the file."""
        count, total = state.found.count, state.inputs
        if count <= EACH:
            for example in state.found.examples:
                yield self.finding(example.ref, f'input "{example.note}" stands in the instruction already', score=0.3)
            return
        first = state.found.examples[0].note
        yield self.finding(
            None,
            f'{count:,} of {total:,} inputs stand in their instruction already, such as "{first}"',
            score=min(1.0, 0.3 + count / total),
            related=[(example.ref, "an input that is repeated") for example in state.found.examples],
            key="redundant",
            count=count,
            inputs=total,
        )


def _flat(text: str) -> str:
    return " ".join(text.lower().split())
