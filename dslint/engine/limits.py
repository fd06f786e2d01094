"""What rows that grow with the records may take of memory and of disk, and where the rest goes."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from typing import Final

MEGABYTE: Final = 1 << 20
MEMORY: Final = 512 * MEGABYTE
"""Bytes of rows that are kept in memory; about those of two million records with all default rules."""
SHARE: Final = 0.9
"""Share of the disk's free space that may be taken where no other limit is set."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What rows may take.

    Attributes:
        memory: Bytes of memory.
        folder: Where the rest goes; empty for the system's folder of temporary files.
        disk: Bytes of it; 0 for a share of what is free.
    """

    memory: int = MEMORY
    folder: str = ""
    disk: int = 0

    @property
    def place(self) -> str:
        """The folder, in words."""
        return self.folder or tempfile.gettempdir()


class Disk:
    """What temporary files take, and may take.

    Args:
        limits: What they may take.

    Attributes:
        limits: The same.
        taken: Bytes of them.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.taken = 0
        self._most = limits.disk

    @property
    def most(self) -> int:
        """How many bytes files may have; a share of the free space is that of when it is first asked for."""
        if not self._most:
            self._most = self.taken + int(SHARE * shutil.disk_usage(self.limits.place).free)
        return self._most

    @property
    def left(self) -> int:
        """How many bytes may still be written."""
        return max(0, self.most - self.taken)

    def take(self, size: int, needed: int = 0) -> None:
        """Take note of bytes that are about to be written, or that were given back.

        Args:
            size: How many; fewer than none are given back.
            needed: How many all data will take at least, as far as is known.

        Raises:
            SpoolError: If there may not be as many.
        """
        if size > 0 and self.taken + size > self.most:
            about = max(needed, self.taken + size)
            raise SpoolError(
                f"temporary files may take {self.most / MEGABYTE:,.1f} MB of {self.limits.place} (group-disk), and "
                f"at least {about / MEGABYTE:,.1f} MB are needed (spill-dir names another folder)"
            )
        self.taken += size


class SpoolError(OSError):
    """Rows could not be written to a temporary file, or not be read again."""
