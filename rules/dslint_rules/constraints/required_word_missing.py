"""The rule ``required-word-missing``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dslint.api import Finding, Record, RecordRule, turns
from dslint.features.patterns import expression
from dslint_rules.constraints._asked import asked
from dslint_rules.constraints._quoted import LISTED, has, pieces

_WORDS: Final = (
    r"(?:(?:all(?: of)?|both(?: of)?|each(?: of)?|the|these|following|two|three|four|five|[0-9]|die|das|dem|den"
    r"|las?|los?|el|les?) ){0,4}"
    r"(?:key)?(?:words?|phrases?|terms?|expressions?|Wort|Wörter|Wörtern|Begriffe?n?|palabras?|términos?"
    r"|mots?|termes?|expressions?)"
)
_VERBS: Final = (
    r"(?:us(?:e|es|ing)|includ(?:e|es|ing)|contain(?:s|ing)?|incorporat(?:e|es|ing)|verwende|benutze"
    r"|mit|usando|utilizando|usa|utiliza|incluya|incluye|contenga|en utilisant|utilise[zr]?|contenant|avec)"
)
_MARK: Final = "[\"'\u201c\u201e\u2018\u00ab\u300c]"
_NEED: Final = expression(
    rf"(?P<verb>(?<!\w){_VERBS}) {_WORDS}:? ?(?P<list>{LISTED})"
    rf"|(?:用|使用|包含)(?:词语?|单词|词组|短语)?(?P<zh>{LISTED})"
    r"(?:这?[一二两三四五]?个?(?:词|单词|短语)|造句)",
    re.IGNORECASE,
)
_REFUSED: Final = expression(
    r"\b(?:not|n't|never|without|avoid\w*|instead of|rather than|would|could|how|when|where|ways? to|why|if"
    r"|whether|any|replac\w+"
    r"|nicht|ohne|kein\w*|sin|no|sans|ne|pas)\b|不|别|避免|没有",
    re.IGNORECASE,
)
_FOUND: Final = expression(
    r"\b(?:find|count|identify|select|search|locate|list|extract|which|remove|delete|replace|define|acrostic"
    r"|anagram|finde|zähle|cuenta|busca|compte|trouve)\b",
    re.IGNORECASE,
)


class RequiredWordMissing(RecordRule):
    """A word that the prompt asks for is not in the answer, so the model learns to overlook it.

    **What.** Quoted words behind `use the word`, `using the words`, `include the phrase`, `that contains the word` and
    the like, in English, German, Spanish, French and Chinese. Other forms of a word (`run`, `ran`, `running`) count.
    Prompts that look for a word, or ask when one would use it, are left alone.

    **When to ignore.** Where the prompt names a word that need not be spelled out, such as a topic.

    **References.** [IFEval](https://arxiv.org/abs/2311.07911) (`keywords:existence`).
    """

    precision = (
        "1 of 1 finding in 48,367 records of 27 public files is right; 43 other requests were recognised, and the "
        "answer has the words."
    )
    candidates = turns("user").matches(
        rf"(?i){_VERBS} {_WORDS}:? ?{_MARK}|(?:用|使用|包含)(?:词语?|单词|词组|短语)?{_MARK}"
    )

    def check(self, record: Record) -> Iterator[Finding]:
        """Look for each required word in the answer."""
        request = asked(record)
        if request is None or not request.is_plain:
            return
        match = _NEED.search(request.text)
        if match is None:
            return
        before = request.before(match.start())
        if _REFUSED.search(before) or _FOUND.search(before):
            return
        wanted = pieces(match["list"] or match["zh"])
        missing = [word for word in wanted if not has(word, request.answer.text)]
        if missing:
            shown = ", ".join(f'"{word}"' for word in missing)[:80]
            verb = "is" if len(missing) == 1 else "are"
            message = f"{shown}, which the prompt asks for, {verb} not in the answer"
            yield self.finding(request.answer, message, missing=len(missing), asked=len(wanted))
