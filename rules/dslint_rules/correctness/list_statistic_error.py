"""The rule ``list-statistic-error``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from dslint.api import Finding, Record, RecordRule, turns
from dslint.features.patterns import expression
from dslint.features.splits import is_unwanted

_STATISTICS: Final = {
    "mean": r"mean|average|averages|Mittelwert|Durchschnitt|promedio|media aritmética|moyenne|平均值|平均数",
    "median": r"median|mediana|médiane|中位数",
    "sum": r"sum|Summe|suma|somme|总和",
}
_WORD: Final = expression(
    "|".join(
        rf"(?P<{name}>(?<![^\W\u4e00-\u9fff])(?:{words})(?![^\W\u4e00-\u9fff]))" for name, words in _STATISTICS.items()
    ),
    re.IGNORECASE,
)
_OTHERS: Final = expression(
    r"\b(?:mode|range|maximum|minimum|max|min|largest|smallest|product|difference|squares?|cubes?|squared"
    r"|round\w*|without"
    r"|functions?|code|scripts?|python|bash|java\w*|sql|excel|highest|lowest|program|except|ignor\w*|weighted"
    r"|even|odd|prime|strings?|moving|geometric|harmonic|deviation|variance|digits?"
    r"|how many|first|last|two|three|pairs?|positive|negative|greater|less|unique|distinct|consecutive"
    r"|multiples?|subsets?|above|below|per"
    r"|sort\w*|words?|matrix|array of arrays|Produkt|producto|produit)\b|函数|代码|偶数|奇数",
    re.IGNORECASE,
)
_ITEM: Final = r"[-\u2212]?\d{1,9}(?:\.\d{1,6})?"
_LIST: Final = expression(
    rf"(?<![\w.,/-]){_ITEM}(?:(?:\s?[,;、\uff0c]\s?(?:(?:and|und|y|et)\s)?|\s(?:and|und|y|et)\s|和"
    rf"|\s){_ITEM}){{2,60}}(?![\w%/:]|[.,]\d)"
)
_NUMBER: Final = expression(r"[-\u2212]?\d{1,15}(?:,\d{3}){0,5}(?:\.\d{1,15})?(?:\s?/\s?\d{1,9})?")
_CODE: Final = expression(r"\w\(|```|\breturn\b|\bimport\b|==")
_SLACK: Final = Fraction(1, 20)
_SHARE: Final = Fraction(6, 1000)


class ListStatisticError(RecordRule):
    """The mean, median or sum of numbers in the prompt is wrong in the answer.

    **What.** The prompt names one statistic, in English, German, Spanish, French or Chinese, and its only numbers are
    one list of three or more. No number of the answer, other than the list as it stands, is within 0.05 or 0.6 % of the
    right one. Sets that were rated good by language models hold such errors too.

    **When to ignore.** Where a part of the list is meant and the prompt does not say so.

    **References.** [AlpaGasus](https://arxiv.org/abs/2307.08701), whose selection still has 14 of them.
    """

    precision = (
        "14 of 14 findings in 48,367 records of 27 public files (Alpaca, code instructions), all read, are wrong; most "
        "are means of five numbers."
    )
    candidates = turns("user").matches(
        r"(?i)\b(?:mean|averages?|median|sum|mittelwert|durchschnitt|summe|promedio|media|mediana|suma"
        r"|moyenne|somme)\b"
        r"|m\xe9diane|\x{5e73}\x{5747}|\x{4e2d}\x{4f4d}\x{6570}|\x{603b}\x{548c}"
    ) & turns("user").matches(r"\d")

    def check(self, record: Record) -> Iterator[Finding]:
        """Compute the statistic and look for it in the answer."""
        if is_unwanted(record):
            return
        questions, answers = record.turns("user"), record.turns("assistant")
        if (
            record.format in ("evaluation", "text")
            or len(questions) != 1
            or len(answers) != 1
            or not answers[0].trained
        ):
            return
        asked = _asked(questions[0].text)
        text = answers[0].text
        if asked is None or _CODE.search(text):
            return
        name, values, listed = asked
        right = _statistic(name, values)
        given = _numbers(text.replace(listed, " "))
        if not given or any(abs(each - right) <= max(_SLACK, abs(right) * _SHARE) for each in given):
            return
        number = f"{right.numerator:,}" if right.denominator == 1 else f"{float(right):,.6g}"
        message = f"the {name} of the {len(values)} numbers in the prompt is {number}, which is not in the answer"
        yield self.finding(answers[0], message, right=float(right))


def _asked(prompt: str) -> tuple[str, list[Fraction], str] | None:
    """Return the statistic that is asked for, the numbers, and the list as it stands."""
    names = {match.lastgroup for match in _WORD.finditer(prompt)}
    lists = _LIST.findall(prompt)
    if len(names) != 1 or len(lists) != 1 or _OTHERS.search(prompt):
        return None
    if re.search(r"\d,\d", lists[0]) and re.search(r"\s|[;、\uff0c]", lists[0]):
        return None  # commas of two kinds: some of them may be decimal
    inside = re.findall(_ITEM, lists[0])
    if len(re.findall(r"\d+(?:\.\d+)?", prompt)) != len(inside) or re.search(r"\d,\d{3}(?!\d)", lists[0]):
        return None
    return str(next(iter(names))), [Fraction(item.replace("\u2212", "-")) for item in inside], lists[0]


def _statistic(name: str, values: list[Fraction]) -> Fraction:
    if name == "median":
        from statistics import median  # with decimals and random numbers it takes longer to import than all rules here

        return median(values)
    return sum(values, Fraction(0)) / (len(values) if name == "mean" else 1)


def _numbers(text: str) -> list[Fraction]:
    found = []
    for match in _NUMBER.findall(text):
        top, _, bottom = match.replace(",", "").replace("\u2212", "-").replace(" ", "").partition("/")
        found.append(Fraction(top))
        if bottom and int(bottom):
            found.append(Fraction(top) / int(bottom))
    return found
