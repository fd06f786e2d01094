"""The rule ``unexpected-language``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

from dslint.api import Finding, Message, Record, Severity, shared
from dslint.features.language import are_close, language_name, language_of
from dslint.features.language_codes import base
from dslint_rules.language._detector import DetectorRule
from dslint_rules.language._words import SPEAKS_OF_LANGUAGE, is_english, is_sentence
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
_LANGUAGES: Final = {base(code) for codes in _SCRIPTS.values() for code in codes.split()}
_SHORT_JAPANESE: Final = 20


class UnexpectedLanguage(DetectorRule):
    """A turn is in a language that `languages` does not list, so the model learns to speak it.

    **Why.** A few records of another language are what crawls, user logs and generators leave in a set. A turn is
    judged by its script, with at least six words of which 85 % are of one script. Languages that share a script are
    told apart in turns of 60 characters or more: a fast detector (`language-detector`) says which, langdetect has to
    agree, both with a probability of 0.9; close relatives, such as Norwegian and Danish, count as one. Code, and
    records that speak of languages or of translation, are left out.

    **When to ignore.** List the language in `languages`, or silence the files that are meant to be in it.

    **References.** [Understanding and Mitigating Language Confusion in LLMs](https://arxiv.org/abs/2406.20052).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = (
        'No finding in 23,000 English records of nine public files with languages = ["en"]; the 32 in one '
        'that mixes in Chinese are Chinese, and with ["zh"] 21 of 21 in three Chinese files are English, some'
        " of them on tasks about English words. Of 410 chat sentences in 24 languages with 60 characters or "
        "more the detectors agreed on 331, all of them right."
    )

    languages: tuple[str, ...] = shared((), description="Languages of the data, as ISO 639 codes: en, de, zh.")

    def unmet(self) -> str:
        """Ask for languages."""
        unknown = [code for code in self.languages if base(code) not in _LANGUAGES]
        if unknown:
            return f'set languages to ISO 639 codes that the rule knows; "{unknown[0]}" is none'
        return super().unmet() if self.languages else 'set languages, such as ["en", "de"]'

    # Which language a text is in is no pattern: its script is told first, the detector asked where that is not enough.
    def check(self, record: Record) -> Iterator[Finding]:
        """Report the first turn in another language."""
        wanted = {base(code) for code in self.languages}
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
        return self._detected(prose(text), wanted)

    def _detected(self, text: str, wanted: set[str]) -> str:
        """Return the language of ``text`` where it shares its script with those that are wanted."""
        if ("en" in wanted and is_english(text)) or CODE.search(text):
            return ""
        found = language_of(text, self.language_detector)
        return "" if not found or any(are_close(found, code) for code in wanted) else language_name(found)
