"""Expressions in RE2's syntax, linear in time whatever the text: one by one, or many in one pass."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, cast

MAX_MEMORY: Final = 64 << 20
"""For a set's automaton; with RE2's default it is thrown away and rebuilt, which takes three times as long."""


class _Expression:
    """An expression of :mod:`re` that is compiled when it is first asked for something."""

    def __init__(self, pattern: str, flags: re.RegexFlag) -> None:
        self._source = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = getattr(re.compile(*self._source), name)
        setattr(self, name, value)
        return value


def expression(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """Return an expression that costs nothing until it is used.

    :mod:`re` takes a fifth of a millisecond to compile one, longer than everything else in a module, and most are only
    used to confirm what a screen lets pass.
    """
    return cast("re.Pattern[str]", _Expression(pattern, flags))


class PatternError(ValueError):
    """An expression is not RE2 syntax."""

    def __init__(self, pattern: str, reason: object) -> None:
        words = reason.decode() if isinstance(reason, bytes) else reason
        super().__init__(f"{pattern!r} is not RE2 syntax: {words}")
        self.pattern = pattern


def encodable(text: str) -> str:
    """Return ``text`` with lone surrogates replaced, which RE2 cannot take; no character moves."""
    return text.encode("utf-8", "replace").decode()


def compile_pattern(pattern: str) -> Any:
    """Compile an expression.

    Raises:
        PatternError: The pattern is not RE2 syntax.
    """
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise PatternError(pattern, error.args[0]) from error


def first_match(compiled: Any, text: str) -> Any:
    """Return where an expression of :func:`compile_pattern` first matches in ``text``, or ``None``."""
    try:
        return compiled.search(text)
    except UnicodeEncodeError:
        return compiled.search(encodable(text))


def search(compiled: Any, text: str) -> bool:
    """Whether an expression of :func:`compile_pattern` matches somewhere in ``text``."""
    return first_match(compiled, text) is not None


def pattern_bits(pairs: Iterable[tuple[str, int]], *, case_sensitive: bool = True) -> Callable[[str], int]:
    """Compile many expressions into one, each with bits; the result returns the bits of those that match a text.

    Raises:
        PatternError: A pattern is not RE2 syntax.
    """
    pairs = list(pairs)
    match = _match_of([pattern for pattern, _ in pairs], case_sensitive)
    bits = [bit for _, bit in pairs]

    def matched(text: str) -> int:
        try:
            data = text.encode()
        except UnicodeEncodeError:
            data = encodable(text).encode()
        found = 0
        for position in match(data) or ():
            found |= bits[position]
        return found

    return matched


def check_patterns(patterns: Iterable[str]) -> None:
    """Make sure that expressions can be compiled into a set.

    Raises:
        PatternError: A pattern is not RE2 syntax.
    """
    _added(patterns, True)


def _match_of(patterns: Iterable[str], case_sensitive: bool) -> Callable[[bytes], Sequence[int] | None]:
    compiled = _added(patterns, case_sensitive)
    compiled.Compile()
    # The method only tells bytes from text before it asks the set that it wraps: a tenth of matching a short text.
    return cast("Callable[[bytes], Sequence[int] | None]", getattr(compiled, "_set", compiled).Match)


def _added(patterns: Iterable[str], case_sensitive: bool) -> Any:
    import re2

    options = re2.Options()
    options.max_mem = MAX_MEMORY
    options.case_sensitive = case_sensitive
    options.log_errors = False
    made: Any = re2.Set.SearchSet(options)
    for pattern in patterns:
        try:
            made.Add(pattern)
        except re2.error as error:
            raise PatternError(pattern, error.args[0]) from error
    return made
