"""The rule ``mixed-language``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final, NamedTuple

from dslint.api import Finding, Message, Record, Severity, Status, turns
from dslint.features.language import are_close, language_name, language_of
from dslint.features.patterns import expression
from dslint.features.script import NON_LATIN
from dslint_rules.language._detector import DetectorRule, is_judged
from dslint_rules.language._words import FOREIGN, SPEAKS_OF_LANGUAGE, is_english, is_foreign, is_sentence
from dslint_rules.language._writing import CODE, SHARED_SCRIPTS, described, prose, writing

_PARAGRAPH: Final = expression(r"[^\n]*\S[^\n]*")
_QUOTED: Final = expression(
    '\\s*(?:[>"\'\u00ab\u201c\u201e\u2018\u300c\u300e\u300a|]|[^:\uff1a\n]{1,40}[:\uff1a]\\s*["\u201c\u300c\u00ab])'
)
_ARTICLES: Final = 2


class _Part(NamedTuple):
    start: int
    end: int
    language: str
    name: str


class MixedLanguage(DetectorRule):
    """An answer changes its language from one paragraph to the next, so the model learns to drift.

    **Why.** A generator that falls back to the language that it knows best does so in the middle of an answer, and a
    model tuned on it does the same. Each paragraph is told by its script, with at least six words of which 85 % are of
    one script, or, where scripts are shared and it has 60 characters, by a fast detector and langdetect together.
    Quotes, code, and records that speak of languages or of translation are left out, as are prompts in both languages.

    **When to ignore.** Bilingual answers are meant, as in data for language lessons.

    **References.** [Understanding and Mitigating Language Confusion in LLMs](https://arxiv.org/abs/2406.20052), where
    this is line-level confusion.
    """

    severity: ClassVar[Severity] = Severity.WARNING
    status: ClassVar[Status] = Status.PREVIEW
    precision: ClassVar[str] = (
        "No finding in 48,367 records of 27 public files, so its precision is known on made cases only. "
        "Known: a paragraph that cites without quotation marks."
    )
    candidates = turns("assistant").multiline & (
        turns("assistant").matches(NON_LATIN) | turns("assistant").matches(FOREIGN)
    )

    def check(self, record: Record) -> Iterator[Finding]:
        """Report the first paragraph in another language than the one before it."""
        if not is_judged(record):
            return
        for turn in record.turns("assistant"):
            if not turn.trained or CODE.search(turn.text):
                continue
            parts = list(self._parts(turn.text))
            change = _change(parts)
            if not change or self._is_meant(record):
                continue
            yield self._report(turn, parts, change)
            return

    def _parts(self, text: str) -> Iterator[_Part]:
        """Yield the paragraphs whose language is beyond doubt."""
        if not is_foreign(text):
            return
        for match in _PARAGRAPH.finditer(text):
            if _QUOTED.match(match.group()):
                continue
            language, name = self._language(match.group())
            if language:
                yield _Part(match.start(), match.end(), language, name)

    def _language(self, text: str) -> tuple[str, str]:
        """Return what a paragraph is written in, as a key and for people; empty where that is not sure."""
        script = writing(text).name
        if script not in SHARED_SCRIPTS:
            return script, described(script)
        if script == "Latin" and not is_sentence(prose(text), _ARTICLES):
            return "", ""
        if is_english(text):
            return "en", language_name("en")
        found = language_of(prose(text), self.language_detector) if is_foreign(text) else ""
        return found, language_name(found)

    def _is_meant(self, record: Record) -> bool:
        """Whether the record speaks of languages, or somebody else in it mixes them."""
        return any(
            SPEAKS_OF_LANGUAGE.search(turn.text)
            or (turn.role != "assistant" and _change(list(self._parts(turn.text))) > 0)
            for turn in record.messages
        )

    def _report(self, turn: Message, parts: list[_Part], change: int) -> Finding:
        first, other = parts[0], parts[change]
        count = sum(are_close(part.language, other.language) for part in parts)
        return self.finding(
            turn.span(other.start, other.end),
            f"answer is written in {first.name} and changes to {other.name}, {count} of {len(parts)} paragraphs",
            first=first.name,
            other=other.name,
            paragraphs=count,
        )


def _change(parts: Sequence[_Part]) -> int:
    """Return the first part in another language than the one that the text begins with; 0 where all agree."""
    return next((at for at, part in enumerate(parts) if not are_close(part.language, parts[0].language)), 0)
