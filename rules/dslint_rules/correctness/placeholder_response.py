"""The rule ``placeholder-response``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import Field, Finding, Record, RecordRule, Severity, turns

_BARE: Final = (
    r"no[ -]?(?:out|in)puts?|tbd|todo|tba|fixme|placeholder(?: text)?"
    r"|insert [^\n]{1,40} here|no (?:response|answer|output)(?: (?:given|provided|available|generated))?"
    r"|无输出|无回答|没有回答|待补充|占位符|此处省略|нет ответа|sin respuesta|aucune réponse|keine antwort|回答なし"
)
"""Never an answer, unless the prompt speaks of it."""

_BRACKETED: Final = r"(?:insert|enter|add|your|placeholder|response|answer|output|todo)\b[^\]\n]{0,60}"
_VALUES: Final = r"n ?/ ?a|none|null|nil|nan|undefined|not applicable|not available"
_ARTEFACTS: Final = (
    r"\[object object\]|#(?:n/a|ref!|value!|name\?|div/0!)|error:? (?:code )?[45]\d\d|internal server error"
)

_EDGE: Final = r"[\s\W_]*"
_CORE: Final = re.compile(rf"^{_EDGE}(?:{_BARE}|{_VALUES}){_EDGE}$", re.IGNORECASE)
_WHOLE: Final = re.compile(rf"^\W*(?:\[{_BRACKETED}\]|{_ARTEFACTS})\W*$", re.IGNORECASE)
_IS_VALUE: Final = re.compile(rf"^{_EDGE}(?:{_VALUES}){_EDGE}$", re.IGNORECASE)
_LOREM: Final = re.compile(rf"^{_EDGE}lorem ipsum dolor\b", re.IGNORECASE)
_ALWAYS: Final = re.compile(r"^\W*<\s*no\s?(?:out|in)put\s*>\W*$", re.IGNORECASE)

_SPOKEN_OF: Final = re.compile(
    r"\b(?:none|null|nil|nan|n/a|na|not (?:available|applicable)|true or false|output|result|returns?|prints?|any"
    r"|undefined|if (?:there (?:is|are) no|nothing|not)|how many|which|divided|limit|tan(?:gent)?)\b",
    re.IGNORECASE,
)
"""Words of a question to which ``None``, ``null`` or ``undefined`` may be the right answer."""


class PlaceholderResponse(RecordRule):
    """An answer is a stand-in such as `<nooutput>`, `N/A` or `TODO`, and the model learns to give it.

    **Why.** It was written where an answer could not be: by a generator that refused, by a script for an empty cell, by
    an annotator who meant to come back. The answer must be nothing but the stand-in, and where the prompt speaks of the
    word (`answer N/A if …`) it is a right answer.

    **When to ignore.** Where such a word is the label of a class and the prompt does not say so; add it to `allow`.

    **References.** [AlpacaDataCleaned](https://github.com/gururise/AlpacaDataCleaned).
    """

    severity: ClassVar[Severity] = Severity.ERROR
    precision: ClassVar[str] = "14 findings in 48,367 records of 27 public files, all read, 14 right."
    candidates = turns("assistant").matches(
        rf"(?i)^{_EDGE}(?:{_BARE}|{_VALUES}){_EDGE}$|^\W*(?:\[{_BRACKETED}\]|{_ARTEFACTS})\W*$"
        rf"|^{_EDGE}lorem ipsum dolor\b|^\W*<\s*no\s?(?:out|in)put\s*>\W*$"
    )

    allow: tuple[str, ...] = Field((), description="Answers that are right, compared without case.")

    def check(self, record: Record) -> Iterator[Finding]:
        """Report the answers of a record that are nothing but a stand-in, in one finding at the first."""
        if record.format in ("evaluation", "text"):
            return
        prompt = _question(record)
        allowed = {answer.casefold() for answer in self.allow}
        found = [
            turn
            for turn in record.turns("assistant")
            if turn.trained and _is_stand_in(turn.text, prompt) and turn.text.strip().casefold() not in allowed
        ]
        if found:
            shown = " ".join(found[0].text.split())[:40]
            more = f", and {len(found) - 1} more like it" if len(found) > 1 else ""
            yield self.finding(found[0], f'response is the placeholder "{shown}"{more}')


def _question(record: Record) -> str:
    # An input that is itself a stand-in does not speak of the word.
    given = record.input
    if record.instruction is not None and given is not None and _CORE.match(given.text):
        return record.instruction.text
    return record.prompt


def _is_stand_in(text: str, prompt: str) -> bool:
    if _ALWAYS.match(text):
        return True
    asked = prompt.casefold()
    if _LOREM.match(text):
        return "lorem" not in asked and "placeholder" not in asked
    if not (_CORE.match(text) or _WHOLE.match(text)):
        return False
    core = text.strip().strip(".!<>[]()\"'*_# ").casefold()
    if core in asked:
        return False
    return not (_IS_VALUE.match(text) and _SPOKEN_OF.search(prompt))
