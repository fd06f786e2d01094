"""The rule ``item-count-broken``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dslint.api import Finding, Record, RecordRule, turns
from dslint.features.patterns import expression
from dslint_rules.constraints._asked import asked
from dslint_rules.constraints._counts import plain_list
from dslint_rules.constraints._numbers import NUMBER, RE2_NUMBER, value

_VERB: Final = (
    r"list|name|give|provide|generate|suggest|write|identify|describe|create|come up with|brainstorm|propose"
    r"|recommend"
    r"|find|state|mention|offer|make|think of|tell|share|nenne|liste|gib|schreibe?|enumera|nombra|menciona|sugiere|da"
    r"|cite|donne|énumère|propose|liste|nomme"
)
_FILLER: Final = (
    r"(?: (?:me|us|down|out|up|a list of|a list with|the top|top|exactly|mir|uns|auf|dame|moi|nous"
    r"|une liste de|eine liste mit|una lista de))*"
)
_COURTESY: Final = "(?:please |can you |could you |bitte |por favor,? )?"
_REQUEST: Final = expression(
    rf"{_COURTESY}(?:{_VERB}){_FILLER} (?P<number>{NUMBER})"
    r"(?P<noun>(?: [^\W\d_][\w'-]*){1,4})",
    re.IGNORECASE,
)
_CHINESE: Final = expression(
    rf"^(?:请)?(?:列出|列举|给出|写出|说出|提供|举出|生成|创建|推荐)(?P<number>{NUMBER})(?:个|种|条|项|点|本|部|首|句|道)(?P<noun>[\u4e00-\u9fff]+)"
)
_MORE: Final = expression(
    rf"(?<![\w-])(?:{NUMBER}|both|each|every|and|or|und|oder|y|et|ou|per|least|most|several|up to|mindestens"
    rf"|following)(?![\w-])"
    r"|[和与及或每各至以]",
    re.IGNORECASE,
)
_OF_PARTS: Final = expression(
    r"\b(?:steps?|sentences?|words?|paragraphs?|lines?|pages?|articles?|stor(?:y|ies)|poems?|essays?|letters?"
    r"|recipes?"
    r"|step|hours?|days?|minutes?|years?|stanzas?|verses?|part|plans?|dialogues?|menus?|Sätze|Wörter|frases|mots)\b",
    re.IGNORECASE,
)


class ItemCountBroken(RecordRule):
    """A list has more or fewer items than the prompt asks for (`name three …`, and five are named).

    **What.** A request that begins with a verb and a number (`List five …`, `Give me 3 tips`, `Nenne vier …`,
    `列出三个…`) and an answer that is one list: its items have markers or numbers that run from one, at one level and
    without headings. Requests with a second number, with `and`, `each` or `at least`, and requests for things that have
    parts themselves (steps, sentences, recipes) are left alone, as are answers in running text.

    **When to ignore.** Where a longer list than asked is welcome.

    **References.** [IFEval](https://arxiv.org/abs/2311.07911), [FollowBench](https://arxiv.org/abs/2310.20410).
    """

    precision = (
        "11 of 11 findings in 48,367 records of 27 public files, all read, are right (580 requests with a list "
        "were compared); in ten of them the answer lists more than was asked."
    )
    candidates = (
        turns("user").matches(
            rf"(?i)^[\s\p{{Z}}\x1c-\x1f\x85]*(?:{_COURTESY}(?:{_VERB}){_FILLER} {RE2_NUMBER}"
            rf"|(?:请)?(?:列出|列举|给出|写出|说出|提供|举出|生成|创建|推荐){RE2_NUMBER})"
        )
        & turns("assistant").multiline
    )

    def check(self, record: Record) -> Iterator[Finding]:
        """Compare the list of the answer with the number in the request."""
        text = record.question.lstrip()
        match = _REQUEST.match(text) or _CHINESE.match(text)
        if match is None:
            return
        number = value(match["number"])
        # Counting first: nearly all lists have as many items as they should.
        count = None if number <= 1 or record.answer is None else plain_list(record.answer.text)
        if count is None or count == number:
            return
        sentence = re.split(r"[.!?\n。\uff01\uff1f]", text[match.end("number") :], maxsplit=1)[0]
        if _MORE.search(sentence) or _OF_PARTS.search(match["noun"]):
            return
        request = asked(record)
        if request is None or not request.is_plain:
            return
        goes_on = not re.match(r"\W*(?:[.!?\n。\uff01\uff1f]|$)", text[match.end() :])
        shown = " ".join(match[0].split())[:60] + ("…" if goes_on else "")
        off = round(1 - min(count, number) / max(count, number), 3)
        yield self.finding(
            request.answer, f'asked to "{shown}", the answer lists {count}', score=off, count=count, asked=number
        )
