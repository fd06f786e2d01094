"""The rule ``language-mismatch``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import Finding, Message, Record, Severity, turns
from dslint.features.language import Detector, language_name, languages_differ
from dslint.features.patterns import expression
from dslint.features.script import NON_LATIN
from dslint_rules.language._detector import DetectorRule, is_judged
from dslint_rules.language._words import FOREIGN, SPEAKS_OF_LANGUAGE, is_english, is_foreign, is_sentence
from dslint_rules.language._writing import CODE, SHARED_SCRIPTS, described, prose, writing

_QUOTED_LATIN: Final = expression("[\"'\u201c\u2018「『《][^\"'\u201d\u2019」』》\n]{0,200}[A-Za-z]{3}")
_QUOTED: Final = expression('["\u201c\u201e\u00ab][^"\u201c\u201d\u00bb\\n]{8}')
_ARTICLES: Final = 2


class LanguageMismatch(DetectorRule):
    """An answer is in another language than its question, so the model learns to switch at random.

    **Why.** Such answers come from a translation that left them out, or a generator that fell back to English; a model
    tuned on a few of them answers in the wrong language now and then. Question and answer are compared by script, each
    with at least six words and 85 % of one script; Chinese, Japanese and Korean are told apart. Code, links, formulas
    and quoted words do not count, nor lists of names: Latin letters are a language only with its function words.

    Languages that share a script are told apart where question and answer have 60 characters each: a fast detector
    (`language-detector`) and langdetect have to agree on both, with a probability of 0.9, and close relatives, such as
    Norwegian and Danish, count as one.

    **When to ignore.** Prompts that speak of languages or of translation are left alone, in nine languages. Ignore the
    rule where a system prompt in other words asks for another language.

    **References.** [Understanding and Mitigating Language Confusion in LLMs](https://arxiv.org/abs/2406.20052).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = (
        "11 of 11 findings in 48,367 records of 27 public files, all read (5 English answers in Alpaca's "
        "Chinese version, 6 lost translations in Glaive's); other scripts on made cases only; languages of "
        "one script: none reported there, and of 374 pairs of chat sentences in two languages 246 found, 0 of"
        " 387 in one language (`docs/languages.md`). Known: a change of language that the conversation agreed"
        " on in words that the rule does not know."
    )
    # Of two texts that differ one has letters that are not Latin, or words that are not English.
    candidates = turns("user", "assistant").matches(NON_LATIN) | turns("user", "assistant").matches(FOREIGN)

    def check(self, record: Record) -> Iterator[Finding]:
        """Compare each answer with the turn before it, and report the first that differs."""
        if not is_judged(record):
            return
        for asked, answer in _pairs(record):
            found = _differ(asked.text, answer.text, self.language_detector)
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


def _differ(asked: str, answer: str, detector: Detector) -> tuple[str, str, int] | None:
    """Return how question and answer are written and how long the answer is, where they differ."""
    question, given = writing(asked), writing(answer)
    if not question.name or not given.name:
        return None
    if question.name == given.name:
        found = _spoken(asked, answer, detector) if given.name in SHARED_SCRIPTS else None
        return (*found, given.units) if found else None
    if {question.name, given.name} == {"Chinese", "Japanese"} and min(question.units, given.units) < 15:
        return None  # short Japanese may do without kana
    for name, text in ((question.name, asked), (given.name, answer)):
        if name == "Latin" and not is_sentence(prose(text), _ARTICLES):
            return None
    if CODE.search(answer) or CODE.search(asked) or (given.name == "Latin" and _QUOTED_LATIN.search(asked)):
        return None
    return question.name, given.name, given.units


def _spoken(asked: str, answer: str, detector: Detector) -> tuple[str, str] | None:
    """Return the languages of two texts that share a script, where they differ beyond doubt."""
    texts = prose(asked), prose(answer)
    if not any(map(is_foreign, texts)) or all(map(is_english, texts)):
        return None
    if _QUOTED.search(asked) or CODE.search(answer) or CODE.search(asked):
        return None
    found = languages_differ(*texts, detector)
    return (language_name(found[0]), language_name(found[1])) if found else None
