"""Work of which a part is known: only the rest is done, and all comes in its order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")
S = TypeVar("S")

_WINDOW: Final = 8
_FEW: Final = 2.0
"""Pieces of work in a window that are done in this process: to start another one takes longer."""
_AHEAD: Final = 16
"""Known pieces that are held back, at most, while others are asked for one that is not."""


@dataclass(slots=True)
class Part(Generic[T, R, S]):
    """A piece of work.

    Attributes:
        work: What is left to do; ``None`` where all is known.
        complete: Makes the result of what came of that, or of ``None``.
        share: How much of the piece is left to do.
    """

    work: T | None
    complete: Callable[[R | None], S]
    share: float = 0.0


Run = Callable[[Iterable[T]], Iterator[R]]


def resumed(parts: Iterable[Part[T, R, S]], run: Run[T, R], alone: Run[T, R]) -> Iterator[S]:
    """Yield the results of all parts in their order.

    Args:
        parts: The pieces of work.
        run: Does many of them.
        alone: Does few of them, in this process.
    """
    parts = iter(parts)
    while window := list(islice(parts, _WINDOW)):
        if sum(part.share for part in window) > _FEW or all(part.share == 1 for part in window):
            yield from _streamed(chain(window, parts), run)
            return
        made = alone([part.work for part in window if part.work is not None])
        for part in window:
            yield part.complete(None if part.work is None else next(made))


def _streamed(parts: Iterator[Part[T, R, S]], run: Run[T, R]) -> Iterator[S]:
    feed: _Feed[T, R, S] = _Feed(parts)
    while not feed.ended:
        missing = feed.missing()
        first = next(missing, None)
        if first is not None:
            for result in run(chain([first], missing)):
                yield from feed.known()
                yield feed.waiting.popleft().complete(result)
        yield from feed.known()


@dataclass(slots=True)
class _Feed(Generic[T, R, S]):
    """Hands on what is left to do, and remembers all parts in their order."""

    parts: Iterator[Part[T, R, S]]
    waiting: deque[Part[T, R, S]] = field(default_factory=deque)
    ended: bool = False

    def missing(self) -> Iterator[T]:
        """Yield what is left to do, until many parts in a row have nothing."""
        known = 0
        for part in self.parts:
            self.waiting.append(part)
            if part.work is not None:
                known = 0
                yield part.work
            elif (known := known + 1) >= _AHEAD:
                return
        self.ended = True

    def known(self) -> Iterator[S]:
        """Yield the results at hand, up to the first that is not."""
        while self.waiting and self.waiting[0].work is None:
            yield self.waiting.popleft().complete(None)
