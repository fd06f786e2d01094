"""A rough guess at how hard a task is, from what can be counted."""

from __future__ import annotations

from typing import Final

from dslint.api import Record
from dslint.features.length import word_count
from dslint.features.patterns import expression

LEVELS: Final = ("easy", "medium", "hard")
_NUMBER: Final = expression(r"\d+")
_HEAD: Final = 20_000


def level(record: Record) -> str:
    """Return ``easy``, ``medium`` or ``hard``.

    One point each for a prompt of 40 words and of 150, for three numbers in it, for three user turns, for an answer of
    80 words and of 250, and for one of five lines. No point is easy, three and more are hard. The cut-offs are
    absolute, so that a set of nothing but easy tasks does not look balanced.
    """
    prompt, response = record.prompt[:_HEAD], record.response[:_HEAD]
    asked, answered = word_count(prompt), word_count(response)
    points = (
        (asked >= 40)
        + (asked >= 150)
        + (answered >= 80)
        + (answered >= 250)
        + (response.count("\n") >= 4)
        + (len(_NUMBER.findall(prompt)) >= 3)
        + (len(record.turns("user")) >= 3)
    )
    return LEVELS[0 if points == 0 else 1 if points < 3 else 2]
