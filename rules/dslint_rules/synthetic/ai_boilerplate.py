"""The rule ``ai-boilerplate``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, ClassVar, Final

from dslint.api import Finding, Message, Record, RecordRule, Severity, turns
from dslint.features.patterns import compile_pattern, expression, first_match
from dslint.features.splits import NO_ANSWER, is_unwanted
from dslint_rules.synthetic._identity import ABOUT, BOILERPLATE

_QUOTES: Final = tuple("\"'\u201c\u201d\u2018\u2019\u00ab\u00bb\u300c\u300d")
_PROFESSION: Final = expression(
    r"[ -](?:engineer|researcher|research|ethic|expert|developer|development|start-?up|compan|scientist|artist|tool"
    r"|project|powered|speciali)",
    re.IGNORECASE,
)
"""What follows where somebody else is meant: ``as an AI engineer``."""
_POLITE: Final = expression(
    r"\b(?:can|could|would|will) you\b|\bthank you\b|\byou(?: are|'re|\u2019re) (?:an?|the)\b|\bif you (?:can|could)\b"
    r"|\b(?:do|would) you mind\b|[你您](?:能|可以|会|帮|好)|请[你您]|[谢感][谢激][你您]",
    re.IGNORECASE,
)
_ADDRESSED: Final = expression(r"\byou(?:r|rs|rself)?\b|[你您]", re.IGNORECASE)
"""Speaks to whoever answers, once polite forms are left out."""


class AiBoilerplate(RecordRule):
    """An answer says "as an AI language model" unasked, and the model learns to disclaim instead of answering.

    **Why.** The phrase comes from the assistant that wrote the data. It brings its refusals, its training date and its
    idea of itself along; a few percent are enough for a model to open answers with it. Phrases are known in English,
    Chinese, German, Spanish, Portuguese, French, Italian, Dutch, Russian, Japanese and Korean. Where the prompt is
    about AI, or asks who answers, it is an answer and left alone; so are phrases in quotation marks and system prompts
    that give the model this part. Where it asks for the answerer's own life or view ("your house", "did you see"),
    which an honest model has to decline, it is a note.

    **When to ignore.** You want the model to present itself so.

    **References.** [FastChat's cleaning of ShareGPT](https://github.com/lm-sys/FastChat),
    [WizardLM unfiltered](https://huggingface.co/datasets/ehartford/WizardLM_alpaca_evol_instruct_70k_unfiltered).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = (
        "20 of 20 warnings and 3 of 8 notes read by a second reader, of 91 and 37 in 48,367 records of 27 public files "
        "(Alpaca, tool calls, DPO and KTO in English and Chinese). Other languages on made cases only. Known: a story "
        "told by a machine, where the prompt does not say so."
    )
    candidates = turns("assistant").matches(f"(?i){BOILERPLATE}")

    def check(self, record: Record) -> Iterator[Finding]:
        """Report the phrases of a record in one finding at the first."""
        if record.format in NO_ANSWER or is_unwanted(record):
            return
        found: list[tuple[Message, tuple[int, int]]] = []
        asked = addressed = False
        for turn in record.messages:
            if turn.role != "assistant":
                asked = asked or ABOUT.search(turn.text) is not None
                addressed = addressed or (
                    turn.role == "user" and _ADDRESSED.search(_POLITE.sub("", turn.text)) is not None
                )
                continue
            if not turn.trained:
                continue
            span = _spoken(turn.text)
            if span is not None:
                found.append((turn, span))
        if not found or asked:
            return
        turn, (start, end) = found[0]
        more = f", and {len(found) - 1} more like it" if len(found) > 1 else ""
        shown = " ".join(turn.text[start:end].split())
        yield self.finding(
            turn.span(start, end),
            f'answer speaks of itself{"" if addressed else " unasked"}: "{shown}"{more}',
            severity=Severity.NOTE if addressed else None,
            places=len(found),
        )


def _spoken(text: str) -> tuple[int, int] | None:
    """Return where ``text`` says it of itself, outside of quotation marks."""
    match = first_match(_pattern(), text)
    if match is None:
        return None
    start, end = match.span()
    line = text[text.rfind("\n", 0, start) + 1 : start]
    quoted = line.endswith(_QUOTES) or line.count('"') % 2 or line.count("\u201c") > line.count("\u201d")
    return None if quoted or _PROFESSION.match(text, end) else (start, end)


@lru_cache(maxsize=1)
def _pattern() -> Any:
    return compile_pattern(f"(?i){BOILERPLATE}")
