"""The rule ``stock-phrase-rate``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

from dslint.api import Condition, DatasetRule, Field, Finding, Record, Severity, turns
from dslint.features.patterns import compile_pattern, encodable, search
from dslint.features.splits import AreTaught, is_taught
from dslint.features.tally import Tally
from dslint.features.views import Responses
from dslint_rules.synthetic._phrases import STOCK

EXAMPLES = 3
SEVERAL = 3


@dataclass(slots=True)
class Phrases:
    """Answers seen, those with phrases, and how many answers have each phrase."""

    answers: int = 0
    some: int = 0
    several: Tally = field(default_factory=lambda: Tally(EXAMPLES))
    counts: Counter[int] = field(default_factory=Counter)


class StockPhraseRate(DatasetRule[Phrases]):
    """Answers are full of an assistant's stock phrases, and the model learns the tone instead of the matter.

    **Why.** Text of assistants is formulaic: "delve into", "plays a crucial role", "I hope this helps". Of answers that
    people wrote, 1 to 4 % hold one of the phrases known here, of GPT-3's 9 %, of later assistants' 16 to 49 %. It is
    reported when more than `max-share` of the answers hold one, or more than `max-several` hold three or more. The
    phrases are mostly English, with some Chinese, German, Spanish and French.

    **When to ignore.** The tone of an assistant is what you want to teach.

    **References.** [The False Promise of Imitating Proprietary LLMs](https://arxiv.org/abs/2305.15717).
    """

    severity: ClassVar[Severity] = Severity.NOTE
    precision: ClassVar[str] = (
        "6 findings on 12 of the public files taken one by one, all on answers of later assistants (alpaca_en_demo 25 "
        "%, "
        "v1_sft 22 %, KTO 44 %, DPO 48 % and 16 %, Glaive 49 %); silent on GPT-3's Alpaca (8.6 %), GSM8K and the seed "
        "tasks that people wrote (1.1 %)"
    )

    max_share: float = Field(0.15, gt=0, le=1, description="Share of answers with a phrase above which it is reported.")
    max_several: float = Field(0.02, gt=0, le=1, description="Share of answers with three different phrases, likewise.")
    min_records: int = Field(100, ge=1, description="Smaller datasets are not judged.")
    extend_phrases: tuple[str, ...] = Field((), description="Further phrases, as literal text, compared without case.")
    ignore_phrases: tuple[str, ...] = Field((), description="Phrases, as the message names them, that do not count.")

    def necessary(self) -> Condition | None:
        """One of the phrases; only one with a line break could go over the end of a turn."""
        if any("\n" in phrase for phrase in self.extend_phrases):
            return None
        return turns("assistant").matches(f"(?i){_any_of(self.extend_phrases, self.ignore_phrases)}")

    def zero(self) -> Phrases:
        """Return nothing seen."""
        return Phrases()

    def add(self, state: Phrases, record: Record) -> Phrases:
        """Count the phrases of a record's answers."""
        if not _counts(record):
            return state
        text = record.response
        state.answers += 1
        found = _matcher(self.extend_phrases, self.ignore_phrases)(text)
        if found:
            state.some += 1
            state.counts.update(found)
            if len(found) >= SEVERAL:
                state.several.add(record.ref, f"{len(found)} phrases", rank=-len(found))
        return state

    def add_rest(
        self, state: Phrases, _records: Sequence[Record], taught: AreTaught, responses: Responses, /
    ) -> Phrases:
        """Count answers without a phrase."""
        state.answers += sum(
            counts and text != "" and not text.isspace()
            for counts, text in zip(taught.tolist(), responses, strict=True)
        )
        return state

    def merge(self, left: Phrases, right: Phrases) -> Phrases:
        """Add counts up."""
        left.answers += right.answers
        left.some += right.some
        left.several.merge(right.several)
        left.counts.update(right.counts)
        return left

    def finish(self, state: Phrases) -> Iterator[Finding]:
        """Yield a finding where too many answers hold phrases."""
        total, several = state.answers, state.several.count
        if total < self.min_records or (state.some <= self.max_share * total and several <= self.max_several * total):
            return
        names = _names(self.extend_phrases, self.ignore_phrases)
        top = sorted(state.counts.items(), key=lambda item: (-item[1], item[0]))[:5]
        shown = ", ".join(f'"{names[phrase]}" {count / total:.1%}' for phrase, count in top[:3])
        yield self.finding(
            None,
            f"{state.some / total:.1%} of {total:,} answers hold a stock phrase, {several / total:.1%} three or more; "
            f"limits are {self.max_share:.0%} and {self.max_several:.0%}; most often, with variants: {shown}",
            score=min(1.0, state.some / total),
            related=[(example.ref, example.note) for example in state.several.examples],
            share=round(state.some / total, 4),
            several=round(several / total, 4),
            records=total,
            phrases={names[phrase]: count for phrase, count in top},
        )


def _counts(record: Record) -> bool:
    text = record.response
    return is_taught(record) and text != "" and not text.isspace()


@lru_cache(maxsize=8)
def _any_of(extra: tuple[str, ...], ignored: tuple[str, ...]) -> str:
    """Return an expression for any of the phrases."""
    patterns = _patterns(extra)
    return "|".join(f"(?:{patterns[name]})" for name in _names(extra, ignored))


def _patterns(extra: tuple[str, ...]) -> dict[str, str]:
    return dict(STOCK) | {phrase: _literal(phrase) for phrase in extra}


@lru_cache(maxsize=8)
def _matcher(extra: tuple[str, ...], ignored: tuple[str, ...]) -> Callable[[str], list[int]]:
    names = _names(extra, ignored)
    patterns = _patterns(extra)
    compiled: list[Any] = [compile_pattern(f"(?i:{patterns[name]})") for name in names]
    any_of = compile_pattern(f"(?i){_any_of(extra, ignored)}")

    @lru_cache(maxsize=4096)
    def named(piece: str) -> int:
        return next((number for number, pattern in enumerate(compiled) if search(pattern, piece)), -1)

    def matches(text: str) -> list[int]:
        text = encodable(text)
        return sorted({named(match.group()) for match in any_of.finditer(text)} - {-1})

    return matches


@lru_cache(maxsize=8)
def _names(extra: tuple[str, ...], ignored: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in (*(name for name, _ in STOCK), *extra) if name not in ignored)


def _literal(phrase: str) -> str:
    return "".join(f"\\{char}" if char in "\\.+*?()|[]{}^$" else char for char in phrase)
