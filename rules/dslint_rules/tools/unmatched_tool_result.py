"""The rule ``unmatched-tool-result``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Final

from dslint.api import Finding, HasTools, Message, Record, RecordRule, Ref, Severity
from dslint.features.patterns import expression
from dslint_rules.tools._calls import CALLERS, Unreadable, calls_of, has_call, value_at

_LIKE_A_CALL: Final = expression(
    r"<\|?(?:tool|function|python|plugin)|<invoke|<execute|\[TOOL|TOOL_CALL|functioncall|function_call|tool_use"
    r'|action\s*:|"name"|```|\w\([^()\n]{0,300}\)',
    re.IGNORECASE,
)
"""Words of calls that are written into an answer in a form of the model's own."""
_RESULT_ID: Final = "tool_call_id"

Problem = tuple[Ref, str]


@dataclass(slots=True)
class _Open:
    """Calls that wait for their results."""

    turn: Message
    calls: int = 0
    ids: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    results: int = 0
    certain: bool = True

    def missing(self) -> str:
        """Say which calls have no result; empty when all may have one."""
        if not self.results:
            return (
                "tool call has no result before the next turn"
                if self.calls == 1
                else (f"{self.calls} tool calls have no result before the next turn")
            )
        without = [number for number in self.ids if number not in self.answered]
        nameless = self.results - sum(self.answered[number] for number in self.ids)
        if len(without) <= nameless or self.ids.total() < self.calls:
            return ""
        return f'tool call "{without[0][:40]}" has no result, {self.results} of {self.calls} have one'


class UnmatchedToolResult(RecordRule):
    """A tool call has no result, or a result no call, so the model learns to answer from what it has not seen.

    Where calls and results have ids they must agree within the turn of the calls and its results, and an id must not
    stand twice among them; without ids a result must follow a call, and a call be followed by one. A call at the end
    of a record waits for its result and is fine, and so is one result for several calls. Answers that write calls in a
    form of their own (`<tool_call>`, `Action:`, code) count as calls.

    **Why.** OpenAI refuses such records and LLaMA-Factory drops them; the templates of Mistral raise an error. Where
    nothing stops, a call without result teaches the model to make the result up.

    **When to ignore.** Where results of a search are put into the conversation as tool turns that nothing called for.

    **References.** [OpenAI: function calling](https://platform.openai.com/docs/guides/function-calling),
    [LLaMA-Factory data](https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md).
    """

    severity: ClassVar[Severity] = Severity.ERROR
    precision: ClassVar[str] = (
        "2 of 2 findings in 650 records with tools of 3 public files are true: calls that translation turned into "
        "prose. What was planted was found, 459 of 459 records. No finding in the same records with calls as text "
        "(Hermes)."
    )
    candidates = HasTools()

    def check(self, record: Record) -> Iterator[Finding]:
        """Report the first break between calls and results, with how many there are."""
        problems = list(self._problems(record))
        if problems:
            where, message = problems[0]
            more = (
                f", and {len(problems) - 1} more such place{'s' if len(problems) > 2 else ''} in this record"
                if len(problems) > 1
                else ""
            )
            yield self.finding(where, message + more, places=len(problems))

    def _problems(self, record: Record) -> Iterator[Problem]:
        waiting: _Open | None = None
        before: Message | None = None
        for turn in record.messages:
            if turn.role == "tool":
                yield from self._result(turn, waiting, before, record)
                continue
            if turn.role in CALLERS and has_call(turn):
                if waiting is not None and waiting.results:
                    yield from _close(waiting)
                    waiting = None
                waiting = waiting or _Open(turn)
                yield from _add(waiting, turn, record)
            elif waiting is not None:
                yield from _close(waiting)
                waiting = None
            before = turn

    def _result(
        self, turn: Message, waiting: _Open | None, before: Message | None, record: Record
    ) -> Iterator[Problem]:
        number = value_at(record.data, f"{turn.pointer}/{_RESULT_ID}")
        number = number if isinstance(number, str) else None
        if waiting is None:
            if before is not None and (before.role == "user" or _says_no_call(before)):
                yield turn.ref, f"tool result directly after a turn of role {before.role} that holds no tool call"
            return
        waiting.results += 1
        if number is None:
            if waiting.certain and waiting.results == waiting.calls + 1:
                yield turn.ref, f"more tool results than calls: {waiting.calls} expected"
            return
        waiting.answered[number] += 1
        if waiting.ids and waiting.ids.total() == waiting.calls and waiting.certain:
            if number not in waiting.ids:
                yield turn.ref, f'tool result "{number[:40]}" answers no call of the turn before'
            elif waiting.answered[number] == waiting.ids[number] + 1:
                yield turn.ref, f'tool call "{number[:40]}" has two results'


def _says_no_call(turn: Message) -> bool:
    return turn.role == "assistant" and not _LIKE_A_CALL.search(turn.text)


def _add(waiting: _Open, turn: Message, record: Record) -> Iterator[Problem]:
    for call in calls_of(turn, record):
        if isinstance(call, Unreadable):
            waiting.certain = False
            continue
        waiting.calls += 1
        if call.id:
            waiting.ids[call.id] += 1
            if waiting.ids[call.id] == 2:
                yield record.ref.at(call.pointer), f'two tool calls of one turn have the id "{call.id[:40]}"'


def _close(waiting: _Open) -> Iterator[Problem]:
    if waiting.certain and waiting.calls and (message := waiting.missing()):
        yield waiting.turn.ref, message
