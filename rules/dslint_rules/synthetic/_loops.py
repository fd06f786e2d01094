"""Finding text that repeats itself over and over, in time linear in its length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from dslint.features.patterns import expression
from dslint.features.text import is_unspaced

LAGS: Final = 4
"""How many of the most frequent distances between equal shingles are looked at."""
WORDS: Final = 4
LONG: Final = 8
"""Words of a unit that need stand there less often."""
LETTERS: Final = 8
_WORD: Final = expression(r"\S+")
_MARKS: Final = expression(r"[{}<>=;|\\_~^$]|\w\(|-{3}|\.{3}|/{2}")
_LETTERS: Final = expression(r"[^\W\d_]")


class Loop(NamedTuple):
    """A stretch of text in which one unit is repeated.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        unit: Length of the unit in characters.
        times: How often the unit stands there.
    """

    start: int
    end: int
    unit: int
    times: int


def find_loop(text: str, times: int, sentence_times: int, min_unit: int) -> Loop | None:
    """Return the longest loop of ``text``.

    A unit has at least two different words and ``min_unit`` characters, and stands ``times`` times in a row; one of
    eight words or more ``sentence_times`` times. In scripts without spaces a unit has at least three different letters.
    """
    if len(text) < min_unit * sentence_times:
        return None
    if is_unspaced(text):
        tokens: Sequence[str] = text
        return _longest(text, tokens, None, LETTERS, (times, sentence_times, min_unit // 2, 16))
    tokens = text.split()
    if not _repeats(tokens, WORDS, sentence_times):
        return None
    spans = [match.span() for match in _WORD.finditer(text)]
    return _longest(text, tokens, spans, WORDS, (times, sentence_times, min_unit, LONG))


def _repeats(tokens: Sequence[str], size: int, times: int) -> bool:
    """Whether shingles repeat as often as they must in a loop of two words."""
    shingles = len(tokens) - size + 1
    if shingles < times:
        return False
    return shingles - len(set(zip(*(tokens[n:] for n in range(size)), strict=False))) >= times - 2


def _longest(
    text: str,
    tokens: Sequence[str],
    spans: Sequence[tuple[int, int]] | None,
    size: int,
    bounds: tuple[int, int, int, int],
) -> Loop | None:
    times, sentence_times, min_unit, long = bounds
    best: Loop | None = None
    for lag in _lags(tokens, size):
        for first, last in _runs(tokens, lag, min(times, sentence_times)):
            count = (last - first) // lag
            start = spans[first][0] if spans else first
            end = spans[first + count * lag - 1][1] if spans else first + count * lag
            unit = tokens[first : first + lag]
            enough = count >= times or (count >= sentence_times and lag >= long)
            if enough and _is_prose(
                text[start : start + (end - start) // count], unit, min_unit, spaced=spans is not None
            ):
                loop = Loop(start, end, (end - start) // count, count)
                best = loop if best is None or end - start > best.end - best.start else best
    return best


def _lags(tokens: Sequence[str], size: int) -> list[int]:
    """Return the most frequent distances between one shingle and its next occurrence."""
    seen: dict[object, int] = {}
    lags: Counter[int] = Counter()
    columns = (tokens[n:] for n in range(size))
    for position, shingle in enumerate(zip(*columns, strict=False)):
        before = seen.get(shingle)
        if before is not None:
            lags[position - before] += 1
        seen[shingle] = position
    return sorted(lags, key=lambda lag: (-lags[lag], lag))[:LAGS]


def _runs(tokens: Sequence[str], lag: int, times: int) -> list[tuple[int, int]]:
    """Return the stretches, half-open, in which each token equals the one ``lag`` further on, end included."""
    found = []
    begin: int | None = None
    for position in range(len(tokens) - lag + 1):
        same = position + lag < len(tokens) and tokens[position] == tokens[position + lag]
        if same and begin is None:
            begin = position
        elif not same and begin is not None:
            if position - begin >= (times - 1) * lag:
                found.append((begin, position + lag))
            begin = None
    return found


def _is_prose(shown: str, unit: Sequence[str], min_unit: int, *, spaced: bool) -> bool:
    letters = len(_LETTERS.findall(shown))
    if len(shown) < min_unit or _MARKS.search(shown) or letters < 0.6 * len(shown.replace(" ", "")):
        return False
    words = {word for word in unit if _LETTERS.search(word)}
    return len(words) >= (2 if spaced else 3)
