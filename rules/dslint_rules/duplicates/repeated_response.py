"""One long answer to many prompts."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Final

from dslint.api import Field, Finding, Group, GroupRule, Record
from dslint.features.digest import context_key
from dslint.features.letters import ANSWER, SIZE, Letters
from dslint.features.patterns import expression
from dslint.features.repeats import related_name
from dslint.features.text import normalise
from dslint_rules.duplicates._groups import confirmed

_RELATED: Final = 5
_FEW: Final = 3
"""Two prompts with one answer may be one prompt in other words."""
_MIN_RECORDS: Final = 100
"""A share of fewer records says nothing."""
_REFUSAL: Final = expression(
    r"\b(?:sorry|unable|cannot|can['\u2019]t|not able|as an ai|apologi[sz]e|tut mir leid|leider|lo siento|désolée?)\b"
    r"|抱歉|对不起|對不起|无法|無法|不能|عذر|آسف|क्षमा|माफ़",
    re.IGNORECASE,
)


class RepeatedResponse(GroupRule):
    """One long answer is given to many different prompts, which hints at a template or a broken generator.

    An answer counts from `min-count` different prompts on; in datasets of a hundred records and more, three that are
    `min-share` of them are enough. Only answers to the first question of a conversation count, as farewells repeat;
    refusals do not count.

    **When to ignore.** One answer is right for many prompts, such as a fixed form of a call or a notice.

    **References.** [Wang et al.: Self-Instruct](https://arxiv.org/abs/2212.10560).
    """

    precision: ClassVar[str] = (
        "10 of 10 on 27 public files (GPTeacher toolformer): one answer to prompts that ask the same in "
        "other words, of whose 64 records its authors kept 5"
    )

    min_count: int = Field(5, ge=2, description="Different prompts from which on an answer counts as repeated.")
    min_share: float = Field(0.01, gt=0, le=1, description="Share of the records that is enough, too, from three on.")
    min_length: int = Field(60, ge=1, description="Letters and digits from which on an answer counts as long.")

    def key_rows(self, records: Sequence[Record], letters: Letters, /) -> tuple[Any, Any]:
        """Screen by the letters and digits of the answer."""
        long = (letters[:, SIZE] >= self.min_length).tolist()
        return letters[:, ANSWER], [one and _is_first(record) for one, record in zip(long, records, strict=True)]

    @property
    def least(self) -> int:
        """Smaller groups cannot have enough prompts."""
        return min(self.min_count, _FEW)

    def check(self, group: Group) -> Iterator[Finding]:
        """Report each answer once, where it is given for the second time."""
        least = self.min_count
        if group.total >= _MIN_RECORDS:
            least = min(least, max(_FEW, math.ceil(self.min_share * group.total)))
        if len(group.refs) < least:
            return
        for records in confirmed(group, lambda record: normalise(_answer(record)).encode("utf-8", "surrogatepass")):
            prompts = {context_key(record): record for record in reversed(records)}
            if len(prompts) < least or _REFUSAL.search(_answer(records[0])[:200]):
                continue
            first, second, *others = sorted(prompts.values(), key=lambda record: record.ref.order)
            yield self.finding(
                second.turns("assistant")[0],
                f"same {len(_answer(second)):,}-character answer to {len(prompts):,} different prompts, "
                f"the first at {related_name()}",
                related=[(record, "another prompt with this answer") for record in (first, *others[:_RELATED])],
                prompts=len(prompts),
            )


def _answer(record: Record) -> str:
    return record.response if _is_first(record) else ""


def _is_first(record: Record) -> bool:
    """Whether there is one question only."""
    return [turn.role for turn in record.messages].count("user") == 1
