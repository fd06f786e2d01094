"""How often Python searches for cycles of objects, in processes that are dslint's own."""

from __future__ import annotations

import gc
from typing import Final

ALLOCATIONS: Final = 100_000
"""Objects made between two searches for cycles; with Python's 700 a third of the time to parse goes there."""


def collect_rarely() -> None:
    """Search a hundred times less often, and never in what was made so far: most of it stays for the whole run."""
    gc.freeze()
    gc.set_threshold(ALLOCATIONS)
    gc.enable()
