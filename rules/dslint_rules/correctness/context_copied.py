"""The rule ``context-copied``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import Condition, Field, Finding, Record, RecordRule, Severity, turns
from dslint.features.patterns import expression

MAX_ASKED: Final = 2_000

_MAY_COPY: Final = expression(
    r"\b(?:extract\w*|quot(?:e|es|ed|ing|ation)|excerpt|cop(?:y|ies|ied)|verbatim|as[ -]is|repeat\w*|recite"
    r"|highlight\w*"
    r"|edit\w*|correct\w*|proof ?read\w*|fix\w*|gramma\w*|spell\w*|typos?|punctuat\w*|capitali\w*|format\w*|reformat\w*"
    r"|translat\w*|insert\w*|add|append\w*|continu\w*|complet\w*|split|divide|separate|paragraphs?|remove|delete|strip"
    r"|debug\w*|refactor\w*|optimi[sz]e\w*|sort\w*|convert\w*|which (?:sentence|part|passage|paragraph|section)"
    r"|word for word|zitier\w*|extrahier\w*|kopier\w*|korrigier\w*|wörtlich\w*|extrai\w*|cite[rz]?|copie\w*"
    r"|corrige\w*|textuel\w*|extra(?:e|er|iga)|cita\w*|copia\w*|textual\w*"
    r"|извле\w*|процити\w*)\b"
    r"|提取|摘录|引用|原文|复制|修改|改正|续写|翻译"
    r"|抜粋|引用|抽出",
    re.IGNORECASE,
)
"""Tasks in which a stretch of the text is the right answer."""


class ContextCopied(RecordRule):
    """A long answer is a stretch of the given text, word for word, so the model learns to copy instead of to answer.

    **Why.** Annotators who paste from the passage teach a model to do the same; it then answers questions with the
    paragraph that holds the answer. Reported are answers of at least `min-chars` characters that stand as a whole in
    the input or in the user's turn, up to white space. Tasks that ask for a stretch of the text, or to edit or to
    continue it, are left out.

    **When to ignore.** Extractive question answering, where copying is the task.

    **References.** [Databricks Dolly 15k](https://github.com/databrickslabs/dolly).
    """

    severity: ClassVar[Severity] = Severity.NOTE
    precision: ClassVar[str] = (
        "16 of 20 findings that an earlier form of the rule had in Dolly 15k; none in 48,367 records of 27 public "
        "files. Later first readings on about 190 files that public packages carry found it wrong in question-answer "
        "sets whose answer is one of the options in the prompt; that was changed, and has no new number"
    )

    min_chars: int = Field(300, ge=40, description="Shorter answers may be quoted.")

    def necessary(self) -> Condition:
        """A long answer, and a prompt that can hold it."""
        return turns("user").length(self.min_chars + 1) & turns("assistant").length(self.min_chars)

    def check(self, record: Record) -> Iterator[Finding]:
        """Look for each answer in the text that it answers."""
        if record.format in ("text", "evaluation"):
            return
        before = ""
        for turn in record.messages:
            if turn.role == "user":
                before = turn.text
                continue
            if turn.role != "assistant" or not turn.trained:
                continue
            text = turn.text
            if len(before) > len(text) >= self.min_chars and self._is_copied(text, before, record):
                message = (
                    f"all {len(text):,} characters of the response are copied from the {len(before):,} of the prompt"
                )
                yield self.finding(turn, message, score=min(1.0, len(text) / 2000))
                return

    def _is_copied(self, text: str, given: str, record: Record) -> bool:
        if record.instruction is not None and any(
            part not in (record.instruction, record.input) for turn in record.turns("user") for part in turn.parts
        ):
            return False  # one of the options
        words = text.split(None, 1)
        if not words or words[0] not in given or " ".join(text.split()) not in " ".join(given.split()):
            return False
        asked = record.question if record.instruction is not None else f"{given[:MAX_ASKED]}\n{given[-MAX_ASKED:]}"
        if record.instruction is None:
            asked = asked.replace(text, "")
        return _MAY_COPY.search(asked) is None
