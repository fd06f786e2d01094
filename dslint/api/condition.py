"""Necessary conditions: what must hold before a rule's check is worth calling.

A rule states them as ``candidates``; the engine compiles those of all selected rules into one multi-pattern pass and
one pass of cheap facts. A condition may hold too often, never too rarely: a law test compares the findings with and
without it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Flag, auto
from typing import NamedTuple


class Fact(Flag):
    """Cheap properties of one text, computed together."""

    BLANK = auto()
    EDGE_SPACE = auto()
    NON_ASCII = auto()
    FENCE = auto()
    MULTILINE = auto()
    PRESENT = auto()


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition over one record; combine with ``|`` and ``&``."""

    def __or__(self, other: Condition) -> Condition:
        """Either holds."""
        return AnyOf((*_terms(self, AnyOf), *_terms(other, AnyOf)))

    def __and__(self, other: Condition) -> Condition:
        """Both hold, possibly in different texts."""
        return AllOf((*_terms(self, AllOf), *_terms(other, AllOf)))


@dataclass(frozen=True, slots=True)
class AnyOf(Condition):
    """At least one term holds."""

    terms: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AllOf(Condition):
    """All terms hold."""

    terms: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class TextFact(Condition):
    """One of the view's texts has one of the facts."""

    view: View
    fact: Fact


@dataclass(frozen=True, slots=True)
class TextMatch(Condition):
    """One of the view's texts matches an RE2 pattern."""

    view: View
    pattern: str


@dataclass(frozen=True, slots=True)
class TextLength(Condition):
    """One of the view's texts has a number of characters, both bounds included."""

    view: View
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class HasRejected(Condition):
    """The record is a preference pair."""


@dataclass(frozen=True, slots=True)
class HasTools(Condition):
    """The record declares tools, calls one, or holds what one returned."""


class Shape(NamedTuple):
    """What a record's format, its top-level keys and the types of their values say.

    Attributes:
        format: Name of the record's format.
        container: How the file stores records: ``jsonl``, ``json``, ``csv``, ``parquet``, ``arrow``, ``text``.
        columns: Keys of the file that hold fields of the format under another name: (field, key).
        kinds: Type of the value by key.
    """

    format: str
    container: str
    columns: tuple[tuple[str, str], ...]
    kinds: Mapping[str, type]


@dataclass(frozen=True, slots=True)
class HasShape(Condition):
    """A test of the record's shape holds; it is asked once for each shape that a shard has."""

    test: Callable[[Shape], bool]


@dataclass(frozen=True, slots=True)
class View:
    """Which texts of a record a condition looks at.

    Attributes:
        roles: Roles of the turns; empty for all.
        rejected: Whether the turns of the rejected answer count too.
        part: ``instruction`` or ``input`` to look at that field instead of turns.
    """

    roles: tuple[str, ...] = ()
    rejected: bool = False
    part: str = ""

    @property
    def blank(self) -> Condition:
        """A text is empty or white space; a turn without text counts."""
        return TextFact(self, Fact.BLANK)

    @property
    def edge_space(self) -> Condition:
        """A text begins or ends with white space."""
        return TextFact(self, Fact.EDGE_SPACE)

    @property
    def non_ascii(self) -> Condition:
        """A text has a character outside ASCII."""
        return TextFact(self, Fact.NON_ASCII)

    @property
    def fence(self) -> Condition:
        """A text has a Markdown code fence, of backticks or tildes."""
        return TextFact(self, Fact.FENCE)

    @property
    def multiline(self) -> Condition:
        """A text has a line break."""
        return TextFact(self, Fact.MULTILINE)

    @property
    def present(self) -> Condition:
        """There is such a text at all, an empty one counts."""
        return TextFact(self, Fact.PRESENT)

    def length(self, least: int = 0, most: int = sys.maxsize) -> Condition:
        """A text has from ``least`` to ``most`` characters."""
        return TextLength(self, least, most)

    def matches(self, pattern: str) -> Condition:
        """A text matches ``pattern``, in RE2's syntax: no look-around, no backreferences, classes are ASCII."""
        return TextMatch(self, pattern)

    def contains(self, *literals: str) -> Condition:
        """A text contains one of ``literals``."""
        return TextMatch(self, "|".join(_quote(literal) for literal in literals))


def turns(*roles: str, rejected: bool = False) -> View:
    """Look at the turns with one of ``roles``, all turns when none is named.

    Args:
        roles: Normalised roles.
        rejected: Look at the turns of the rejected answer as well.
    """
    return View(roles, rejected)


def anywhere() -> View:
    """Look at every turn, those of a rejected answer included."""
    return View((), True)


def shape(test: Callable[[Shape], bool]) -> Condition:
    """Look at the record's format, keys and types of values only, by a function of a module."""
    return HasShape(test)


def formats(*names: str) -> Condition:
    """The record has one of the formats."""
    return HasShape(_IsFormat(frozenset(names)))


def keys(*names: str) -> Condition:
    """The record has one of the top-level keys."""
    return HasShape(_HasKey(frozenset(names)))


@dataclass(frozen=True, slots=True)
class _IsFormat:
    names: frozenset[str]

    def __call__(self, shape: Shape) -> bool:
        return shape.format in self.names


@dataclass(frozen=True, slots=True)
class _HasKey:
    names: frozenset[str]

    def __call__(self, shape: Shape) -> bool:
        return not self.names.isdisjoint(shape.kinds)


def part(name: str) -> View:
    """Look at the record's ``instruction`` or ``input`` field."""
    return View(part=name)


def _terms(condition: Condition, kind: type[AnyOf] | type[AllOf]) -> tuple[Condition, ...]:
    return condition.terms if isinstance(condition, kind) else (condition,)


def _quote(literal: str) -> str:
    # re.escape also escapes characters that RE2 does not know as escapes.
    return "".join(f"\\{c}" if c in "\\.+*?()|[]{}^$" else c for c in literal)
