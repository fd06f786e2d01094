"""The rule ``placeholder-response``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import Field, Finding, Record, RecordRule, Severity, turns
from dslint.features.patterns import expression

_BARE: Final = (
    r"no[ -]?(?:out|in)puts?|tbd|todo|tba|fixme|placeholder(?: text)?"
    r"|insert [^\n]{1,40} here|no (?:response|answer|output)(?: (?:given|provided|available|generated))?"
    r"|无输出|无回答|没有回答|待补充|占位符|此处省略|нет ответа|sin respuesta|aucune réponse|keine antwort|回答なし"
)
"""Never an answer, unless the prompt speaks of it."""

_BRACKETED: Final = r"(?:insert|enter|add|your|placeholder|response|answer|output|todo)\b[^\]\n]{0,60}"
_VALUES: Final = r"n ?/ ?a|none|null|nil|nan|undefined|not applicable|not available"
_ARTEFACTS: Final = (
    r"\[object object\]|#(?:n/a|ref!|value!|name\?|div/0!)|error:? (?:code )?[45]\d\d|internal server error"
)

_EDGE: Final = r"[\s\W_]*"
_CORE: Final = expression(rf"^{_EDGE}(?:{_BARE}|{_VALUES}){_EDGE}$", re.IGNORECASE)
_WHOLE: Final = expression(rf"^\W*(?:\[{_BRACKETED}\]|{_ARTEFACTS})\W*$", re.IGNORECASE)
_IS_VALUE: Final = expression(rf"^{_EDGE}(?:{_VALUES}){_EDGE}$", re.IGNORECASE)
_LOREM: Final = expression(rf"^{_EDGE}lorem ipsum dolor\b", re.IGNORECASE)
_ALWAYS: Final = expression(r"^\W*<\s*no\s?(?:out|in)put\s*>\W*$", re.IGNORECASE)

_MADE: Final = expression(
    r"(?:^|[.!?:\n])\W*(?:please |now |then |can you |could you |i (?:want|need|would like) you to )?"
    r"(?:write|create|design|compose|generate|draft|explain|describe|summari[sz]e|rewrite|rephrase|paraphrase|edit|"
    r"develop|build|construct|implement|invent|imagine|brainstorm|suggest|propose|outline|discuss|compare|plan|draw|"
    r"tell me (?:about|a|how|why)|make (?:an?|up)|come up with|"
    r"(?:name|list|give|mention|provide|recommend) (?:me )?(?:an?|some|one|two|three|four|five|\d+|advice)\b|"
    r"how (?:do|can|could|should|would|to)\b|why\b"
    r"|schreib|erstell|erklär|beschreib|verfass|entwirf|entwickle|formulier|fass|wie (?:kann|soll|mache?)|warum"
    r"|escrib|crea\b|redact|explica|describe|resum|diseñ|cómo (?:puedo|se)|por qué"
    r"|écri|rédige|crée|expliqu|décri|résum|comment (?:puis|faire|peut)|pourquoi)"
    r"|(?:^|[\u3002\uff01\uff1f\n]|请|請)\s*(?:写|寫|创作|創作|生成|设计|設計|编写|解释|解釋|描述|总结|總結|介绍|介紹|如何|为什么)"
    r"|説明して|書いて|作成して|なぜ|लिखिए|लिखें|समझाइए|वर्णन|اكتب|اشرح|صف\b|لماذا|كيف يمكن",
    re.IGNORECASE,
)
"""A request to make or to explain something: no value, and no word that stands for none, can be right."""

_NAMED: Final = expression(
    r"\b(?:words?|terms?|abbreviat\w*|acronyms?|translat\w*|übersetz\w*|traduc\w*|traduisez|labels?|messages?|errors?"
    r"|status|keywords?|comments?|called|stands? for|means?|prints?|returns?|results?|output|log|excel|spreadsheet|http"
    r"|javascript|typesett\w*|filler|dummy|sample text|placeholder|lorem|ipsum)\b|翻译|翻譯|訳|ترجم|अनुवाद",
    re.IGNORECASE,
)
"""Words of a question that a stand-in, taken as a word, may answer."""


class PlaceholderResponse(RecordRule):
    """An answer is a stand-in such as `<nooutput>`, `N/A` or `TODO`, and the model learns to give it.

    **Why.** It was written where an answer could not be: by a generator that refused, by a script for an empty cell, by
    an annotator who meant to come back. The answer must be nothing but the stand-in, and where the prompt speaks of the
    word (`answer N/A if …`) it is a right answer. `None`, `N/A` and `null` answer many questions, so they count only
    where something is to be made or explained.

    **When to ignore.** Where such a word is the label of a class and the prompt does not say so; add it to `allow`.

    **References.** [AlpacaDataCleaned](https://github.com/gururise/AlpacaDataCleaned).
    """

    severity: ClassVar[Severity] = Severity.ERROR
    precision: ClassVar[str] = (
        "14 of 14 in 48,367 records of 27 public files; silent on 30 short right answers such as `None`, `null`, `TBD`"
    )
    candidates = turns("assistant").matches(
        rf"(?i)^{_EDGE}(?:{_BARE}|{_VALUES}){_EDGE}$|^\W*(?:\[{_BRACKETED}\]|{_ARTEFACTS})\W*$"
        rf"|^{_EDGE}lorem ipsum dolor\b|^\W*<\s*no\s?(?:out|in)put\s*>\W*$"
    )

    allow: tuple[str, ...] = Field((), description="Answers that are right, compared without case.")

    def check(self, record: Record) -> Iterator[Finding]:
        """Report the answers of a record that are nothing but a stand-in, in one finding at the first."""
        if record.format in ("evaluation", "text"):
            return
        prompt = _question(record)
        task = record.instruction.text if record.instruction is not None else record.question
        allowed = {answer.casefold() for answer in self.allow}
        found = [
            turn
            for turn in record.turns("assistant")
            if turn.trained and _is_stand_in(turn.text, prompt, task) and turn.text.strip().casefold() not in allowed
        ]
        if found:
            shown = " ".join(found[0].text.split())[:40]
            more = f", and {len(found) - 1} more like it" if len(found) > 1 else ""
            yield self.finding(found[0], f'response is the placeholder "{shown}"{more}')


def _question(record: Record) -> str:
    # An input that is itself a stand-in does not speak of the word.
    given = record.input
    if record.instruction is not None and given is not None and _CORE.match(given.text):
        return record.instruction.text
    return record.prompt


def _is_stand_in(text: str, prompt: str, task: str) -> bool:
    if _ALWAYS.match(text):
        return True
    is_lorem = _LOREM.match(text) is not None
    if not (is_lorem or _CORE.match(text) or _WHOLE.match(text)):
        return False
    core = text.strip().strip(".!<>[]()\"'*_# ").casefold()
    if not is_lorem and core in prompt.casefold():
        return False
    if _IS_VALUE.match(text):
        return _MADE.search(task) is not None
    return not _NAMED.search(prompt) or (not is_lorem and _MADE.search(task) is not None)
