"""The rule ``forbidden-letter-used``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dslint.api import Finding, Record, RecordRule, Status, turns
from dslint.features.patterns import expression
from dslint_rules.constraints._asked import asked

_QUOTE: Final = "[\"'\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb ]{0,2}"
_BAN: Final = expression(
    r"(?<!\w)(?:without (?:using |containing |ever using )?|(?:do not|don['\u2019]t|must not|should not|never"
    r"|cannot|may not) "
    r"(?:use|include|contain) |does(?: not|n['\u2019]t) (?:use|include|contain|have) "
    r"|avoid(?:ing)?(?: using)? |ohne |"
    r"sin (?:usar |utilizar )?|no (?:uses|use|contenga) |sans (?:utiliser )?)"
    r"(?:any |the |the use of |den |die |das |la |el |les )?(?:letters?|characters?|Buchstaben?|letras?|lettres?) "
    rf"{_QUOTE}(?P<letter>[^\W\d_]){_QUOTE}(?![\w'\u2019])",
    re.IGNORECASE,
)
_PARTS: Final = expression(
    r"\b(?:start\w*|begin\w*|end\w*|first|last|remove|count|how|why|which|if|find|beginn\w*|anfang\w*"
    r"|empie\w+|termin\w+"
    r"|commen\w+)\b",
    re.IGNORECASE,
)


class ForbiddenLetterUsed(RecordRule):
    """An answer has a letter that the prompt forbids (`without the letter e`), as language models often do.

    **What.** `do not use the letter e`, `without using the letter "a"`, `ohne den Buchstaben e`, `sin la letra a`,
    `sans la lettre e`. The whole answer is searched, but for a first line that ends in a colon.

    **When to ignore.** Where only a part of the answer is meant.

    **References.** [IFEval](https://arxiv.org/abs/2311.07911) (`keywords:letter_frequency`),
    [Lipogram](https://en.wikipedia.org/wiki/Lipogram).
    """

    status = Status.PREVIEW
    precision = "1 of 1 finding in 48,367 records of 27 public files is right: too few to tell."
    candidates = turns("user").matches(r"(?i)letters?\b|characters?\b|buchstabe|letras?\b|lettres?\b")

    def check(self, record: Record) -> Iterator[Finding]:
        """Look for the letter in the answer."""
        request = asked(record)
        if request is None or not request.is_plain:
            return
        match = _BAN.search(request.text)
        if match is None or _PARTS.search(request.text):
            return
        letter, text = match["letter"].casefold(), request.answer.text
        first, _, rest = text.strip().partition("\n")
        body = rest if rest and first.rstrip().endswith(":") else text
        count = body.casefold().count(letter)
        if count:
            at = text.casefold().find(letter, len(text) - len(body) if body is not text else 0)
            where = request.answer.span(at, at + 1)
            times = "once" if count == 1 else f"{count:,} times"
            message = f'the prompt forbids the letter "{letter}", which the answer has {times}'
            yield self.finding(where, message, count=count)
