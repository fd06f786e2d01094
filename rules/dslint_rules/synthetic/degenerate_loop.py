"""The rule ``degenerate-loop``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Final

from dslint.api import Field, Finding, Record, RecordRule, Severity
from dslint.features.loops import may_loop
from dslint.features.patterns import expression
from dslint.features.splits import is_unwanted
from dslint.features.views import Responses
from dslint_rules.synthetic._loops import LONG, find_loop

SHOWN: Final = 40
_WANTED: Final = expression(
    r"\b(?:repeat\w*|repetiti\w+|times|over and over|loop\w*|songs?|lyrics?|chorus|refrain|poems?|verses?|raps?|chants?"
    r"|mantras?|hymns?|lullaby|rhymes?|limericks?|drums?|pattern|echo|stutter\w*|wiederhol\w*|lied(?:er|text)?"
    r"|gedicht\w*"
    r"|refrán|canci[oó]n\w*|poemas?|repite|repetir|chansons?|poèmes?|répét\w*|chords?|tabs?|music|melod\w+|sheet)\b"
    r"|重复|重複|歌词|歌詞|歌曲|诗|詩|繰り返|повтор|песн|стих",
    re.IGNORECASE,
)


class DegenerateLoop(RecordRule):
    """An answer says the same over and over, and the model learns to get stuck in a loop.

    **Why.** Generation without a repetition penalty ends in loops that run to the limit of tokens; one such answer
    holds the loop a hundred times, and trains it a hundred times. Reported are units of two different words or more
    that stand five times in a row, and units of eight words or more that stand there four times; in scripts without
    spaces, units of three different characters. Code, tables and mark-up are left out, and prompts that ask for a song,
    a poem or a repetition, or that hold the loop themselves.

    **When to ignore.** The data is about text that repeats itself, such as transcripts of chants.

    **References.** [The Curious Case of Neural Text Degeneration](https://arxiv.org/abs/1904.09751).
    """

    severity: ClassVar[Severity] = Severity.NOTE
    precision: ClassVar[str] = (
        "A note, as hardly a finding on real data was read: the one loop in 48,367 records of 27 public files (3,335 "
        "characters of laughter; not reported, as its answer is labelled as unwanted), and nothing else there or in "
        "40 MB of source code and documentation. Otherwise made cases in seven languages. Known: refrains and drills "
        "that the prompt does not ask for by a known word."
    )

    times: int = Field(5, ge=3, description="How often a unit must stand in a row.")
    sentence_times: int = Field(4, ge=3, description="How often, for units of eight words (16 characters) or more.")
    min_unit: int = Field(8, ge=2, description="Shortest unit in characters; half of it in scripts without spaces.")

    def candidate_rows(self, records: Sequence[Record], responses: Responses, /) -> Any:  # noqa: ARG002 - texts tell
        """Return the records in which words recur at one distance for as long as in a loop."""
        return may_loop(responses, self.times, self.sentence_times, LONG, self.min_unit)

    def check(self, record: Record) -> Iterator[Finding]:
        """Report the longest loop of the first answer that has one."""
        if record.format in ("evaluation", "unknown") or is_unwanted(record):
            return
        for turn in record.messages:
            if turn.role != "assistant" or not turn.trained:
                continue
            text = turn.text
            loop = find_loop(text, self.times, self.sentence_times, self.min_unit)
            if loop is None:
                continue
            unit = text[loop.start : loop.start + loop.unit]
            prompt = record.prompt
            if _WANTED.search(prompt) or prompt.count(unit.strip()) >= self.sentence_times:
                return
            shown = " ".join(unit.split())
            shown = shown if len(shown) <= SHOWN else shown[:SHOWN] + "\u2026"
            yield self.finding(
                turn.span(loop.start, loop.end),
                f'"{shown}" stands {loop.times} times in a row, {loop.end - loop.start:,} of {len(text):,} characters',
                score=min(1.0, 0.5 + (loop.end - loop.start) / len(text) / 2),
                times=loop.times,
                unit=loop.unit,
            )
            return
