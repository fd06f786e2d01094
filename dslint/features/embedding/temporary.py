"""A folder that is there as long as what refers to it."""

from __future__ import annotations

import shutil
import tempfile
import weakref


class TemporaryFolder:
    """Makes a folder, and removes it when nothing refers to this object any more.

    Args:
        place: Where to make it; empty for the system's folder of temporary files.

    Attributes:
        path: Where it is.
    """

    def __init__(self, place: str = "") -> None:
        self.path = tempfile.mkdtemp(prefix="dslint-vectors-", dir=place or None)
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)
