"""The rule ``language-mismatch``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import Finding, Message, Record, RecordRule, Severity, turns
from dslint.features.patterns import expression
from dslint.features.script import NON_LATIN
from dslint.features.splits import NO_ANSWER, is_unwanted
from dslint_rules.language._words import FOREIGN, SPEAKS_OF_LANGUAGE, TITLES, different, is_sentence
from dslint_rules.language._writing import CODE, described, prose, writing

_QUOTED_LATIN: Final = expression("[\"'\u201c\u2018「『《][^\"'\u201d\u2019」』》\n]{0,200}[A-Za-z]{3}")
_QUOTED: Final = expression('["\u201c\u201e\u00ab][^"\u201c\u201d\u00bb\\n]{8}')
_ARTICLES: Final = 2


class LanguageMismatch(RecordRule):
    """An answer is in another language than its question, so the model learns to switch at random.

    **Why.** Such answers come from a translation that left them out, or a generator that fell back to English; a model
    tuned on a few of them answers in the wrong language now and then. Question and answer are compared by script, each
    with at least six words and 85 % of one script; Chinese, Japanese and Korean are told apart. Code, links, formulas
    and quoted words do not count, nor lists of names: Latin letters are a language only with its function words.

    Eleven languages in Latin letters are told apart by their function words, where each side has five or more and three
    times as many as of the other's language; others that share a script are not, which takes a detector.

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
    # Of two texts that differ in their script one has letters that are not Latin; of others one has foreign words.
    candidates = turns("user", "assistant").matches(NON_LATIN) | turns("user", "assistant").matches(FOREIGN)

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
    question, given = writing(asked), writing(answer)
    if question.name == given.name == "Latin":
        return _latin(asked, answer, given.units)
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


def _latin(asked: str, answer: str, units: int) -> tuple[str, str, int] | None:
    """Compare languages that share a script, as by their function words."""
    found = different(prose(asked), prose(answer))
    if found is None or _QUOTED.search(asked) or CODE.search(answer) or CODE.search(asked):
        return None
    return TITLES[found[0]], TITLES[found[1]], units
