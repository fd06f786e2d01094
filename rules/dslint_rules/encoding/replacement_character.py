"""The rule ``replacement-character``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import Finding, Record, RecordRule, Severity, anywhere
from dslint.features.patterns import expression

_ABOUT: Final = expression(r"replacement char|\bU\+FFFD|\\ufffd|&#xfffd|&#65533|\bmojibake|\butf-?8\b", re.IGNORECASE)


class ReplacementCharacter(RecordRule):
    """Text holds U+FFFD, which stands where a character was lost, so the model learns to write it.

    **Why.** A decoder put it there instead of bytes that it could not read; what it replaced is gone. At the end of a
    text it shows that the text was cut in the middle of a character, by bytes or by tokens.

    Each record is a finding, as each has to be fetched again: up to 20 in a thousand of a translated public set.

    **When to ignore.** Text about the character itself, which the rule recognises by its name or code, is left alone.

    **References.** [Unicode Standard, section 23.8](https://www.unicode.org/versions/latest/core-spec/chapter-23/).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = "10 of 10 in 48,367 records of 27 public files"
    candidates = anywhere().contains("\ufffd")

    def check(self, record: Record) -> Iterator[Finding]:
        """Report all places of a record in one finding at the first."""
        turns = [turn for turn in (*record.messages, *record.rejected) if "\ufffd" in turn.text]
        if not turns or any(_ABOUT.search(turn.text) for turn in (*record.messages, *record.rejected)):
            return
        count = sum(turn.text.count("\ufffd") for turn in turns)
        turn = turns[0]
        at = turn.text.index("\ufffd")
        rest = turn.text[at:].strip("\ufffd \n")
        if not rest and len(turns) == 1:
            message = f"{turn.role.replace('_', ' ')} turn ends in U+FFFD: it was cut within a character"
        else:
            message = "U+FFFD in place of lost text" if count == 1 else f"{count} times U+FFFD in place of lost text"
        yield self.finding(turn.span(at, at + 1), message, count=count)
