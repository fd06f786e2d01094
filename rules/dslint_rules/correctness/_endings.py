# ruff: noqa: RUF001 - words of other alphabets are meant
"""Words that a sentence does not end with, by language.

Each language has words that tell it from others (``known``), words that never end a sentence (``strong``), and words
that seldom do (``weak``): these count only behind other sentences that end as sentences do. Words that end
sentences of their own accord are left out: separable prefixes of German verbs (``an``, ``auf``, ``mit``, ``ein``),
words that English strands (``about``, ``to``, ``from``, ``like``, ``is``), pronouns that are articles too.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from dslint.features.patterns import expression


class Endings(NamedTuple):
    """What is looked for in one language.

    Attributes:
        known: Frequent words, to recognise the language by.
        strong: Words that never end a sentence.
        weak: Words that seldom do.
    """

    known: frozenset[str]
    strong: frozenset[str]
    weak: frozenset[str]


def _endings(known: str, strong: str, weak: str) -> Endings:
    return Endings(frozenset(known.split()), frozenset(strong.split()), frozenset(weak.split()))


LANGUAGES: Final = {
    "English": _endings(
        "the of and to in is it you that for was with are this be have not your can will as by an they their from",
        "and or the an because than although whereas their its my our your nor via",
        "but a of whose into which if as such including",
    ),
    "German": _endings(
        "der die das und ist nicht ein eine zu mit den von auf für sich des dem im auch werden wird sind es sie kann",
        "und oder sowie dass weil sondern bzw beziehungsweise zwischen vom zum zur",
        "der dem den des die eines eine einen einem einer für von durch als wenn ob wie",
    ),
    "French": _endings(
        "le la les des est et une un dans pour que qui sur pas vous avec ce cette par plus sont aux il elle nous",
        "et du des aux dont parce afin lorsque puisque leurs mes tes ses ces cet",
        "de les la le un une que qui ou mais pour avec dans par sur leur notre votre au",
    ),
    "Spanish": _endings(
        "el la los las que en un una es por con para del se su al no como más lo sus este esta son puede",
        "y el del las sus mis unos unas cuyo cuya",
        "porque de la los un una que con por para en al o su como pero si",
    ),
    "Portuguese": _endings(
        "o a os as que em um uma é por com para do da dos das no na se não mais como seu sua são ser ao",
        "e do dos das os as nas nos seus suas cujo cuja",
        "porque de da um uma que com por para em ao o a ou como mas se na no",
    ),
    "Russian": _endings(
        "и в не на что с по это как для из к от его но она они мы вы я так же был быть или",
        "и или в на с к из от для без при через между чтобы",
        "что потому но а о у по как если за до над под",
    ),
}
"""Endings by name of the language."""

CHINESE: Final = ("以及", "并且", "而且", "因为", "由于", "例如", "但是", "或者", "如果", "对于", "关于", "通过")
"""Endings of unfinished Chinese sentences."""

JAPANESE: Final = ("を", "および", "または", "そして", "しかし", "ために")
"""Endings of unfinished Japanese sentences."""

STOPS: Final = frozenset(("length", "max_tokens", "model_length", "max_output_tokens"))
"""What generators write for an answer that met the limit of its length."""

REASONS: Final = ("finish_reason", "stop_reason", "finishReason", "done_reason")
"""Where they write it."""

HOLDERS: Final = ("metadata", "meta", "info", "generation", "generation_info", "response_metadata", "usage")
"""Objects of a record in which generators keep such fields."""

ABOUT_WORDS: Final = expression(
    r"\b(?:(?:the|these|those|following|given|stop|function|linking|missing|last|next|first|\d(?:st|nd|rd|th)) words?"
    r"|words? (?:of|in|from|that|which|with|using)|prepositions?|conjunctions?|(?:in)?definite articles?|tokens?"
    r"|tokeni[sz]e|blanks?|parts? of speech|alphabetical\w*|anagrams?|rearrange|unscramble|(?:complete|finish) the"
    r"|first (?:line|half|part)|prefix(?:es)?|fragments?|interrupt\w*|cut off|truncated?|mid-sentence|cliffhanger"
    r"|wörter|präposition\w*|ergänze|(?:estas|siguientes) palabras|(?:ces|les) mots|palavras|слов\w*)\b"
    r"|词语|关联词|补全|续写|接続詞|助詞",
    re.IGNORECASE,
)
"""Prompts whose answers may end in any word."""
