"""The rule ``language-mismatch``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import Finding, Message, Record, RecordRule, Severity, turns
from dslint.features.script import NON_LATIN
from dslint.features.splits import NO_ANSWER, is_unwanted
from dslint_rules.language._words import SPEAKS_OF_LANGUAGE, is_sentence
from dslint_rules.language._writing import CODE, described, prose, writing

_QUOTED_LATIN: Final = re.compile("[\"'\u201c\u2018「『《][^\"'\u201d\u2019」』》\n]{0,200}[A-Za-z]{3}")
_ARTICLES: Final = 2


class LanguageMismatch(RecordRule):
    """An answer is in another language than its question, so the model learns to switch at random.

    **Why.** Such answers come from a translation that left them out, or a generator that fell back to English; a model
    tuned on a few of them answers in the wrong language now and then. Question and answer are compared by script, each
    with at least six words and 85 % of one script; Chinese, Japanese and Korean are told apart. Code, links, formulas
    and quoted words do not count, nor lists of names: Latin letters are a language only with its function words.

    Languages that share a script (English and Spanish) are not told apart; that takes a detector.

    **When to ignore.** Prompts that speak of languages or of translation are left alone, in nine languages. Ignore the
    rule where a system prompt in other words asks for another language.

    **References.** [Understanding and Mitigating Language Confusion in LLMs](https://arxiv.org/abs/2406.20052).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = (
        "11 of 11 findings in 48,367 records of 27 public files, all read (5 English answers in Alpaca's Chinese "
        "version, "
        "6 lost translations in Glaive's); other scripts on made cases only. Known: a change of language that the "
        "conversation agreed on in words that the rule does not know."
    )
    # Of two texts that differ in their script one has letters that are not Latin.
    candidates = turns("user", "assistant").matches(NON_LATIN)

    def check(self, record: Record) -> Iterator[Finding]:
        """Compare each answer with the turn before it, and report the first that differs."""
        if record.format in NO_ANSWER or is_unwanted(record):
            return
        for asked, answer in _pairs(record):
            found = _differ(asked.text, answer.text)
            if found is None:
                continue
            context = (turn.text for turn in record.messages if turn.role not in ("assistant", "function_call"))
            if any(SPEAKS_OF_LANGUAGE.search(text) for text in context):
                return
            question, given, units = found
            yield self.finding(
                answer,
                f"answer is written in {described(given)}, {units} words, and the question in {described(question)}",
                question=question,
                answer=given,
                words=units,
            )
            return


def _pairs(record: Record) -> Iterator[tuple[Message, Message]]:
    before: Message | None = None
    for turn in record.messages:
        if turn.role == "assistant" and turn.trained and before is not None and before.role == "user":
            yield before, turn
        if turn.role != "system":
            before = turn


def _differ(asked: str, answer: str) -> tuple[str, str, int] | None:
    """Return how question and answer are written and how long the answer is, where they differ."""
    if asked.isascii() and answer.isascii():
        return None
    question, given = writing(asked), writing(answer)
    if not question.name or not given.name or question.name == given.name:
        return None
    if {question.name, given.name} == {"Chinese", "Japanese"} and min(question.units, given.units) < 15:
        return None  # short Japanese may do without kana
    for name, text in ((question.name, asked), (given.name, answer)):
        if name == "Latin" and not is_sentence(prose(text), _ARTICLES):
            return None
    if CODE.search(answer) or CODE.search(asked) or (given.name == "Latin" and _QUOTED_LATIN.search(asked)):
        return None
    return question.name, given.name, given.units
