"""What rows that grow with the records may take of memory, and where the rest goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MEGABYTE: Final = 1 << 20
MEMORY: Final = 512 * MEGABYTE
"""Bytes of rows that are kept in memory; about those of two million records with all default rules."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What rows may take.

    Attributes:
        memory: Bytes of memory.
        folder: Where the rest goes; empty for the system's folder of temporary files.
    """

    memory: int = MEMORY
    folder: str = ""


class SpoolError(OSError):
    """Rows could not be written to a temporary file, or not be read again."""
