"""Who is told how far a run has come."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Is told how far a run has come."""

    def start(self, passes: int, size: int) -> None:
        """A run begins; ``size`` is the bytes on disk that each pass reads."""
        ...

    def advance(self, path: str, records: int, size: int) -> None:
        """A shard is done."""
        ...

    def doing(self, words: str) -> None:
        """What is done from now on, such as ``encoding on cpu``; empty for the passes over the data."""
        ...

    def stop(self) -> None:
        """The run is over."""
        ...


class Silent:
    """Tells nobody."""

    def start(self, passes: int, size: int) -> None:
        """Ignore."""

    def advance(self, path: str, records: int, size: int) -> None:
        """Ignore."""

    def doing(self, words: str) -> None:
        """Ignore."""

    def stop(self) -> None:
        """Ignore."""
