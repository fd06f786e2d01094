"""The rule ``json-answer-broken``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dslint.api import Finding, Record, RecordRule, Status, turns
from dslint.features.json_text import json_error
from dslint.features.patterns import expression
from dslint_rules.constraints._asked import asked

_FORM: Final = (
    r"(?:a |an |one |single |valid |well-formed |well-structured |proper |pure |raw |only |pretty-printed "
    r"|gültiges |un |objeto |objet |einem? |de )*JSON\b"
)
_ASK: Final = expression(
    rf"(?<!\w)(?:answers?|respond|reply|returns?|outputs?|results?|response|give|provide|write|format(?:ted)?"
    rf"|present|express|represent\w*|print"
    rf"|convert\w*|transform\w*|encode|generate|create|construct|antworte\w*|gib|responde\w*|devuelve"
    rf"|répond\w*|retourne\w*)"
    rf"\b(?P<between>[^.!?\n]{{0,80}}?)(?<!\w)(?:in|as|into|to|using|als|im|en|como|au format|format) {_FORM}"
    rf"|(?<!\w)(?:return|output|generate|create|construct|write|give me|reply with|respond with"
    rf"|answer with) {_FORM}(?: object| string| array)?"
    rf"|(?:以|用|输出为?|返回|转换?[成为])\s?JSON",
    re.IGNORECASE,
)
_OTHER: Final = expression(
    r"\b(?:parse|schema|class|dictionary|dict|API|endpoint|request|file|steps?|explain|describe how|library"
    r"|method|table|xml file)\b"
    r"|from JSON|JSON (?:to|into|parser|schema|file|data|from)\b|JSON object into",
    re.IGNORECASE,
)


class JsonAnswerBroken(RecordRule):
    """A prompt that wants JSON is answered with text that does not parse as JSON.

    **What.** `Answer in JSON`, `return a JSON object`, `convert … to JSON`, and the same in German, Spanish, French and
    Chinese. JSON may stand by itself, in a fence, or behind a sentence; if none of these parses, the message says what
    is wrong. Prompts about code are left alone.

    **When to ignore.** Where a dialect is meant, such as JSON with comments.

    **References.** [IFEval](https://arxiv.org/abs/2311.07911) (`detectable_format:json_format`), RFC 8259.
    """

    status = Status.PREVIEW
    precision = "no finding among 8 requests recognised in 48,367 records of 27 public files: too few to tell."
    candidates = turns("user").matches(r"(?i)json")

    def check(self, record: Record) -> Iterator[Finding]:
        """Parse the answer."""
        request = asked(record)
        if request is None or not request.is_plain or not _ASK.search(request.bare) or _OTHER.search(request.bare):
            return
        problem = json_error(request.answer.text)
        if problem is not None:
            yield self.finding(request.answer, f"asked for JSON, {problem}")
