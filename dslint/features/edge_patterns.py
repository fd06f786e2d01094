"""What the categories of :mod:`dslint.features.edges` look like, in RE2's syntax; matched without regard to case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ASKED: Final[Mapping[str, tuple[str, ...]]] = {
    "negation": (
        r"\b(?:do not|don't|don\x{2019}t|without|never|avoid|except|no more than|exclud\w+|other than|must not|"
        r"should not|cannot use|not (?:use|include|mention|contain))\b",
    ),
    "injection": (
        r"\b(?:ignore|disregard|forget) (?:all |any |the |your |previous |above |prior |of )*"
        r"(?:previous|prior|above|earlier|your) (?:instructions?|prompts?|rules)\b",
        r"\b(?:system prompt|jailbreak|do anything now|developer mode)\b",
    ),
    "harmful-request": (
        r"\b(?:bomb|murder|steal|hack into|poison|cocaine|meth|suicide|self-harm|racist|weapons?|explosives?|blackmail|"
        r"ransomware|malware|phishing|launder|counterfeit|"
        r"(?:kill|stab|shoot|hurt) (?:a|an|my|some|him|her|them|people))\b",
    ),
    "noisy": (
        r"\b(?:teh|recieve|becuase|wich|thier|definately|seperate|occured|untill|wierd|u r|pls|plz|thx|dont|cant|wont|"
        r"ive|whats|isnt|didnt|doesnt|alot|accomodate|grammer|sentance|arguement|beleive|shud|wanna|gonna|gimme)\b",
    ),
    "date-time": (
        r"\b(?:\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}:\d\d|"
        r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|"
        r"jul|aug|sep|oct|nov|dec)\.? \d{1,2}|tomorrow|yesterday|next week|leap year|time ?zone)\b",
    ),
    "yes-no": (
        r"^\s*(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|am|may|might) "
        r"(?:the|a|an|it|this|that|these|those|there|he|she|they|we|i|my|your|our|any|all|some|one|people|\w+s)\b",
        r"\x{5417}[?\x{ff1f}]",
    ),
    "classification": (
        r"\b(?:classify|categori[sz]e|label|sentiment|true or false|which (?:of|one)|multiple choice|options?:)|"
        r"(?:^|[\s(])A\)|\x{5206}\x{7c7b}",
    ),
    "math": (
        r"\\frac|\\\(|\$\$|\b(?:equations?|solve|calculate|compute|derivative|integral|percentage|square root)\b|"
        r"\d ?[+*/\x{d7}\x{f7}] ?\d",
    ),
    "number": (r"\d",),
    "constraint": (
        r"\b(?:must|should|at least|at most|exactly|no more than|no fewer|between \d|using the word|in the form of|"
        r"bullet|include|ensure|limit|start with|end with|or less|or fewer|"
        r"(?:in|of|under|than|about|most|least|exactly|to) \d+ (?:words?|sentences?|paragraphs?|lines?|syllables?))\b",
    ),
    "english": (r"\b(?:the|of|and|is|to|for|what|how|with|that|this)\b",),
}
"""Of what is asked. ``number`` and ``constraint`` are counted; ``english`` tells which of the others can be judged."""

ANSWERED: Final[Mapping[str, tuple[str, ...]]] = {
    "refusal": (
        r"\b(?:i(?:'m| am|\x{2019}m) (?:sorry|unable|not able)|i must decline|as an ai|"
        r"i (?:cannot|can't|can\x{2019}t|won't|won\x{2019}t) (?:assist|provide|answer|do|give|tell|share|generate|"
        r"create|write|comply|support|engage|fulfill|perform|access|recommend|discuss|continue|determine|"
        r"help(?:[.,]| (?:with|you|that|this|the|a|an|in|any|on)))|(?:model|ai|assistant)s? (?:is|are) unable|"
        r"cannot be (?:generated|created|done) (?:by|with)|against the law|(?:is|are) illegal|"
        r"i (?:do not|don't) (?:feel comfortable|think it))\b",
        r"\x{62b1}\x{6b49}|\x{5bf9}\x{4e0d}\x{8d77}|\x{6211}\x{65e0}\x{6cd5}",
    ),
    "unanswerable": (
        r"(?:^|[.!?\n] *)(?:there is |there's |i do not have |i don't have |we do not have )?"
        r"(?:not enough|insufficient|no) information\b",
        r"\b(?:text|passage|article|paragraph|context|document|table|policy) (?:does not|doesn't) "
        r"(?:say|mention|specify|state|provide)\b",
        r"(?:^|[.!?\n] *)i (?:do not|don't) know\b",
        r"\b(?:impossible|not possible) to (?:say|know|tell|determine|accurately)\b",
        r"\bcannot be (?:determined|answered) (?:from|based|with|without)\b",
    ),
    "clarifying": (
        r"\b(?:could you|can you|would you|which|what)\b[^.?!]{0,80}\b(?:clarify|specify|provide|more (?:details|"
        r"information|context)|mean|referring|prefer|like me to)\b[^.?!]*\?",
        r"(?:^|[.!?\n] *)(?:(?:could|can) you )?please (?:clarify|specify|provide (?:me with )?(?:more|the))",
        r"\x{8bf7}(?:\x{63d0}\x{4f9b}|\x{544a}\x{8bc9}\x{6211}).{0,60}[?\x{ff1f}]",
    ),
}
"""Of the beginning of the answer."""

ANYWHERE: Final[Mapping[str, tuple[str, ...]]] = {
    "code": (
        r"```|\bdef \w+\(|\bfunction \w*\(|#include|\bselect\b.{1,80}\bfrom\b|public class|console\.log|"
        r"\b(?:python|javascript|java|c\+\+|c#|sql|html|css|bash|regex)(?:\W|$)",
    ),
    "table": (r"(?:^|\n)[ \t]*\|.+\|[ \t]*(?:\n|$)|[^\t\n]\t[^\t\n]+\t[^\t\n]",),
    "structured-data": (r"\{\s*\"\w+\"\s*:|<\w+>[^<]*</\w+>",),
    "emoji": (r"[\x{1F300}-\x{1FAFF}\x{2600}-\x{26ff}]",),
}
"""Of what is asked and of the answer, but emoji of what is asked only."""
