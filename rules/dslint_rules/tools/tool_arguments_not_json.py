"""The rule ``tool-arguments-not-json``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from dslint.api import Finding, HasTools, Levels, Record, RecordRule, Severity, Target, shared
from dslint_rules.tools._calls import CALLERS, Call, Unreadable, calls_of, declared, parse, tools_pointer

_ABSENT: Final = "a call without arguments"
_PLAIN: Final = frozenset({"alpaca", "system-instruction", "question-answer", "text", "unknown"})
"""Formats in which a field called ``tools`` may be about something else."""

Problem = tuple[str, str, Severity]


class ToolArgumentsNotJson(RecordRule):
    """A tool call or the list of tools is not JSON, and trainers stop at it or the model learns calls that fail.

    Read are `arguments` of tool calls, as text or as an object, `function_call` turns and `tool_call` parts, whose
    text is the whole call, and the declaration in `tools` or `functions`, with `parameters` that are text. Thoughts in
    `<think>` before a call and `<tool_call>` marks around it are no mistake.

    **Why.** LLaMA-Factory and axolotl parse each call while they prepare the data and stop at the first that is none;
    OpenAI refuses the file. Other trainers go on, and the model writes calls that no program can run. Single quotes, as
    Python prints them, are the usual cause. A call without arguments is a warning, and an error for `target = "openai"`
    and `"llamafactory"`, which stop at it.

    **When to ignore.** For tools that take free text instead of arguments. Declare one argument for it instead.

    **References.** [OpenAI: fine-tuning with tools](https://platform.openai.com/docs/guides/supervised-fine-tuning),
    [LLaMA-Factory data](https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md),
    [Berkeley Function-Calling Leaderboard](https://gorilla.cs.berkeley.edu/leaderboard.html).
    """

    severity: ClassVar[Severity] = Severity.ERROR
    precision: ClassVar[str] = (
        "No finding in 650 records with tools of 3 public files (Glaive in English and Chinese, LLaMA-Factory's "
        "reasoning demo), nor in 2,400 made of them in other notations; what was planted in 153 of them was found, 4 "
        "kinds of 4. Later first readings on about 190 files that public packages carry found it wrong in evaluation "
        "sets that describe their tools in words; that was changed, and has no new number"
    )
    # These stop at it.
    kinds_of_finding: ClassVar[Mapping[str, Levels]] = {
        _ABSENT: Levels(Severity.WARNING, dict.fromkeys((Target.OPENAI, Target.LLAMAFACTORY), Severity.ERROR))
    }
    candidates = HasTools()

    target: Target = shared(Target.GENERIC, description="Trainer that the data is for.")

    def check(self, record: Record) -> Iterator[Finding]:
        """Report what cannot be read in one finding, the worst first."""
        problems = [*_about_tools(record), *self._about_calls(record)]
        if not problems:
            return
        problems.sort(key=lambda problem: problem[2].rank)
        pointer, message, severity = problems[0]
        alike = sum(problem[2] is severity for problem in problems) - 1
        more = f", and {alike} more that cannot be read" if alike else ""
        yield self.finding(record.ref.at(pointer), message + more, severity=severity, problems=len(problems))

    def _about_calls(self, record: Record) -> Iterator[Problem]:
        absent = self.level(_ABSENT) or self.severity
        for turn in record.turns(*CALLERS):
            for call in calls_of(turn, record):
                if isinstance(call, Unreadable):
                    yield call.pointer, f"tool call is not JSON: {call.why}", Severity.ERROR
                elif call.arguments is None:
                    yield call.pointer, f"{_who(call)} has no `arguments`", absent
                elif fault := _fault(call.arguments):
                    yield call.pointer, f"`arguments` of {_who(call)} {fault}", Severity.ERROR


def _who(call: Call) -> str:
    return f'the call to "{call.name[:40]}"' if call.name else "a tool call"


def _fault(arguments: Any) -> str:
    if isinstance(arguments, str):
        value, why = parse(arguments)
        if why:
            return f"are not JSON: {why}"
        arguments = value
    return "" if isinstance(arguments, dict) else f"are {_KINDS.get(arguments.__class__, 'null')}, expected an object"


_KINDS: Final = {str: "a string", bool: "a boolean", int: "a number", float: "a number", list: "an array"}


def _about_tools(record: Record) -> Iterator[Problem]:
    value = record.tools
    if value is None or (record.format in _PLAIN and not (isinstance(value, str) and value.lstrip()[:1] in ("[", "{"))):
        return
    problem = declared(record).problem
    if problem:
        pointer = tools_pointer(record)
        yield pointer, f"`{pointer.rsplit('/', 1)[-1]}` is not JSON: {problem}", Severity.ERROR
