"""Words by which languages that share a script are told apart, and words that speak of languages."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from dslint.features.function_words import FUNCTION_WORDS
from dslint.features.patterns import expression

_NAMES: Final = """
a ale am an as att bu by co come con da dal dan das de del den des di die do door dos due e el ele em en essa
est este fait ha had han has he her hon i in ini is it jak je kan ke la las les los mais man me meer men muy
na ne no non o oder om op os ou over par pas per più plus pour pro qui sei seu sin so son sua sur sus são tak
tem ten till to uit um una van vid war was wat we y ze
"""
_AMBIGUOUS: Final = frozenset(_NAMES.split())
"""Words that stand in names, or that other languages have too."""


def _exclusive() -> dict[str, str]:
    languages: dict[str, list[str]] = {}
    for language, words in FUNCTION_WORDS.items():
        for word in words.split():
            languages.setdefault(word, []).append(language)
    return {word: found[0] for word, found in languages.items() if len(found) == 1 and word not in _AMBIGUOUS}


EXCLUSIVE: Final = _exclusive()
"""Language by function word, for words that only one of the languages has."""
ANY: Final = frozenset(word for words in FUNCTION_WORDS.values() for word in words.split())
KNOWN: Final = frozenset(FUNCTION_WORDS)
_DIFFERENT: Final = 4
_SPOKEN: Final = 5
_TIMES_MORE: Final = 3
_WORD: Final = expression(r"[^\W\d_]+")


def is_sentence(text: str, least: int) -> bool:
    """Whether ``text`` in Latin letters has function words of some language: no list of names, no romanised words."""
    return sum(word in ANY for word in _WORD.findall(text.lower())) >= least


def latin_language(text: str) -> tuple[str, Counter[str], int]:
    """Return the language of ``text`` by its function words, the counts behind it, and the number of words.

    Empty where fewer than four different words speak for the language.
    """
    words = _WORD.findall(text.lower())
    counts = Counter(EXCLUSIVE[word] for word in words if word in EXCLUSIVE)
    best = max(sorted(counts), key=counts.__getitem__, default="")
    different = {word for word in words if EXCLUSIVE.get(word) == best}
    return best if len(different) >= _DIFFERENT else "", counts, len(words)


_ENGLISH: Final = frozenset(
    f"""{FUNCTION_WORDS["en"]} am as at come con dan den des die do dos du for ha had has if man mas men met no not on
    or ou per plus pod pour sei sin so son ten to van war""".split()
)
"""English words, and names, that other languages' function words look like."""
_INCLUSIVE: Final = {
    code: frozenset(words.split()) - (_ENGLISH if code != "en" else frozenset())
    for code, words in FUNCTION_WORDS.items()
}
_FOREIGN: Final = "|".join(sorted({w for words in _INCLUSIVE.values() for w in words} - _ENGLISH))
FOREIGN: Final = rf"(?i)(?:^|[^a-z])(?:{_FOREIGN})(?:$|[^a-z])"
"""RE2 syntax: what one of two texts has that :func:`different` tells apart."""


def different(left: str, right: str) -> tuple[str, str] | None:
    """Return the languages of two texts in Latin letters where their function words leave no doubt that they differ."""
    first, second = _spoken(left), _spoken(right)
    one, other = max(first, key=first.__getitem__), max(second, key=second.__getitem__)
    apart = first[one] >= _TIMES_MORE * first[other] and second[other] >= _TIMES_MORE * second[one]
    return (one, other) if one != other and apart and min(first[one], second[other]) >= _SPOKEN else None


def _spoken(text: str) -> dict[str, int]:
    """Count the function words of each language, where at least four are different; of two alike the first counts."""
    words = Counter(_WORD.findall(text.lower()))
    found = {code: [words[word] for word in known if word in words] for code, known in _INCLUSIVE.items()}
    return {code: sum(counts) if len(counts) >= _DIFFERENT else 0 for code, counts in found.items()}


TITLES: Final = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
    "nl": "Dutch",
    "sv": "Swedish",
    "pl": "Polish",
    "tr": "Turkish",
    "id": "Indonesian",
}
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
