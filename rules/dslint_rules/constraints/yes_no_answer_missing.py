"""The rule ``yes-no-answer-missing``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dslint.api import Finding, Record, RecordRule, Status, turns
from dslint.features.patterns import expression
from dslint_rules.constraints._asked import asked

_EITHER: Final = (
    r"[\"'\u201c\u201d\u2018\u2019]?(?:{0})[\"'\u201c\u201d\u2018\u2019]?(?: or |/| oder | o | ou |或者?"
    r"|还?是?)[\"'\u201c\u201d\u2018\u2019]?(?:{1})\b"
)
_YES: Final = _EITHER.format("yes|ja|sí|oui|是", "no|nein|non|否|不是")
_TRUE: Final = _EITHER.format("true|wahr|richtig|verdadero|vrai|对", "false|falsch|falso|faux|错")
_ASK: Final = expression(
    r"(?<!\w)(?:answer|answers|respond|reply|say|output|return|print|write|state|antworte\w*|responde\w*"
    r"|contesta|répond\w*|回答|请?只?回答|输出)"
    r"(?: (?:the question|each|only|just|simply|strictly|either|with|by|in|using|a|an|nur|mit|solo|con|sólo"
    r"|uniquement|par|it|me|this|:)){0,5}[: ]*"
    rf"(?:(?P<yes>{_YES})|(?P<true>{_TRUE}))",
    re.IGNORECASE,
)
_SAYS_YES: Final = expression(
    r"(?<!\w)(?:yes|no|yeah|nope|ja|nein|sí|si|oui|non|true|false|correct|incorrect|y|n)(?!\w)|是|否|不|对|有|能|会",
    re.IGNORECASE,
)
_SAYS_TRUE: Final = expression(
    r"(?<!\w)(?:true|false|untrue|yes|no|correct|incorrect|wahr|falsch|richtig|verdadero|falso|vrai|faux|t"
    r"|f)(?!\w)|对|错|正确|真|假|是|否",
    re.IGNORECASE,
)
_OTHERWISE: Final = expression(
    r"\b(?:maybe|unsure|unknown|depends|otherwise|if (?:not|yes|no|so)|neither|vielleicht|questions?)\b|不确定|未知",
    re.IGNORECASE,
)


class YesNoAnswerMissing(RecordRule):
    """A prompt that wants `yes` or `no` is answered without either word.

    **What.** `Answer with yes or no`, `output true or false`, and the same in German, Spanish, French and Chinese; the
    answer has neither of the words, nor `correct` or another language's word for them. Prompts that allow for
    something else, such as `maybe`, are left alone.

    **When to ignore.** Where the answer is scored by something else than the word.

    **References.** [IFEval](https://arxiv.org/abs/2311.07911) (`detectable_format:constrained_response`).
    """

    status = Status.PREVIEW
    precision = "no finding among 10 requests recognised in 48,367 records of 27 public files: too few to tell."
    candidates = turns("user").matches(
        r"(?i)(?:yes|true|ja|s\xed|oui|wahr|richtig|verdadero|vrai|\x{662f}|\x{5bf9}).{1,8}(?:no|false|nein"
        r"|non|falsch|falso|faux|\x{5426}|\x{4e0d}\x{662f}|\x{9519})"
    )

    def check(self, record: Record) -> Iterator[Finding]:
        """Look for a yes or no in the answer."""
        request = asked(record)
        if request is None:
            return
        match = _ASK.search(request.text)
        if (
            match is None
            or not (request.is_plain or match.start() > 0)
            or _OTHERWISE.search(request.text[match.end() :])
        ):
            return
        says = _SAYS_YES if match["yes"] else _SAYS_TRUE
        text = request.answer.text
        if says.search(text) is None:
            shown = " ".join(text.split())[:40]
            wanted = "yes or no" if match["yes"] else "true or false"
            yield self.finding(request.answer, f'asked for {wanted}, the answer has neither: "{shown}"')
