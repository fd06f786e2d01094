"""The rule ``missing-input``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import Field, Finding, Record, RecordRule, Severity, Status, turns
from dslint.features.digest import media
from dslint.features.patterns import expression
from dslint.features.text import is_unspaced, looks_like_code
from dslint_rules.correctness._referents import ASKS_FOR_IT, CANDIDATE, MAKES_CODE, REFERENT

MAX_LENGTH: Final = 300
MAX_BEFORE: Final = 25
MAX_AFTER: Final = 10
MAX_AFTER_UNSPACED: Final = 24
MAX_SYSTEM: Final = 200

_GIVEN: Final = expression(
    r"\s[-\u2013\u2014]\s|[:\uff1a\n\"\u201c\u201d\u201e\u00ab\u300c\u300e\u300a'\u2018`{\[(<\uff08\d*|=]"
)
_GIVEN_BEFORE: Final = expression('["\u201c\u201d\u201e\u00ab\u300c\u300a\n`]|[:\uff1a] ?')
_NEXT_SENTENCE: Final = expression("[.?!,;]\\s*\\S|[\u3002\uff1f\uff01\uff0c\uff1b\u3001]\\s*[^\\s\u3002]")
_NOTHING: Final = expression(
    r"[\W_]*(?:no ?inputs?|n[ /]*a|none|null|nil|nan|not applicable|无|无输入|keine?|aucune?|ninguna?)?[\W_]*",
    re.IGNORECASE,
)


class MissingInput(RecordRule):
    """A prompt points at a text that is not there (`Summarise the following article.`), so the answer is invented.

    **Why.** The input was lost when columns were joined, or the generator forgot to write one; the answer is about a
    text that nobody can see, and the model learns to make one up. Reported are short prompts of a single turn that
    name a given text, with an empty input (or a stand-in such as `<noinput>`), and nothing behind the words: no colon,
    no quotation, no number, no further sentence. Tasks to write code for any such text are left out, and answers that
    notice that the text is missing. English, German, French, Spanish and Chinese phrases are known.

    **When to ignore.** Where the text comes from somewhere else, such as an image or a retrieval step that your data
    does not show.

    **References.** [AlpacaDataCleaned](https://github.com/gururise/AlpacaDataCleaned), on empty inputs.
    """

    severity: ClassVar[Severity] = Severity.NOTE
    status: ClassVar[Status] = Status.PREVIEW
    precision: ClassVar[str] = (
        "A preview: about 5 findings on sets that it was not written with were read, and none was true. 1 of 1 in "
        "48,367 records of 27 public files, and 2 of 2 that an earlier form had in a selection of Alpaca; it finds "
        "little"
    )
    candidates = turns("user").matches(CANDIDATE)

    max_words: int = Field(MAX_AFTER, ge=0, description="How many words may follow the phrase.")

    def check(self, record: Record) -> Iterator[Finding]:
        """Look for the phrase, and for what it points at."""
        asked = record.turns("user")
        if len(asked) != 1 or record.format in ("text", "evaluation") or record.tools is not None:
            return
        turn = asked[0]
        given = record.input
        prompt = turn.text if record.instruction is None else record.instruction.text
        if len(prompt) > MAX_LENGTH or (given is not None and not _NOTHING.fullmatch(given.text[:40])):
            return
        if record.instruction is not None and any(part not in (record.instruction, given) for part in turn.parts):
            return  # options to choose from
        if (
            media(record)
            or any(each.kind != "text" for each in turn.parts)
            or len(record.system) > MAX_SYSTEM
            or record.turns("tool")
        ):
            return
        for match in REFERENT.finditer(prompt):
            if self._is_alone(prompt, match) and not MAKES_CODE.search(prompt.replace(match[0], "")):
                answer = record.response
                if answer.strip() and not ASKS_FOR_IT.search(answer[:400]) and not looks_like_code(answer):
                    where = (
                        turn.span(match.start(), match.end())
                        if record.instruction is None
                        else record.ref.at(record.instruction.pointer, match.span())
                    )
                    yield self.finding(where, f'prompt points at "{match[0][:60]}", and none is there')
                return

    def _is_alone(self, prompt: str, match: re.Match[str]) -> bool:
        before, after = prompt[: match.start()], prompt[match.end() :].rstrip(" \n:\uff1a")
        if _GIVEN.search(after) or _NEXT_SENTENCE.search(after) or _GIVEN_BEFORE.search(before):
            return False
        if len(before.split()) > MAX_BEFORE:
            return False
        limit = MAX_AFTER_UNSPACED if is_unspaced(prompt) else MAX_LENGTH
        return len(after.split()) <= self.max_words and len(after) <= limit
