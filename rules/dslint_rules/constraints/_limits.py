"""Limits on a count, such as ``at most 50 words``, as prompts put them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from dslint.features.patterns import expression
from dslint_rules.constraints._numbers import NUMBER, RE2_NUMBER, value

UNITS: Final[Mapping[str, str]] = {
    "word": r"words?|Wörtern?|Worten?|palabras?|mots?",
    "character": r"个?汉?字(?![母典符体数])|(?<=\d )characters?|(?<=\d )Zeichen|(?<=\d )caract(?:è|e)res",
    "sentence": r"sentences?|Sätzen?|Satz|oraci(?:ón|ones)|frases?|phrases|phrase(?= (?:maximum|au|ou))|句话",
    "paragraph": r"paragraphs?|Absätzen?|Absatz|párrafos?|paragraphes?|段(?:话|落)?",
    "bullet": r"(?:[a-z]{2,12} )?(?:bullet(?:ed)?[ -]points?|bullets)|Stichpunkten?|Aufzählungspunkten?"
    "|viñetas?|puces?"
    r"|个?(?:要点|项目符号)",
}
"""The words for each unit that is counted."""

_MOST: Final = (
    r"at most|(?:no|not) (?:more|longer) than|up to|max(?:imum|\.)?(?: of)?|not (?:to )?exceed(?:ing)?|capped at"
    r"|limited to|within|(?:less|fewer|shorter) than|under|below|<|höchstens|maximal|nicht mehr als"
    r"|weniger als|bis zu"
    r"|unter|como máximo|máximo de|no más de|menos de|hasta|au plus|au maximum|maximum de|pas plus de|moins de"
    r"|不超过|不多于|最多|少于"
)
_LEAST: Final = (
    r"at least|(?:no|not) (?:less|fewer|shorter) than|min(?:imum|\.)?(?: of)?|more than|over|longer than|mindestens"
    r"|wenigstens|mehr als|al menos|como mínimo|mínimo de|por lo menos|más de|au moins|plus de|minimum de"
    r"|至少|不少于|超过"
)
_EXACTLY: Final = r"exactly|precisely|genau|exakt|exactamente|exactement|正好|恰好"
_ABOUT: Final = (
    r"about|around|approximately|approx\.?|roughly|nearly|almost|some|~|circa|ca\.|etwa|ungefähr|rund|unos|unas"
    r"|aproximadamente|alrededor de|environ|大约|约"
)
_BETWEEN: Final = r"between|zwischen|entre"
_LEAD: Final = (
    r"(?:in|into|to|with|using|of|is|be|mit|en|con|de|avec|用|以|写)(?: (?:only|just|nur|solo|sólo|seulement|the))?"
    r"|only|just|a|an|un|una|une|eine?n?|write(?: me)?|schreibe?|escribe|écris"
)
_BEFORE: Final = expression(
    r"(?:^|(?<![^\W\u4e00-\u9fff]))"
    rf"(?:(?P<least>{_LEAST})|(?P<most>{_MOST})|(?P<exactly>{_EXACTLY})|(?P<about>{_ABOUT})|(?P<between>{_BETWEEN})"
    rf"|(?P<lead>{_LEAD}))[ ]?(?:(?:a|the|only) )?$",
    re.IGNORECASE,
)
_AFTER: Final = expression(
    r"(?P<most>\W{0,2}(?:or (?:less|fewer|under|shorter)\b|max(?:imum)?\b|at (?:the )?most\b|oder weniger\b"
    r"|como máximo\b"
    r"|o menos\b|ou moins\b|au plus\b|以内|以下|之内))"
    r"|(?P<least>\W{0,2}(?:or (?:more|longer)\b|min(?:imum)?\b|at least\b|oder mehr\b|o más\b|ou plus\b|以上))"
    r"|(?P<about>左右|上下| or so\b)",
    re.IGNORECASE,
)
_OTHERS: Final = expression(
    r"\b(?:each|every|per|apiece|both|respectively|jede[rsmn]?|jeweils|pro|cada|chaque)\b|每|各", re.IGNORECASE
)
_ARTICLE: Final = expression(r"(?:^|[^\w])(?:an?|one)\s(?:[\w,]+\s){0,2}$", re.IGNORECASE)
_LIST_OF: Final = expression(r"\b(?:list|set|collection|series|number) of $", re.IGNORECASE)
_WRITE: Final = ("write", "schreib", "escrib", "écri")
_PROSE: Final = expression(r"sentence|paragraph|s[aä]tz|abs[aä]tz|oraci|párrafo|frase|phrase", re.IGNORECASE)
"""What a text is written in, so that `write two …` is its length; two words may be what is asked for."""
_WINDOW: Final = 30
_LOOKAROUND: Final = expression(r"\(\?<?[=!](?:[^()]|\([^()]*\))*\)")
_MANY: Final = 20
"""So many words are a length; fewer may be words that are asked for."""


class Limit(NamedTuple):
    """How many of something there may be.

    Attributes:
        low: The smallest number.
        high: The largest number, or ``None``.
        loose: Whether it is a target, said without ``exactly``, ``at most`` or the like.
        words: What the prompt says.
        joint: Whether it is an adjective, as in ``a 100-word story``.
    """

    low: int
    high: int | None
    loose: bool
    words: str
    joint: bool

    def allows(self, low: int, high: int) -> bool:
        """Whether some count from ``low`` to ``high``, the ways in which people count, is within the limit."""
        return high >= self.low and (self.high is None or low <= self.high)


def limit_of(unit: str, text: str) -> Limit | None:
    """Return the one limit on ``unit`` in ``text``; ``None`` where there is none, or several, or one for each part."""
    found = [limit for match in _core(unit).finditer(text) if (limit := _limit(match, text))]
    if len(found) != 1 or _OTHERS.search(text):
        return None
    return found[0]


def mention(unit: str) -> str:
    """Return what stands wherever there is a limit on ``unit``, a number with the unit behind it, in RE2's syntax."""
    return rf"(?i){RE2_NUMBER}[ -]?(?:{_LOOKAROUND.sub('', UNITS[unit])})"


