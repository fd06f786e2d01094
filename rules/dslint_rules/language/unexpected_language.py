"""The rule ``unexpected-language``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

from dslint.api import Field, Finding, Message, Record, RecordRule, Severity, shared
from dslint_rules.language._words import KNOWN, SPEAKS_OF_LANGUAGE, TITLES, is_sentence, latin_language
from dslint_rules.language._writing import CODE, described, prose, writing

_SCRIPTS: Final[Mapping[str, str]] = {
    "Latin": "af ca cs cy da de en es et eu fi fr ga gl hr hu id is it la lt lv ms mt nl no nb nn pl pt ro sk sl so sq "
    "sr sv sw tl tr uz vi yo zu az",
    "Cyrillic": "be bg kk ky mk mn ru sr tg uk uz",
    "Arabic": "ar fa ku ps sd ug ur",
    "Hebrew": "he yi",
    "Greek": "el",
    "Armenian": "hy",
    "Georgian": "ka",
    "Devanagari": "hi mr ne sa",
    "Bengali": "as bn",
    "Gurmukhi": "pa",
    "Gujarati": "gu",
    "Tamil": "ta",
    "Telugu": "te",
    "Kannada": "kn",
    "Malayalam": "ml",
    "Thai": "th",
    "Ethiopic": "am ti",
    "Chinese": "zh yue",
    "Japanese": "ja",
    "Korean": "ko",
}
"""Languages by script, as ISO 639 codes."""
_LANGUAGES: Final = {code for codes in _SCRIPTS.values() for code in codes.split()}
_SHORT_JAPANESE: Final = 20


class UnexpectedLanguage(RecordRule):
    """A turn is in a language that `languages` does not list, so the model learns to speak it.

    **Why.** A few records of another language are what crawls, user logs and generators leave in a set. A turn is
    judged by its script, with at least six words of which 85 % are of one script. Of languages in Latin letters eleven
    are told apart by their function words, in turns of `min-words` words or more and only where the evidence is five to
    one; others that share a script are not told apart, which takes a detector. Code, and records that speak of
    languages or of translation, are left out.

    **When to ignore.** List the language in `languages`, or silence the files that are meant to be in it.

    **References.** [Understanding and Mitigating Language Confusion in LLMs](https://arxiv.org/abs/2406.20052).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = (
        'No finding in 23,000 English records of nine public files with languages = ["en"]; the 32 in one that mixes '
        "in "
        'Chinese are Chinese, and with ["zh"] 21 of 21 in three Chinese files are English, some of them on tasks '
        "about "
        "English words. Languages in Latin letters on made cases only."
    )

    languages: tuple[str, ...] = shared((), description="Languages of the data, as ISO 639 codes: en, de, zh.")
    min_words: int = Field(12, ge=8, description="Shorter turns are judged by their script only.")

    def unmet(self) -> str:
        """Ask for languages."""
        unknown = [code for code in self.languages if _base(code) not in _LANGUAGES]
        if unknown:
            return f'set languages to ISO 639 codes that the rule knows; "{unknown[0]}" is none'
        return "" if self.languages else 'set languages, such as ["en", "de"]'

    def check(self, record: Record) -> Iterator[Finding]:
        """Report the first turn in another language."""
        wanted = {_base(code) for code in self.languages}
        for turn in record.messages:
            if turn.role not in ("user", "assistant"):
                continue
            found = self._language(turn, wanted)
            if not found:
                continue
            if not any(SPEAKS_OF_LANGUAGE.search(each.text) for each in record.messages if each.role != "assistant"):
                listed = ", ".join(self.languages)
                who = "question" if turn.role == "user" else "answer"
                yield self.finding(turn, f"{who} is written in {found}, expected are {listed}", found=found)
            return

    def _language(self, turn: Message, wanted: set[str]) -> str:
        """Return what the turn is written in where that is not wanted."""
        text = turn.text
        name, units = writing(text)
        if not name:
            return ""
        if name not in {script for script, codes in _SCRIPTS.items() if wanted & set(codes.split())}:
            if name == "Latin" and (not is_sentence(prose(text), 2) or CODE.search(text)):
                return ""
            if name == "Chinese" and "ja" in wanted and units < _SHORT_JAPANESE:
                return ""
            return described(name)
        return self._latin(text, wanted) if name == "Latin" else ""

    def _latin(self, text: str, wanted: set[str]) -> str:
        latin = wanted & set(_SCRIPTS["Latin"].split())
        if not latin <= KNOWN:
            return ""
        best, counts, words = latin_language(prose(text))
        if not best or words < self.min_words or best in wanted or counts[best] < max(5, words // 10):
            return ""
        if any(counts[code] * 5 > counts[best] for code in latin) or CODE.search(text):
            return ""
        return TITLES[best]


def _base(code: str) -> str:
    return code.lower().replace("_", "-").split("-")[0]
