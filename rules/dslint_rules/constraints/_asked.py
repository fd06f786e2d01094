"""What a record asks for in words, and the answer to it, where both are one."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from dslint.api import Message, Record
from dslint.features.patterns import expression
from dslint.features.splits import is_unwanted

LONGEST: Final = 400
"""A paragraph of a prompt that is longer holds material rather than the request."""

_ABOUT_FORM: Final = expression(
    r"\b(?:functions?|programs?|scripts?|regex|regular expressions?|codes?|algorithms?|quer(?:y|ies)|sql|python"
    r"|java(?:script)?|c\+\+|html|css|prompts?|instructions?|validat\w+|password|funktion|programm|función|programa"
    r"|fonction|programme)\b|函数|代码|程序|正则|算法|提示词",
    re.IGNORECASE,
)
_QUESTION: Final = expression(
    r"(?:how|why|what|which|who|when|where|is|are|does|do|did|was|were|should|wie|warum|was|welche\w*|cómo|por qué"
    r"|qué|comment|pourquoi|quel\w*)\b",
    re.IGNORECASE,
)
_SUM: Final = expression(
    r"\bhow (?:many|much|long|old|far|fast|often)\b|\bwie ?viele?\b|\bcu[aá]nt[oa]s?\b|\bcombien\b|多少|几个|几天",
    re.IGNORECASE,
)
_QUOTED: Final = expression(
    r"\"[^\"\n]{1,2000}\"|\u201c[^\u201d\n]{1,2000}\u201d|\u00ab[^\u00bb\n]{1,2000}\u00bb"
    r"|\u201e[^\u201c\u201d\n]{1,2000}[\u201c\u201d]"
    r"|\u300c[^\u300d\n]{1,2000}\u300d|`[^`\n]{1,2000}`"
)


_HEAD: Final = 2000
_SENTENCE_END: Final = expression("[.!?\n\u3002\uff01\uff1f]")


class Asked(NamedTuple):
    """A request and its answer.

    Attributes:
        text: The words of the request, without long paragraphs, which are material.
        answer: The turn that answers it.
        whole: The request with all of its material.
    """

    text: str
    answer: Message
    whole: str

    @property
    def bare(self) -> str:
        """The request without what it quotes."""
        return _QUOTED.sub('""', self.text)

    def before(self, at: int) -> str:
        """What stands before ``at`` in its sentence."""
        return _SENTENCE_END.split(self.text[:at])[-1]

    @property
    def is_plain(self) -> bool:
        """Whether it is a request: not about code or prompts, no question about how to do it, no word problem."""
        text = self.text
        how = _QUESTION.match(text) and text.find("?") in (-1, len(text) - 1)
        return not (how or _ABOUT_FORM.search(_QUOTED.sub('""', self.whole[:_HEAD])) or _SUM.search(text))


def asked(record: Record) -> Asked | None:
    """Return a record's only request with its only answer that is trained on, or ``None``."""
    if record.format in ("evaluation", "text") or is_unwanted(record):
        return None
    questions, answers = record.turns("user"), record.turns("assistant")
    if len(questions) != 1 or len(answers) != 1 or record.tools is not None:
        return None
    answer = answers[0]
    if not answer.trained or answer.tool_calls or not answer.text.strip():
        return None
    paragraphs = [part.strip() for part in record.question.split("\n") if part.strip()]
    kept = [part for part in (paragraphs[:1] + paragraphs[1:][-1:]) if len(part) <= LONGEST]
    return Asked("\n".join(kept), answer, record.question) if kept else None
