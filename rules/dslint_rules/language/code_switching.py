"""The rule ``code-switching``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import Field, Finding, Record, RecordRule, Severity, Status, turns
from dslint.features.patterns import expression
from dslint.features.script import BLOCKS
from dslint_rules.language._detector import is_judged
from dslint_rules.language._words import SPEAKS_OF_LANGUAGE
from dslint_rules.language._writing import CODE, prose, writing

_WRITTEN_IN: Final = {
    "Chinese": ("han",),
    "Japanese": ("han", "kana"),
    "Korean": ("hangul", "han"),
    "Latin": ("latin",),
}
_NEVER_STRAY: Final = ("latin", "greek")
"""Names, units and formulas stand in these in any language."""
_STRAY: Final = "".join(ranges for name, ranges in BLOCKS.items() if name not in _NEVER_STRAY)
_RUNS: Final = expression(
    "|".join(f"(?P<{name}>[{ranges}]+)" for name, ranges in BLOCKS.items() if name not in _NEVER_STRAY)
)
_SET_APART: Final = expression(
    "\"[^\"\n]{0,300}\"|\u201c[^\u201d\n]{0,300}\u201d|\u2018[^\u2019\n]{0,300}\u2019|(?<!\\w)'[^'\n]{0,300}'(?!\\w)"
    "|\u00ab[^\u00bb\n]{0,300}\u00bb|[\u300a\u300c\u300e\u3008\u3010][^\u300b\u300d\u300f\u3009\u3011\n]{0,300}"
    "[\u300b\u300d\u300f\u3009\u3011]|[(\uff08\\[][^()\uff08\uff09\\[\\]\n]{0,300}[)\uff09\\]]"
    "|^[^\n]*(?:[|=\u2192\t]|\\*\\*|__)[^\n]*$",
    re.MULTILINE,
)
_BEFORE: Final = expression(r"[^\W\d_],?\s{0,2}$")
_AFTER: Final = expression(r"\s{0,2}(?:[^\W\d_]|[.,;!?\u3002\uff0c\uff01\uff1f])")
_TITLES: Final = {"han": "Chinese", "kana": "Japanese", "hangul": "Korean"}
_UNITS: Final = 20


class CodeSwitching(RecordRule):
    """A sentence of an answer has a word in letters of another language, as models slip into their main one.

    **Why.** Generators trained mostly on Chinese or Russian now and then write a word of it in the middle of a sentence
    in another language, and a model tuned on the answers learns the slip. A word is stray where it stands between
    words of the answer's own letters, outside of quotes, brackets, tables and code, and nothing that was asked has such
    letters or speaks of languages. Latin and Greek letters never are: names, units and formulas are written in them.

    **When to ignore.** Speakers mix languages, as in chats of bilingual people.

    **References.** [Understanding and Mitigating Language Confusion in LLMs](https://arxiv.org/abs/2406.20052), where
    this is word-level confusion.
    """

    severity: ClassVar[Severity] = Severity.WARNING
    status: ClassVar[Status] = Status.PREVIEW
    precision: ClassVar[str] = (
        "No finding in 48,367 records of 27 public files, so its precision is known on made cases only. "
        "Known: names that are not transcribed."
    )
    candidates = turns("assistant").matches(f"[{_STRAY}]")

    max_share: float = Field(0.1, gt=0, le=0.5, description="Share of letters from which on the text is bilingual.")

    def check(self, record: Record) -> Iterator[Finding]:
        """Report the first answer with stray words."""
        if not is_judged(record):
            return
        for turn in record.turns("assistant"):
            written = writing(turn.text)
            if not turn.trained or written.units < _UNITS or not written.name or CODE.search(turn.text):
                continue
            own = _WRITTEN_IN.get(written.name, (written.name.lower(),))
            words = _stray_words(turn.text, own)
            if not words or sum(len(word) for word, *_ in words) > self.max_share * len(turn.text):
                continue
            scripts = {script for _, script, *_ in words}
            if not _is_meant(record, scripts):
                _, script, start, end = words[0]
                letters = _TITLES.get(script, script.capitalize())
                others = f", {len(words) - 1} more such words" if len(words) > 1 else ""
                yield self.finding(
                    turn.span(start, end),
                    f"answer has a word in {letters} letters inside a sentence{others}",
                    script=script,
                    words=len(words),
                )
                return


def _stray_words(text: str, own: tuple[str, ...]) -> list[tuple[str, str, int, int]]:
    """Return words in letters that are not the text's ``own``, with their script and place."""
    if not any(match.lastgroup not in own for match in _RUNS.finditer(text)):
        return []
    blanked = _SET_APART.sub(lambda match: "\x00" * len(match.group()), text)
    found = []
    for match in _RUNS.finditer(blanked):
        script = match.lastgroup or ""
        inside = _BEFORE.search(blanked, max(0, match.start() - 6), match.start())
        if script not in own and inside and _AFTER.match(blanked, match.end()):
            found.append((match.group(), script, match.start(), match.end()))
    return found


def _is_meant(record: Record, scripts: set[str]) -> bool:
    """Whether what was asked has such letters, or something speaks of languages."""
    for turn in record.messages:
        if SPEAKS_OF_LANGUAGE.search(prose(turn.text)):
            return True
        if turn.role != "assistant" and any(match.lastgroup in scripts for match in _RUNS.finditer(turn.text)):
            return True
    return False
