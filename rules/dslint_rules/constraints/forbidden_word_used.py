"""The rule ``forbidden-word-used``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dslint.api import Finding, Record, RecordRule, Status, turns
from dslint.features.patterns import expression
from dslint_rules.constraints._asked import asked
from dslint_rules.constraints._quoted import LISTED, QUOTED, has_exactly, pieces

_KIND: Final = (
    r"(?:(?:any of|either|the|these|following|die|das|den|las?|los?|el|les?) ){0,3}"
    r"(?:words?|verbs?|nouns?|adjectives?|phrases?|terms?|Wort|Wörter|palabras?|mots?)"
)
_BAN: Final = expression(
    rf"(?<!\w)(?:without (?:using|mentioning|saying)|(?:do not|don['\u2019]t|must not|should not|cannot"
    rf"|may not|never) (?:use|include|contain|mention|say)"
    rf"|does(?: not|n['\u2019]t) (?:use|include|contain|mention)|avoid(?: using| saying)?|ohne|verwende nicht"
    rf"|sin(?: usar| utilizar)?|no uses|sans(?: utiliser)?)"
    rf" {_KIND}:? ?(?P<list>{LISTED})|(?:不(?:要|能|得|可以)?使?用|避免使用)(?P<zh>{LISTED})",
    re.IGNORECASE,
)
_SELECTS: Final = expression(
    r"\b(?:find|count|identify|select|search|list|extract|which|remove|how|why|when|if|whether)\b", re.IGNORECASE
)
_PIECE: Final = expression(QUOTED)


class ForbiddenWordUsed(RecordRule):
    """An answer has a word that the prompt forbids.

    **What.** Quoted words behind `without using the word`, `do not use the words`, `avoid the phrase` and the like, in
    English, German, Spanish, French and Chinese. Only the word itself counts, not its other forms, and not where the
    answer quotes it.

    **When to ignore.** Where the answer has to name the word in order to explain why it is not used.

    **References.** [IFEval](https://arxiv.org/abs/2311.07911) (`keywords:forbidden_words`).
    """

    status = Status.PREVIEW
    precision = "no finding among 7 requests recognised in 48,367 records of 27 public files: too few to tell."
    candidates = turns("user").matches(
        r"(?i)without|not\b|n['\x{2019}]t\b|never|avoid|ohne|nicht|\bsin\b|\bno\b|\bsans\b|\x{4e0d}|\x{907f}\x{514d}"
    ) & turns("user").matches(r"[\"'\x{201c}\x{201e}\x{2018}\x{ab}\x{300c}]")

    def check(self, record: Record) -> Iterator[Finding]:
        """Look for each forbidden word in the answer."""
        request = asked(record)
        if request is None or not request.is_plain:
            return
        match = _BAN.search(request.text)
        if match is None:
            return
        if _SELECTS.search(request.before(match.start())):
            return
        text = _PIECE.sub(lambda quoted: quoted[0] if len(quoted[0]) > 40 else " ", request.answer.text)
        used = [word for word in pieces(match["list"] or match["zh"]) if len(word) > 1 and has_exactly(word, text)]
        if used:
            shown = ", ".join(f'"{word}"' for word in used)[:80]
            yield self.finding(
                request.answer, f"{shown}, which the prompt forbids, stands in the answer", used=len(used)
            )
