"""Where something is: a file, a record, a field, a stretch of text."""

from __future__ import annotations

from typing import NamedTuple


class Ref(NamedTuple):
    """A place in a dataset.

    Attributes:
        path: The file, as shown to the user: relative to the working directory where possible, ``/`` as separator.
        record: 0-based ordinal of the record in the file; ``None`` for a place that is not a record.
        line: 1-based first line; ``None`` in formats without lines (Parquet, Arrow).
        end_line: 1-based last line.
        pointer: RFC 6901 JSON pointer of the field; empty for the whole record.
        byte_offset: Offset of the record in the (decompressed) file.
        byte_length: Length of the record in bytes.
        span: Half-open range of characters inside the decoded string at ``pointer``.
        column: 1-based column in Unicode code points; filled in by the engine when a finding is reported.
        end_column: 1-based column behind the last character.
    """

    path: str
    record: int | None = None
    line: int | None = None
    end_line: int | None = None
    pointer: str = ""
    byte_offset: int | None = None
    byte_length: int | None = None
    span: tuple[int, int] | None = None
    column: int | None = None
    end_column: int | None = None

    def at(self, pointer: str, span: tuple[int, int] | None = None) -> Ref:
        """Return the same record's field at ``pointer``, optionally a stretch of its text."""
        return self._replace(pointer=pointer, span=span)

    @property
    def order(self) -> tuple[str, int, int, str, tuple[int, int]]:
        """Sort key: path, record, line, field, span."""
        return (
            self.path,
            -1 if self.record is None else self.record,
            self.line or 0,
            self.pointer,
            self.span or (0, 0),
        )


def escape_pointer(token: str) -> str:
    """Escape one object key for use in a JSON pointer (RFC 6901, section 3)."""
    if "~" in token or "/" in token:
        return token.replace("~", "~0").replace("/", "~1")
    return token
