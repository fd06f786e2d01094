"""Words that tell a sentence from a list of names, English from the rest, and what speaks of languages."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from dslint.features.function_words import FUNCTION_WORDS
from dslint.features.patterns import compile_pattern, expression, search
from dslint.features.script import NON_LATIN

ANY: Final = frozenset(word for words in FUNCTION_WORDS.values() for word in words.split())
_WORD: Final = expression(r"[^\W\d_]+")


def is_sentence(text: str, least: int) -> bool:
    """Whether ``text`` in Latin letters has function words of some language: no list of names, no romanised words."""
    return sum(word in ANY for word in _WORD.findall(text.lower())) >= least


_ENGLISH: Final = frozenset(
    f"""{FUNCTION_WORDS["en"]} am as at come con dan den des die do dos du for ha had has if man mas men met no not on
    or ou per plus pod pour sei sin so son sua ten to van ve war
    ale co del door er hay med non par pro till wie y""".split()
)
"""English words, and names, that other languages' function words look like."""
_ASCII_ONLY: Final = "ang mga sa ay ng kwa ya wa kuwa katika daripada kepada"
"""Words of languages that are written in ASCII letters and have no list above: Filipino, Swahili, Malay."""
_FOREIGN: Final = "|".join(sorted(word for word in ({*_ASCII_ONLY.split()} | ANY) - _ENGLISH if len(word) > 1))
_LETTERS: Final = r"\x{c0}-\x{d6}\x{d8}-\x{f6}\x{f8}-\x{24f}\x{1e00}-\x{1eff}"
FOREIGN: Final = f"(?i:(?:^|[^a-z])(?:{_FOREIGN})(?:$|[^a-z]))|[{_LETTERS}]"
"""RE2 syntax: what a text in Latin letters has that may be in another language than English."""
_PLAIN_ENGLISH: Final = frozenset(
    ["the", "and", "of", "that", "with", "are", "this", "have", "from", "you", "which", "their", "was", "would", "what"]
)
_SURE, _LIKELY = 4, 2
_HEAD: Final = 400


def is_english(text: str) -> bool:
    """Whether ``text`` is English beyond doubt: a cheap test that settles most of what is looked at."""
    head = text[:_HEAD]
    if not head.isascii():
        return False
    known = len(_PLAIN_ENGLISH.intersection(_WORD.findall(head.lower())))
    return known >= _SURE or (known >= _LIKELY and not is_foreign(text))


def is_foreign(text: str) -> bool:
    """Whether ``text`` has a word or a letter that English does without."""
    return search(_foreign(), text)


@cache
def _foreign() -> Any:
    return compile_pattern(f"{FOREIGN}|{NON_LATIN}")


_LANGUAGES: Final = (
    "english|french|spanish|german|italian|portuguese|chinese|mandarin|cantonese|japanese|korean|hindi|russian|arabic"
    "|latin|dutch|turkish|swahili|zulu|persian|farsi|telugu|punjabi|panjabi|tamil|bengali|urdu|greek|polish|swedish"
    "|norwegian|danish|finnish|vietnamese|indonesian|malay|hebrew|thai|ukrainian|czech|romanian|hungarian|marathi"
    "|gujarati|kannada|malayalam|nepali|tagalog|filipino|mongolian|tibetan|catalan|irish|welsh|sanskrit"
)
SPEAKS_OF_LANGUAGE: Final = expression(
    rf"\b(?:translat\w*|transliterat\w*|romani[sz]\w*|pronounc\w*|pronunciation|pinyin|romaji|languages?|multilingual"
    rf"|bilingual|idioms?|{_LANGUAGES}|übersetz\w*|sprachen?|englisch\w*|deutsch\w*|französisch\w*|spanisch\w*"
    r"|chinesisch\w*|traduc\w*|tradui\w*|traduz\w*|tradur\w*|idiomas?|inglés|inglese?s?|español|francés|alemán|chino"
    r"|anglais|français|espagnol|allemand|chinois|langues?|lingua|línguas?)\b"
    r"|翻译|翻譯|译成|译为|译文|英文|英语|英語|中文|汉语|漢語|日语|日文|日本語|法语|韩语|语言|語言|德语|西班牙语|俄语|拼音|罗马"
    r"|双语|字母|缩写|翻訳|フランス語|韓国語|中国語|言語|перевед|перевод|язык|английск|по-русски|по-английски"
    r"|ترجم|بالإنجليزية|الإنجليزية|العربية|اللغة|لغة|अनुवाद|अंग्रेज़ी|अंग्रेजी|हिंदी|हिन्दी|भाषा|번역|영어|한국어|일본어|중국어|언어",
    re.IGNORECASE,
)
"""Prompts that ask for a translation, or speak of languages, where an answer may be in another one."""
