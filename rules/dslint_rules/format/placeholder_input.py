"""An input field that says in words that there is no input."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dslint.api import Field, Finding, Record, RecordRule, part
from dslint.features.patterns import expression

MAX_LENGTH: Final = 60
_PHRASE_LINES: Final = """
noinput|no input|no inputs|no input required|no input needed|no input necessary|no input provided|no input given
no input is required|no input is needed|no additional input|no additional input required|input not required
no context|no context provided|n/a|no input data|keine eingabe|keine eingabe erforderlich|ohne eingabe|aucune entrée
pas d'entrée|sin entrada|no hay entrada|ninguna entrada|sem entrada|nenhuma entrada|nessun input|geen invoer
нет ввода|giriş yok|无输入|没有输入|無輸入|无需输入|入力なし|입력 없음|بدون إدخال|कोई इनपुट नहीं
"""
_WORD_LINES: Final = """
not applicable|not available|na|none|null|nil|nan|empty|input
keine|nicht zutreffend|entfällt|aucun|aucune|sans objet|ninguno|ninguna|no aplica|nenhum|nenhuma|não aplicável
nessuno|non applicabile|geen|нет|не требуется|не применимо|нет данных|brak|brak danych|yok
无|無|不适用|空|暂无|なし|該当なし|없음|해당 없음|لا يوجد|لا شيء|غير متوفر|कोई नहीं|लागू नहीं|không có
"""
_MARKS: Final = expression(r"^[\W_]+|[\W_]+$")
_ABOUT_A_WORD: Final = expression(
    r"\b(?:(?:the|this|that|these|given|following|each) (?:\w+ )?(?:words?|terms?|phrases?|expressions?|values?"
    r"|symbols?|elements?|letters?|tokens?|strings?|characters?|variables?|names?|labels?|pronouns?)"
    r"|translat\w*|synonyms?|antonyms?|opposite|defin\w+|meanings?|part of speech|capital\w*|upper ?case|lower ?case"
    r"|plural|spell\w*|pronounc\w*|conjugat\w*|rhymes?|wort|wörter|begriff|übersetz\w*|palabra|traduc\w*|término|mot"
    r"|tradui\w*|parola|palavra|слово|перевед\w*)\b|翻译|翻譯|訳|单词|词|字|単語|言葉|단어|번역|كلمة|ترجم|शब्द|अनुवाद",
    re.IGNORECASE,
)
_SPACES: Final = expression(r"[\s_-]+")


class PlaceholderInput(RecordRule):
    """An input says in words that there is none (`<noinput>`, `N/A`), so the model learns to read it as an input.

    Trainers choose the template without an input only where the field is empty. The whole field must be such a word, in
    any case and with any brackets around it. A word that the instruction names is taken for real input; so is one like
    `none` or `empty` without brackets where the instruction speaks of a word, a value or the like. Each is a finding of
    its own, even where a hundredth of a file has one, as each is mended by itself.

    **When to ignore.** Your prompt template wants such a word where there is no input, at inference as well.

    **References.** [AlpacaDataCleaned](https://github.com/gururise/AlpacaDataCleaned), [Stanford Alpaca: prompt
    template](https://github.com/tatsu-lab/stanford_alpaca).
    """

    precision = (
        "140 of 140 on 27 public files, read by value and 30 in full; silent on 10 real inputs such as `none` and `Na`"
    )

    candidates = part("input").length(1, MAX_LENGTH)

    extend_values: tuple[str, ...] = Field((), description="Further values that stand for no input.")

    def check(self, record: Record, /) -> Iterator[Finding]:
        """Compare the input with the values."""
        given = record.input
        if given is None or not given.text or len(given.text) > MAX_LENGTH:
            return
        value = _plain(given.text)
        if value not in VALUES and value not in {_plain(extra) for extra in self.extend_values}:
            return
        if record.instruction is not None and _is_real(record.instruction.text, given.text, value):
            return
        yield self.finding(
            record.ref.at(given.pointer),
            f'input is the placeholder "{given.text.strip()}", expected empty',
            score=0.9,
        )


def _plain(text: str) -> str:
    """Return ``text`` in lower case, without what stands around it."""
    return _SPACES.sub(" ", _MARKS.sub("", text.casefold()))


def _values(lines: str) -> frozenset[str]:
    return frozenset(_plain(value) for value in lines.replace("\n", "|").split("|") if value)


_WORDS: Final = _values(_WORD_LINES)
VALUES: Final = _values(_PHRASE_LINES) | _WORDS


def _is_real(instruction: str, given: str, value: str) -> bool:
    """Whether the instruction names the value, or asks about a word or the like that the value can be."""
    if " " not in value and re.search(rf"\b{re.escape(value)}\b", instruction, re.IGNORECASE):
        return True
    bare = given.strip()[:1].isalnum() and value in _WORDS
    return bare and _ABOUT_A_WORD.search(instruction) is not None
