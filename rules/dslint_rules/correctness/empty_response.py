"""The rule ``empty-response``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import Finding, Message, Record, RecordRule, Severity, turns
from dslint.features.patterns import expression
from dslint.features.splits import is_unwanted

_UNSEEN: Final = "\u00ad\u200b-\u200f\u2060-\u2064\u2800\u3164\ufeff"
_NOTHING: Final = expression(f"[\\s{_UNSEEN}]*")
_HELD_OUT: Final = frozenset({"evaluation", "unknown"})


class EmptyResponse(RecordRule):
    """An answer that is trained on has no text, so the model learns to answer nothing.

    **Why.** The target is the end-of-text token alone. Such records are failed generations or lost columns, and a few
    of them are enough for a model to stop at once. A turn with a tool call, an image or reasoning is not empty, an
    answer that is excluded from training does no harm, and the answer that is not preferred may be empty.

    **When to ignore.** Where silence is the right answer, such as in a moderation task; better let the model write a
    word for it.

    **References.** [AlpacaDataCleaned](https://github.com/gururise/AlpacaDataCleaned),
    [axolotl#290](https://github.com/axolotl-ai-cloud/axolotl/issues/290).
    """

    severity: ClassVar[Severity] = Severity.ERROR
    precision: ClassVar[str] = "6 of 6 in 48,367 records of 27 public files"
    candidates = turns("assistant", "function_call").blank | turns("assistant", "function_call").matches(
        f"^[\\s\\p{{Z}}\x0b\x1c-\x1f\x85{_UNSEEN}]+$"
    )

    def check(self, record: Record) -> Iterator[Finding]:
        """Report the empty answers of a record in one finding at the first."""
        if record.format in _HELD_OUT or is_unwanted(record):
            return
        answers = [turn for turn in record.messages if turn.role in ("assistant", "function_call")]
        empty = [turn for turn in answers if turn.trained and _is_empty(turn)]
        if not empty:
            return
        if record.format == "text":
            message = "text is empty"
        elif len(answers) == 1:
            message = "response is empty"
        else:
            message = f"{len(empty)} of {len(answers)} assistant turns are empty"
        yield self.finding(empty[0], message, empty=len(empty), answers=len(answers))


def _is_empty(turn: Message) -> bool:
    # A turn without any content, null or missing, is a matter of its schema.
    if not turn.parts or turn.tool_calls:
        return False
    return all(_NOTHING.fullmatch(part.text) for part in turn.parts)
