"""Whether responses belong to their prompts: rare words that both have, compared with what chance gives."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple
from zlib import crc32

from dslint.api import Ref
from dslint.features.patterns import expression

PROMPT_WORDS: Final = 60
RESPONSE_WORDS: Final = 120
COMMON: Final = 0.05
SHUFFLES: Final = 10
LEAST: Final = 4
"""Letters of the shortest word that counts."""
SECTION: Final = 100
MIN_CHANCE: Final = 5
"""Pairs that must share a word by chance, for a comparison with chance to mean something."""

LEAST_BEST: Final = 0.3
"""Share of pairs with a common word, in the best stretch of a file, for the others to be compared with it."""

_UNSPACED: Final = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD: Final = expression(f"[{_UNSPACED}]|[^\\W_{_UNSPACED}]{{{LEAST},}}")
_WORDS: Final = bytes(byte if chr(byte).isalnum() else 32 for byte in bytes(range(128)).lower()) + bytes(128)

Words = tuple[int, set[int], set[int]]
"""The number of a record, and the rare words of its prompt and response, as hashes."""


class Pair(NamedTuple):
    """The words of one record's prompt and response, as hashes, and the record's place."""

    ref: Ref
    prompt: bytes
    response: bytes


class Overlap(NamedTuple):
    """How many of ``pairs`` share a rare word, and how many would if responses were dealt out anew."""

    pairs: int
    own: int
    other: float

    @property
    def lift(self) -> float:
        """How much more often a response shares a word with its own prompt than with another."""
        return self.own / self.other if self.other else float("inf")

    @property
    def is_telling(self) -> bool:
        """Whether chance is frequent enough to compare with."""
        return self.pairs >= SECTION and self.other >= MIN_CHANCE


def words(text: str, limit: int) -> bytes:
    """Return the hashes of at most ``limit`` words of ``text``."""
    if text.isascii():
        # Of bytes, words and their hashes take a third of the time.
        found = {crc32(word) for word in text.encode().translate(_WORDS).split() if len(word) >= LEAST}
    else:
        found = {crc32(word.encode("utf-8", "surrogatepass")) for word in _WORD.findall(text.lower())}
    # The smallest hashes: what both sides have is kept or left out on both sides.
    return array("I", sorted(found)[:limit]).tobytes()


def _unpacked(words: bytes) -> set[int]:
    values = array("I")
    values.frombytes(words)
    return set(values)


def rare(sample: Sequence[Pair]) -> list[Words]:
    """Return the sampled pairs without common words, those that have words left on both sides."""
    pairs = [(pair.ref.record or 0, _unpacked(pair.prompt), _unpacked(pair.response)) for pair in sample]
    most = max(1, COMMON * len(pairs))
    asked = Counter(word for _, prompt, _ in pairs for word in prompt)
    answered = Counter(word for _, _, response in pairs for word in response)
    common = {word for counts in (asked, answered) for word, count in counts.items() if count > most}
    left = ((number, prompt - common, response - common) for number, prompt, response in pairs)
    return [pair for pair in left if pair[1] and pair[2]]


def overlap(pairs: Sequence[Words]) -> Overlap:
    """Compare pairs with the same responses dealt out anew."""
    size = len(pairs)
    own = sum(not prompt.isdisjoint(response) for _, prompt, response in pairs)
    steps = [1 + (size - 1) * k // SHUFFLES for k in range(SHUFFLES)] if size > 1 else []
    other = sum(not pairs[at][1].isdisjoint(pairs[(at + step) % size][2]) for step in steps for at in range(size))
    return Overlap(size, own, other / len(steps) if steps else 0.0)


def broken(pairs: Sequence[Words]) -> list[list[Words]]:
    """Return the stretches of the file in which pairs share no more words than by chance, unlike the rest of it."""
    count = len(pairs) // SECTION
    if count < 2:
        return []
    numbers = sorted(number for number, _, _ in pairs)
    starts = [numbers[at * len(pairs) // count] for at in range(count)]
    # Within a stretch the order stays that of the sample, which is random.
    parts: list[list[Words]] = [[] for _ in starts]
    for pair in pairs:
        parts[bisect_right(starts, pair[0]) - 1].append(pair)
    overlaps = [overlap(part) for part in parts]
    top = max(overlaps, key=lambda each: each.own / each.pairs)
    best, usual = top.own / top.pairs, top.other / top.pairs
    found: list[list[Words]] = []
    last = -2
    for at, each in enumerate(overlaps):
        chance = each.other + 3 * max(1.0, each.other) ** 0.5
        # Labels and translations share no words even by chance.
        alike = each.other >= usual * each.pairs / 2
        if best < LEAST_BEST or not alike or each.own > min(chance, best * each.pairs / 3):
            continue
        if last == at - 1:
            found[-1] += parts[at]
        else:
            found.append(list(parts[at]))
        last = at
    return found
