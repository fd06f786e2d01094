"""What happens where a rule or a feature fails: it is told of, and the run goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan
from typing import Any, TypeVar

from dslint.api import Severity, Unusable
from dslint.api.attempt import attempt as contained
from dslint.model.finding import Finding

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Crash:
    """A rule or a feature failed.

    Attributes:
        unit: Rule id or feature key.
        message: What failed, where.
    """

    unit: str
    message: str


def attempt(unit: str, work: Callable[..., T], *arguments: Any) -> T | Crash:
    """Do ``work`` for one rule or feature, and contain its failure."""
    result = contained(work, *arguments)
    return Crash(unit, describe_crash(result)) if isinstance(result, Exception) else result


def judged(unit: str, work: Callable[..., list[Finding]], *arguments: Any) -> list[Finding] | Crash:
    """Do ``work`` for one rule; to yield what is no usable finding is a failure, too."""
    return attempt(unit, _usable, work, *arguments)


def _usable(work: Callable[..., list[Finding]], *arguments: Any) -> list[Finding]:
    findings = work(*arguments)
    for found in findings:
        if not isinstance(found, Finding):
            raise TypeError(f"it yields a {type(found).__name__}, not a finding")
        if not isinstance(found.severity, Severity):
            raise TypeError(f"severity is {found.severity!r}, not a Severity")
        for message in (found.message, *(related.message for related in found.related)):
            if not isinstance(message, str):
                raise TypeError(f"message is a {type(message).__name__}, not a text")
        if isnan(found.score):
            raise ArithmeticError("score is not a number")
    return findings


class Failed(Exception):
    """A rule failed, perhaps in another process.

    Attributes:
        crash: How.
    """

    def __init__(self, crash: Crash) -> None:
        super().__init__(crash)
        self.crash = crash


_TELLING = (TypeError, NameError, ArithmeticError, ImportError)
"""Errors whose text speaks of code; that of others may hold text of a record."""


def describe_crash(error: Exception) -> str:
    """Say what failed and where, without record text."""
    if isinstance(error, Unusable):
        return str(error)
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = ""
    if trace is not None:
        code = trace.tb_frame.f_code
        file = code.co_filename.replace("\\", "/").rsplit("/", 1)[-1]
        place = f" in {code.co_name} ({file}:{trace.tb_lineno})"
    text = " ".join(str(error).split())[:80] if isinstance(error, _TELLING) else ""
    return f"{type(error).__name__}{': ' + text if text else ''}{place}"
