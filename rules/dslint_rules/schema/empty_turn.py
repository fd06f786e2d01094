"""The rule ``empty-turn``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

from dslint.api import Finding, Levels, Message, Record, RecordRule, Severity, Target, shared, turns
from dslint_rules.schema._layout import is_well_formed

_OPENAI: Final = {Target.OPENAI: Severity.ERROR}
_TEXT_ALONE: Final = "an empty prompt beside a completion"
_LIGHTER: Final = {"system": "an empty system turn", "tool": "an empty tool result"}


class EmptyTurn(RecordRule):
    """A turn before an answer has no text, so the model learns to answer to nothing.

    **Why.** OpenAI counts a turn without content as an error, axolotl warns of empty text, and everywhere else the
    model learns that the answer does not depend on what was asked. An empty system turn or tool result can be meant,
    so those are a warning and a note unless `target = "openai"`. Empty answers belong to `empty-response`.

    **When to ignore.** Where generation from an empty prompt is what you train, or tools do return nothing.

    **References.** [axolotl#290](https://github.com/axolotl-ai-cloud/axolotl/issues/290),
    [OpenAI: chat data preparation](https://cookbook.openai.com/examples/chat_finetuning_data_prep).
    """

    severity: ClassVar[Severity] = Severity.ERROR
    precision: ClassVar[str] = (
        "no finding in 48,367 records of 27 public files; planted in records of four of them, 2 kinds of 2 were found"
    )
    kinds_of_finding: ClassVar[Mapping[str, Levels]] = {
        _TEXT_ALONE: Levels(Severity.WARNING, _OPENAI),  # a known way to train on text alone
        _LIGHTER["system"]: Levels(Severity.WARNING, _OPENAI),
        _LIGHTER["tool"]: Levels(Severity.NOTE, _OPENAI),
    }
    candidates = turns("user", "system", "tool").blank

    target: Target = shared(Target.GENERIC, description="Trainer that the data is for.")

    def check(self, record: Record) -> Iterator[Finding]:
        """Report the empty turns of a record in one finding, the worst first."""
        empty = [turn for turn in record.messages if turn.role in _ROLES and turn.is_blank and _is_there(turn)]
        if not empty or record.format in ("text", "unknown") or not is_well_formed(record):
            return
        worst = min(empty, key=lambda turn: self._severity(turn, record).rank)
        alike = [turn for turn in empty if turn.role == worst.role]
        message = f"{worst.role} turn is empty" if len(alike) == 1 else f"{len(alike)} {worst.role} turns are empty"
        yield self.finding(worst, message, severity=self._severity(worst, record), turns=len(empty))

    def _severity(self, turn: Message, record: Record) -> Severity:
        kind = _TEXT_ALONE if record.format == "prompt-completion" else _LIGHTER.get(turn.role)
        return (self.level(kind) if kind else None) or self.severity


_ROLES: Final = frozenset({"user", *_LIGHTER})


def _is_there(turn: Message) -> bool:
    # The empty string in an optional field beside the turns, such as `system`, says that there is no system prompt.
    return turn.role == "user" or turn.raw_role is not None
