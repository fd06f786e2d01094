"""The rule ``truncated-response``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from dslint.api import Field, Finding, Record, RecordRule, Severity, keys, turns
from dslint.features.patterns import expression
from dslint.features.splits import is_unwanted
from dslint_rules.correctness._endings import ABOUT_WORDS, HOLDERS, REASONS, STOPS
from dslint_rules.correctness._unfinished import MAY_BREAK_OFF, unfinished_end

SHOWN: Final = 40
_LISTS: Final = expression(r"csv|comma|separated|\bkomma|virgule|\bcomas?\b|vírgula|逗号", re.IGNORECASE)


class TruncatedResponse(RecordRule):
    """An answer stops in the middle of a sentence, so the model learns to stop there too.

    **Why.** The generator met its limit of tokens, or a field its limit of characters; what is trained on ends with an
    end-of-text token at a place where no text ends. Reported are answers of at least `min-words` words that end in a
    word that cannot end a sentence (`and`, `because`, `und`, `et`, `porque`), in a comma or in an opening bracket, and
    answers of which the record itself says so (`finish_reason` is `length`). Words that seldom end a sentence count
    only behind sentences that end properly. Known are English, German, French, Spanish, Portuguese, Russian, Chinese
    and Japanese.

    Code, lists, letters' closings (`Sincerely,`) and tasks about words are left alone, and prompts that break off too.
    A missing full stop alone says nothing.

    **When to ignore.** Data in which one speaker interrupts another.

    **References.** [OpenAI: finish_reason](https://platform.openai.com/docs/api-reference/chat/object).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = (
        "4 of 5 findings in 48,367 records of 27 public files and 7,952 of dialogues in 28 languages, all read, are "
        "right, and the word of the fifth has left the list; an earlier form of the rule had 14 of 14 read in "
        "hh-rlhf. Later first readings on about 190 files that public packages carry found it wrong in casual talk "
        "without full stops; that was changed, and has no new number"
    )

    candidates = turns("assistant").matches(MAY_BREAK_OFF) | keys(*REASONS, *HOLDERS)

    min_words: int = Field(9, ge=1, description="Shorter answers are not judged by their last word.")

    def check(self, record: Record) -> Iterator[Finding]:
        """Report the answers of a record that break off, in one finding at the first."""
        if record.format in ("text", "evaluation") or is_unwanted(record):
            return
        stopped = _stopped(record.data)
        if stopped is not None:
            pointer, reason = stopped
            where = record.ref.at(pointer)
            yield self.finding(where, f'answer is cut off: `{pointer.rpartition("/")[2]}` is "{reason}"', score=0.9)
            return
        before = ""
        for turn in record.messages:
            text = turn.text
            if turn.role == "assistant" and turn.trained and not turn.tool_calls:
                end = unfinished_end(text, self.min_words)
                if end and not self._is_meant(before, end):
                    stop = len(text.rstrip())
                    where = turn.span(stop - len(end), stop)
                    # A comma may be a slip of typing at the end of a whole answer.
                    severity = Severity.NOTE if end in ",\uff0c\u3001" else None
                    message = f'response ends in "{_tail(text)}", in the middle of a sentence'
                    yield self.finding(where, message, severity=severity)
                    return
            before = text

    def _is_meant(self, asked: str, end: str) -> bool:
        if ABOUT_WORDS.search(asked) or (end in ",\uff0c\u3001" and _LISTS.search(asked) is not None):
            return True
        given = asked.rstrip()
        return given.endswith(f" {end}" if end.isalpha() else end) or bool(unfinished_end(given, self.min_words))


def _stopped(data: Any) -> tuple[str, str] | None:
    """Return the field that says that generation met its limit, and its value."""
    if not isinstance(data, Mapping):
        return None
    for holder in ("", *HOLDERS):
        fields = data.get(holder) if holder else data
        if isinstance(fields, Mapping):
            for name in REASONS:
                if isinstance(value := fields.get(name), str) and value in STOPS:
                    return f"/{holder}/{name}" if holder else f"/{name}", value
    return None


def _tail(text: str) -> str:
    return " ".join(text[-2 * SHOWN :].split())[-SHOWN:]
