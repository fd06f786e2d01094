"""The rule ``unparseable-record``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from dslint.api import Damage, DamageKind, DamageRule, Field, Finding, Severity

_LIGHTER = {DamageKind.BLANK_LINE: Severity.NOTE, DamageKind.BYTE_ORDER_MARK: Severity.WARNING}


class UnparseableRecord(DamageRule):
    """A record is not valid JSON, so loaders stop at it, skip it or read something else than was written.

    **Why.** A loader that meets a broken line refuses the whole file (`datasets`, OpenAI) or leaves the line out and
    says nothing. What some parsers still take is worse: of two equal keys one value is lost, `NaN` is refused by every
    strict parser, a byte order mark becomes part of the first key or column name.

    **When to ignore.** Set `allow-nan` where a column of numbers that is not trained on holds `NaN` and your loader
    reads it. A blank line is only a note: most loaders skip it.

    **References.** [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259), [JSON Lines](https://jsonlines.org).
    """

    severity: ClassVar[Severity] = Severity.ERROR
    precision: ClassVar[str] = "no finding in 48,367 records of 27 public files, each of which parses"
    kinds: ClassVar[frozenset[DamageKind]] = frozenset(
        {
            DamageKind.INVALID_JSON,
            DamageKind.TRAILING_COMMA,
            DamageKind.TRUNCATED,
            DamageKind.NOT_AN_OBJECT,
            DamageKind.NAN_LITERAL,
            DamageKind.DUPLICATE_KEY,
            DamageKind.PRETTY_PRINTED,
            DamageKind.ARRAY_IN_JSONL,
            DamageKind.BLANK_LINE,
            DamageKind.TOO_DEEP,
            DamageKind.TOO_LONG,
            DamageKind.TOO_LARGE,
            DamageKind.ROW_WIDTH,
            DamageKind.CORRUPT,
            DamageKind.BYTE_ORDER_MARK,
        }
    )

    allow_nan: bool = Field(False, description="Accept the literals NaN, Infinity and -Infinity.")

    def check(self, damage: Damage) -> Iterator[Finding]:
        """Report what the reader met, in its words."""
        if damage.kind is DamageKind.NAN_LITERAL and self.allow_nan:
            return
        yield self.finding(damage.ref, damage.message, severity=_LIGHTER.get(damage.kind), kind=damage.kind.value)
