"""The rule ``letter-case-broken``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dslint.api import Field, Finding, Record, RecordRule, Status, turns
from dslint.features.patterns import expression
from dslint_rules.constraints._asked import asked

_UPPER: Final = (
    r"(?:all )?upper ?-?case(?: letters| only)?|all ?-?caps|all capitals|(?:all )?capital letters"
    r"|block capitals|Großbuchstaben|(?:letras )?mayúsculas"
    r"|(?:lettres )?majuscules"
)
_LOWER: Final = (
    r"(?:all )?lower ?-?case(?: letters| only)?|(?:all )?small letters|Kleinbuchstaben|(?:letras )?minúsculas"
    r"|(?:lettres )?minuscules"
)
_ASK: Final = expression(
    rf"(?<!\w)(?:in|into|to|using|use|en|auf|mit|con) (?:only |just |all |the |entirely |nur |solo "
    rf"|todo )?(?:(?P<upper>{_UPPER})|(?P<lower>{_LOWER}))"
    r"(?!\w|-)|(?P<zh>全部?(?:使?用)?大写)|(?P<zhl>全部?(?:使?用)?小写)",
    re.IGNORECASE,
)
_PART: Final = expression(
    r"\b(?:first|each|every|words?|titles?|headings?|headlines?|names?|nouns?|vowels?|consonants?|keywords?"
    r"|letters? (?:of|in)|initials?"
    r"|at least|some|mix\w*|and (?:lower|upper)|both|alternat\w+|acronyms?|section|labels?|begin\w*|start\w*"
    r"|or lower|or upper|contain\w*"
    r"|except|erste\w*|jede\w*|primera|cada|première|chaque)\b|首字母|标题|每个",
    re.IGNORECASE,
)
_FENCE: Final = expression(r"```.*?```|`[^`\n]*`", re.DOTALL)


class LetterCaseBroken(RecordRule):
    """An answer is not in the letters that the prompt asks for: capitals only, or none.

    **What.** `in all caps`, `in uppercase`, `in lowercase letters`, `in Großbuchstaben`, `en mayúsculas`, `en
    majuscules`, `全部大写`. The answer has more than `max-share` letters of the other case, or begins with a capital
    where small letters are asked for; prompts that mean a part,
    such as the first letter or the title, are left alone, and so are questions about code.

    **When to ignore.** Where only a piece of the answer is meant and the prompt does not say so.

    **References.** [IFEval](https://arxiv.org/abs/2311.07911) (`change_case`).
    """

    status = Status.PREVIEW
    precision = "no finding, and one request recognised, in 48,367 records of 27 public files: tried on made data only."
    candidates = turns("user").matches(
        r"(?i)upper ?-?case|lower ?-?case|all ?-?caps|capitals?\b|small letters|gro\xdfbuchstaben"
        r"|kleinbuchstaben|may\xfascula|min\xfascula"
        r"|majuscule|minuscule|\x{5927}\x{5199}|\x{5c0f}\x{5199}"
    )

    max_share: float = Field(0.2, ge=0, lt=1, description="Share of letters that may be of the other case.")

    def check(self, record: Record) -> Iterator[Finding]:
        """Count the letters of each case."""
        request = asked(record)
        if request is None or not request.is_plain:
            return
        asks = list(_ASK.finditer(request.bare))
        if len(asks) != 1 or _PART.search(request.bare):
            return
        upper = bool(asks[0]["upper"] or asks[0]["zh"])
        text = _FENCE.sub("", request.answer.text)
        big, small = sum(map(str.isupper, text)), sum(map(str.islower, text))
        wrong, total = (small, big + small) if upper else (big, big + small)
        starts_big = not upper and next(filter(str.isalpha, text), "").isupper()
        if total == 0 or (wrong <= self.max_share * total and not starts_big):
            return
        wanted, found = ("capital", "small") if upper else ("small", "capital")
        message = f"asked for {wanted} letters only, {wrong:,} of the answer's {total:,} letters are {found}"
        yield self.finding(request.answer, message, score=round(wrong / total, 3), wrong=wrong, letters=total)
