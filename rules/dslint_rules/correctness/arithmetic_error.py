"""The rule ``arithmetic-error``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from dslint.api import Field, Finding, Message, Record, RecordRule, turns
from dslint.features.fences import code_blocks
from dslint.features.patterns import expression
from dslint.features.splits import is_unwanted
from dslint_rules.correctness._arithmetic import Equation, evaluate, number, precision, wrong

_OTHER: Final = expression(
    r"\b(?:binary|hexa?decimal|octal|base[- ]?\d+|modul\w*|mod|incorrect\w*|wrong\w*|mistakes?|errors?|false"
    r"|puzzles?|riddles?|xor"
    r"|matri(?:x|ces)|vectors?|concatenat\w*|joke|paradox|falsch\w*|Fehler|Rätsel|incorrect[oa]s?|erreur"
    r"|faux)\b|错|二进制",
    re.IGNORECASE,
)
_CODE: Final = expression(
    r"==|!=|\+=|;[ \t]*$|\bdef \w+\(|\breturn\b|^[ \t]*(?:let|var|const|int|print)\b|[{}\\]", re.MULTILINE
)
_ANNOTATION: Final = expression(r"<<([^<>=\n]{1,100})=([^<>=\n]{1,40})>>")
_INLINE: Final = expression(r"`[^`\n]{1,400}`")
_SHOWN: Final = 60


class ArithmeticError(RecordRule):
    """A calculation in an answer has a wrong result (`6 + 4 = 14`), and the model learns it.

    **What.** Sums, differences, products and quotients of numbers that stand in full before an equals sign are computed
    exactly. A result counts as right if it is right when rounded, without its sign, or in another unit (cents for
    dollars, minutes for hours). What goes on behind the result, begins before the first number, or is about other
    number systems, mistakes, puzzles or code is left alone. `gsm8k` also computes calculator annotations
    (`<<48/2=24>>`).

    **When to ignore.** Where wrong calculations are shown on purpose.

    **References.** [AlpacaDataCleaned](https://github.com/gururise/AlpacaDataCleaned) on errors of arithmetic,
    [GSM8K](https://arxiv.org/abs/2110.14168).
    """

    precision = (
        "35 of 35 findings in 48,367 records of 27 public files (over 20,000 calculations), all read, are wrong; "
        "most are in GSM8K's training set and its copy. Calculator annotations are off by default."
    )
    candidates = turns("assistant").matches(r"[\d)%][ \t]*[+\-\x{2212}\x{2013}*/x\x{d7}÷·][ \t]*[\d.($€£¥]")

    gsm8k: bool = Field(False, description="Compute calculator annotations of the form `<<a+b=c>>` as well.")

    def check(self, record: Record) -> Iterator[Finding]:
        """Compute what the answers compute."""
        if record.format in ("evaluation", "text") or is_unwanted(record):
            return
        for turn in record.turns("assistant"):
            if not turn.trained or "=" not in turn.text:
                continue
            yield from self._annotations(turn)
            text = _without_code(_ANNOTATION.sub(lambda match: " " * len(match[0]), turn.text))
            found = list(wrong(text)) if text else []
            if not found or _OTHER.search(record.prompt) or _OTHER.search(turn.text) or _CODE.search(text):
                continue
            found = [each for each in found if turn.text[each[0].start : each[0].end] not in record.prompt]
            if found:
                yield self._report(turn, found)

    def _report(self, turn: Message, found: list[tuple[Equation, Fraction]]) -> Finding:
        equation, value = found[0]
        shown = " ".join(turn.text[equation.start : equation.end].split())
        shown = shown if len(shown) <= _SHOWN else f"…{shown[-_SHOWN:]}"
        more = f" ({len(found)} wrong results)" if len(found) > 1 else ""
        return self.finding(
            turn.span(equation.start, equation.end),
            f'"{shown}" is wrong, it is {_written(value)}{more}',
            wrong=len(found),
        )

    def _annotations(self, turn: Message) -> Iterator[Finding]:
        for match in _ANNOTATION.finditer(turn.text) if self.gsm8k else ():
            value = evaluate(match[1]) if match[1][:1] not in "+-*/" else None
            try:
                given = number(match[2])
            except ValueError:
                continue
            if value is not None and abs(value - given) > precision(match[2]):
                message = f'calculator annotation "{match[0][:_SHOWN]}" is wrong, it is {_written(value)}'
                yield self.finding(turn.span(match.start(), match.end()), message)


def _without_code(text: str) -> str:
    """Blank out code, keeping places."""
    for block in code_blocks(text):
        text = text[: block.start] + " " * (block.end - block.start) + text[block.end :]
    return _INLINE.sub(lambda match: " " * len(match[0]), text) if "`" in text else text


def _written(value: Fraction) -> str:
    return f"{value.numerator:,}" if value.denominator == 1 else f"{float(value):,.6g}"