@lru_cache(maxsize=8)
def _core(unit: str) -> re.Pattern[str]:
    apart = r"\s?(?:-|\u2013|~|to|and|or|bis|und|a|y|o|à|et|ou|到|至)\s?"
    number = rf"(?:(?<![^\W\u4e00-\u9fff])(?<![.,:/-]){NUMBER})"
    return re.compile(
        rf"(?P<first>{number})(?:{apart}(?P<second>{NUMBER}))?(?P<joint>[ -]?)(?P<unit>{UNITS[unit]})(?![a-zäöüßéñ])",
        re.IGNORECASE,
    )


def _limit(match: re.Match[str], text: str) -> Limit | None:
    before = _BEFORE.search(text, max(0, match.start() - _WINDOW), match.start())
    after = _AFTER.match(text, match.end())
    first = value(match["first"])
    kind = (after and after.lastgroup) or (before and before.lastgroup) or ""
    start = before.start() if before else match.start()
    words = " ".join(text[start : after.end() if after else match.end()].split())
    # An adjective does not take the plural: "a 100-word story", but "100 words".
    joint = match["joint"] in ("-", " ") and match["unit"].casefold() in ("word", "sentence", "paragraph") and first > 1
    if kind == "about" or first < 1:
        return None
    if match["second"]:
        second = value(match["second"])
        return Limit(first, second, False, words, joint) if first < second else None
    if kind == "most":
        return Limit(0, first, False, words, joint)
    if kind == "least":
        return Limit(first, None, False, words, joint)
    if kind == "exactly":
        return Limit(first, first, False, words, joint)
    if joint:
        article = _ARTICLE.search(text, max(0, match.start() - _WINDOW), match.start())
        return Limit(first, first, True, words, joint) if article else None
    return Limit(first, first, True, words, joint) if before and _is_target(before["lead"], match) else None


def _is_target(lead: str | None, match: re.Match[str]) -> bool:
    """Whether ``in 100 words`` is meant, not ``think of two words`` or ``using these two words``."""
    if lead is None:
        return False
    lead = lead.casefold()
    if lead.startswith(_WRITE):
        return _PROSE.match(match["unit"]) is not None
    if lead.split()[0] in ("in", "into", "within", "en", "用", "以", "only", "just") or lead.endswith(
        (" only", " just")
    ):
        return True
    return value(match["first"]) >= _MANY and not _LIST_OF.search(match.string, 0, match.start())
