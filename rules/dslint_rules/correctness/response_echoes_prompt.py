"""The rule ``response-echoes-prompt``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Final

from dslint.api import Field, Finding, Record, RecordRule, Severity
from dslint.features.patterns import expression
from dslint.features.splits import is_unwanted
from dslint.features.views import Responses, positions

_MAY_REPEAT: Final = expression(
    r"\b(?:repeat\w*|echo\w*|cop(?:y|ies|ied)|print\w*|say|recite|quote|verbatim|as[ -]is|unchanged|transcrib\w*|output"
    r"|return|if (?:it|there|the|they|needed|necessary|any|not|so)|correct\w*|fix\w*|edit\w*|punctuat\w*|capitali\w*"
    r"|already|check\w*|debug\w*|verif\w*|proof ?read\w*|gramma\w*|spell\w*|error\w*|mistake\w*|sort\w*|order\w*"
    r"|arrange\w*|rank\w*|alphabeti\w*|organi[sz]e\w*|chronolog\w*|classif\w*|choose|extract\w*|identif\w*|find|select\w*|filter\w*|remove|delete|convert|format\w*"
    r"|translat\w*|normali[sz]e|clean\w*|validat\w*|wiederhol\w*|kopier\w*|korrigier\w*|sortier\w*|übersetz\w*"
    r"|répète\w*|copie\w*|corrige\w*|trie\w*|repite|repita|copia|ordena\w*|traduc\w*|traduis\w*"
    r"|повтор\w*|исправ\w*)\b"
    r"|重复|复述|抄写|改正|修改|纠正|排序|排列"
    r"|提取|检查|翻译|繰り返|訂正",
    re.IGNORECASE,
)
"""Tasks that may end where they began: the text was right, sorted or short enough already."""


class ResponseEchoesPrompt(RecordRule):
    """An answer is the question again, word for word, so the model learns to repeat what it is asked.

    **Why.** A generator that fails often repeats its prompt, and a script that joins columns can take one twice. An
    answer that equals the instruction or the user's turn, up to case and white space, is a warning. One that equals
    the input alone is a note, as a rewrite that changes nothing may be the annotator's opinion. Answers shorter than
    `min-chars` are left alone (`How are you?` is a fair answer to itself), and so are tasks that may end where they
    began: to repeat, correct, sort, extract, translate.

    **When to ignore.** Data that teaches to repeat, such as dictation or a parrot.

    **References.** [AlpacaDataCleaned](https://github.com/gururise/AlpacaDataCleaned).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = (
        "3 of 3 findings in 48,367 records of 27 public files (1 note) and 7,952 of dialogues in 28 languages (2 "
        "warnings) are right"
    )

    min_chars: int = Field(20, ge=1, description="Shorter answers may repeat their question.")

    def candidate_rows(self, records: Sequence[Record], responses: Responses, /) -> Any:
        """Return the records whose answer begins as what it answers; all of those with more than two turns."""
        # Three texts of each record are compared, of which one is at hand: to bring the others together for NumPy
        # would be this loop again.
        pairs = enumerate(zip(records, responses, strict=True))
        return positions(at for at, (record, text) in pairs if len(text) >= self.min_chars and _may_echo(record, text))

    def check(self, record: Record) -> Iterator[Finding]:
        """Compare each answer with what it answers."""
        if record.format in ("text", "evaluation") or is_unwanted(record):
            return
        asked = ""
        for turn in record.messages:
            if turn.role != "assistant" or not turn.trained:
                asked = turn.text if turn.role == "user" else ""
                continue
            text = turn.text
            if asked and len(text) >= self.min_chars:
                found = self._repeated(record, text, asked)
                if found is not None:
                    what, severity = found
                    message = f"response repeats the {what} word for word ({len(text):,} characters)"
                    yield self.finding(turn, message, severity=severity, score=0.5 if severity is None else 0.3)
                    return
            asked = ""

    def _repeated(self, record: Record, text: str, asked: str) -> tuple[str, Severity | None] | None:
        # An instruction that the engine has joined with its input ends with the input.
        if record.instruction is None:
            return ("question", None) if _same(text, asked) and not _MAY_REPEAT.search(asked) else None
        instruction = record.instruction.text
        given = "" if record.input is None else record.input.text
        if _same(text, instruction) or _same(text, asked):
            return None if _MAY_REPEAT.search(instruction) else ("instruction", None)
        if given and text.strip() == given.strip() and not _MAY_REPEAT.search(instruction):
            return "input", Severity.NOTE
        return None


def _may_echo(record: Record, text: str) -> bool:
    turns = record.messages
    if len(turns) != 2:
        return True
    asked, given = turns[0].text, record.input
    if given is None or not given.text:
        task = record.question  # the same text, nearly always
        return _near(text, asked) or (task is not asked and _near(text, task))
    return text.lstrip()[:1].lower() in {part.lstrip()[:1].lower() for part in (asked, record.question, given.text)}


def _same(left: str, right: str) -> bool:
    # Lengths and first letters first: nearly all pairs end here.
    if not right or not _near(left, right):
        return False
    left, right = left.lstrip(), right.lstrip()
    return left[:1].lower() == right[:1].lower() and _flat(left) == _flat(right)


def _near(left: str, right: str) -> bool:
    return len(left) < 2 * len(right) and len(right) < 2 * len(left)


def _flat(text: str) -> str:
    return " ".join(text.lower().split())
