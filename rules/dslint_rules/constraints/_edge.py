"""What an answer was asked to begin or to end with."""

from __future__ import annotations

import re
from typing import Final

from dslint.api import Message, Record
from dslint.features.patterns import expression
from dslint_rules.constraints._asked import asked
from dslint_rules.constraints._quoted import QUOTED, has_exactly, pieces

_WHOLE: Final = (
    r"(?:story|sentence|poem|paragraph|answer|response|reply|letter|essay|speech|joke|tale|email|message|text"
    r"|haiku|song|phrase"
    r"|Geschichte|Satz|Gedicht|Antwort|historia|frase|respuesta|poema|cuento|histoire|réponse|poème)"
)
_WHAT: Final = (
    r"(?: (?:the|this|following|exact|dem|den|der|la|le|los?|las?))*(?: (?:words?|phrases?|sentences?|lines?"
    r"|Worten?|Wort|Satz|palabras?|frase"
    r"|mots?|phrase))?:? ?"
)
_MANY: Final = expression(
    r"\b(?:each|every|words|sentences|list|names|lines|two|three|four|five|find|count|which|jede\w*|cada"
    r"|chaque)\b|\d",
    re.IGNORECASE,
)
_VERBS: Final = {
    "opening": r"start(?:s|ing)?|begin(?:s|ning)?|beginn(?:t|e)|anfängt|(?:que )?empiece|comience|empieza"
    "|commen(?:ce|çant)",
    "ending": r"end(?:s|ing)?|finish(?:es|ing)?|endet|termine|acabe|termina|terminant|finit",
}
_JOINED: Final = r"(?:with|by|mit|con|por|par|avec)"
_OBJECT: Final = (
    r"(?:^|(?<=[.!?] ))(?:please |bitte )?(?:[^\W\d_]+ (?:me |up with |mir )?(?:an?|the|your|eine?n?|una?|une"
    r"|dein\w*|tu|ta)"
    rf"(?: (?!for|of|to|in|from|about)[\w-]+){{0,3}} {_WHOLE}(?: (?:that|which|should|must|has to"
    rf"|\w+))?,? )?(?:die mit |das mit |que |qui )?"
)
_ASK: Final = {
    edge: expression(
        rf"{_OBJECT}(?:{verbs}) (?:(?:your|the|deine|tu|ta) {_WHOLE} )?(?:{_JOINED})?{_WHAT}(?P<quoted>{QUOTED})",
        re.IGNORECASE | re.MULTILINE,
    )
    for edge, verbs in _VERBS.items()
}
_QUOTED_WORDS: Final = expression(
    rf'\b{_JOINED}(?: (?:the|these|following|exact)){{1,3}} words:? ?(?="")', re.IGNORECASE
)
"""``with the words "…"``, which are not many things that begin or end so."""
_ROOM: Final = 80
_SHORTEST: Final = 2


def missing_edge(record: Record, edge: str) -> tuple[Message, str] | None:
    """Return a record's answer and the words it should begin (``opening``) or end (``ending``) with and does not."""
    request = asked(record)
    if request is None or not request.is_plain:
        return None
    match = _ASK[edge].search(request.text)
    if match is None or _MANY.search(_QUOTED_WORDS.sub("", request.bare)):
        return None
    wanted = pieces(match["quoted"])
    if not wanted or len(wanted[0]) < _SHORTEST:
        return None
    text = request.answer.text.strip()
    size = len(wanted[0]) + _ROOM
    near = text[:size] if edge == "opening" else text[-size:]
    found = has_exactly(wanted[0], near)
    return None if found else (request.answer, wanted[0])
