"""The rule ``unreachable-reference``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import ClassVar, Final

from dslint.api import Field, Finding, Message, Record, RecordRule, Severity, turns
from dslint.features.digest import media
from dslint.features.text import looks_like_code
from dslint_rules.correctness._reaching import (
    BRACKETED,
    CANDIDATE,
    DECLINES,
    FOUND,
    MARKER,
    WANTS_ADDRESS,
    WANTS_CONTENT,
    WHOLE,
)

MAX_INPUT: Final = 1_000
HEAD: Final = 300
SHOWN: Final = 60
DESCRIBED: Final = 5
"""Words from which on a stand-in describes what it stands for."""


class UnreachableReference(RecordRule):
    """A prompt asks about a page or a picture that is only named, so the answer to it is made up.

    **Why.** `Summarise this article` with a link, or `<Picture Attached>`: the model that wrote the answer has not
    seen it, and the one that is trained on it learns to invent instead of saying so. Reported are prompts whose input
    is nothing but addresses or such stand-ins, or that hold little else (`max-other` characters), and that want what
    is behind them: a summary, a description, a judgement. Tasks about the address itself, code that opens it, records
    with tools, media or a fetched text, and answers that decline are left alone.

    **When to ignore.** The pages are fetched at inference and put into the prompt, and your data leaves them out.

    **References.** [AlpacaDataCleaned](https://github.com/gururise/AlpacaDataCleaned), which calls these
    hallucinations and removes them.
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = (
        "50 of 52 findings in 48,367 records of 27 public files, all read, are right; the others ask about the "
        "homepage of a company that is known without it"
    )
    candidates = turns("user").matches(CANDIDATE)

    max_other: int = Field(160, ge=0, description="Characters beside the reference from which on a prompt has content.")

    def check(self, record: Record) -> Iterator[Finding]:
        """Look at the first question, and what it is about."""
        asked = record.turns("user")
        if record.format in ("text", "evaluation") or not asked or record.tools is not None or record.turns("tool"):
            return
        answer = _answer(record.messages)
        if answer is None or not answer.text.strip() or media(record) or MARKER.search(asked[0].text):
            return
        found = self._referred(record, asked[0])
        if found is None:
            return
        text = answer.text
        if DECLINES.search(text[:HEAD]) or (looks_like_code(text[:HEAD]) and "(" in text):
            return
        yield self.finding(answer, f'response is about "{_shown(found)}", which the prompt names and does not hold')

    def _referred(self, record: Record, asked: Message) -> str | None:
        """Return what the prompt refers to, if it is all that it holds and its content is wanted."""
        given = record.input
        text = asked.text if record.instruction is None else record.instruction.text
        if record.instruction is not None and given is not None and given.text.strip():
            if len(given.text) > MAX_INPUT or not WHOLE.fullmatch(given.text):
                return None
            found = FOUND.search(given.text)
            wanted = BRACKETED.fullmatch(given.text.strip()) is not None
            if wanted and "/" not in given.text and len(given.text.split()) >= DESCRIBED:
                return None
        else:
            found = FOUND.search(text[:MAX_INPUT])
            if found is None or len(text) - len(found[0]) > self.max_other or BRACKETED.match(found[0]):
                return None
            text, wanted = text.replace(found[0], " "), False
        if found is None or WANTS_ADDRESS.search(text) or not (wanted or WANTS_CONTENT.search(text)):
            return None
        return found[0].rstrip(".,;)]") if found[0][0] not in "[(<!" else found[0]


def _answer(messages: Sequence[Message]) -> Message | None:
    for before, turn in pairwise(messages):
        if turn.role == "assistant" and before.role == "user":
            return turn if turn.trained else None
    return None


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
