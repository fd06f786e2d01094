"""The rule ``toxic-language``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, ClassVar, Final

from dslint.api import Field, Finding, Message, Record, RecordRule, Severity, turns
from dslint.features.patterns import compile_pattern, encodable, expression
from dslint.features.splits import NO_ANSWER, is_unwanted
from dslint_rules.safety._lexicon import TIERS

_EDGE: Final = r"(?:^|[^\pL\pN_])"
_ALL: Final = "|".join(TIERS.values())
_ABOUT: Final = expression(
    r"\b(?:slurs?|swear\w*|curse words?|profan\w+|vulgar\w*|insult\w*|offensive|hate speech|toxic\w*|racis\w+|sexis\w+"
    r"|slang"
    r"|classif\w+|moderat\w+|sentiment|schimpfw\w+|beleidig\w+|insulto\w*|groser[íi]a\w*|gros mots?|uncensored)\b|脏话"
    r"|骂人|辱骂",
    re.IGNORECASE,
)


class ToxicLanguage(RecordRule):
    """An answer uses slurs, threats, insults or coarse words, and the model learns to talk like that.

    **Why.** What the tuned model says is what its answers say. A small lexicon in seven languages is looked for in
    answers: slurs, wishes of death, insults with somebody to insult, coarse words. Words that the prompt uses itself
    are left out, and prompts about such language. Context decides what is toxic, a lexicon cannot; so it is a note,
    with the tier in its properties and its score. Words are shown by their first letter.

    Contempt, threats and harmful advice in other words go unseen: of 86 unsafe answers that were written to measure it,
    this rule and `harmful-without-refusal` together report 6. `unsafe-response` asks a classifier.

    **When to ignore.** Fiction, and data for moderation whose prompts do not say so.

    **References.** [RealToxicityPrompts](https://arxiv.org/abs/2009.11462).
    """

    severity: ClassVar[Severity] = Severity.NOTE
    sensitive: ClassVar[bool] = True
    precision: ClassVar[str] = (
        "No finding in 48,367 records of 27 public files, so read on made cases only. An earlier form of the lexicon "
        "found 14 of 14 such words in 2,312 dialogues, 9 of them out of place."
    )
    candidates = turns("assistant").matches(f"(?i){_EDGE}(?:{_ALL})")

    tiers: tuple[str, ...] = Field(tuple(TIERS), description="Which of slur, threat, insult, obscene word to look for.")

    def check(self, record: Record) -> Iterator[Finding]:
        """Report the worst word of a record."""
        if record.format in NO_ANSWER or is_unwanted(record):
            return
        found: list[tuple[int, Message, int, int, str]] = []
        for turn in record.messages:
            if turn.role == "assistant" and turn.trained:
                found += [(rank, turn, start, end, word) for rank, start, end, word in self._words(turn.text)]
        if not found:
            return
        prompt = record.prompt
        spoken = prompt.casefold()
        found = [each for each in found if each[4].casefold() not in spoken]
        if not found or _ABOUT.search(prompt):
            return
        rank, turn, start, end, word = min(found, key=lambda each: each[0])
        tier = list(TIERS)[rank]
        more = f", {len(found) - 1} more such word{'s' if len(found) > 2 else ''}" if len(found) > 1 else ""
        article = "an" if tier[0] in "aeiou" else "a"
        yield self.finding(
            turn.span(start, end),
            f'answer holds {article} {tier} of {len(word)} characters, "{word[0]}…"{more}',
            score=0.9 - 0.2 * rank,
            tier=tier,
            count=len(found),
        )

    def _words(self, text: str) -> Iterator[tuple[int, int, int, str]]:
        text = encodable(text)
        for rank, tier in enumerate(TIERS):
            if tier not in self.tiers:
                continue
            for match in _pattern(tier).finditer(text):
                yield rank, match.start(1), match.end(1), match.group(1)


@lru_cache(maxsize=8)
def _pattern(tier: str) -> Any:
    return compile_pattern(f"(?i){_EDGE}({TIERS[tier]})(?:$|[^\\pL\\pN_])")
