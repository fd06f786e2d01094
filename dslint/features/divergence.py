"""How far two profiles are apart, and whether that is more than chance would do.

Distributions of names are compared by the Jensen-Shannon divergence in bits, lengths by the Kolmogorov-Smirnov
statistic and the population stability index over the earlier deciles. Each has a limit from which on a change matters,
and a bound that samples of this size reach by chance once in a hundred times; a shift is what is above both.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

from dslint.features.profile import Profile, length_of

JS_LIMIT: Final = 0.1
KS_LIMIT: Final = 0.1
PSI_LIMIT: Final = 0.2
REPEATED_LIMIT: Final = 0.05
_KS_CHANCE: Final = 1.63
_CHANCE: Final = 2.33
_DECILES: Final = 10
_RARE: Final = 5
"""Records of a name that would be expected on the smaller side."""
_OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a change matters."""

    js: float = JS_LIMIT
    ks: float = KS_LIMIT
    psi: float = PSI_LIMIT
    repeated: float = REPEATED_LIMIT


@dataclass(frozen=True, slots=True)
class Measure:
    """One comparison.

    Attributes:
        what: What was compared, such as ``task types``.
        test: ``JS``, ``KS``, ``PSI`` or ``difference``.
        value: The distance.
        limit: From where on it matters.
        chance: What samples of this size reach by chance.
        change: The largest part of it, in words.
    """

    what: str
    test: str
    value: float
    limit: float
    chance: float
    change: str

    @property
    def shifted(self) -> bool:
        """Whether the distance is above its limit and above chance."""
        return self.value > max(self.limit, self.chance)

    def __str__(self) -> str:
        return f"{self.test} of {self.what} is {self.value:.2f} (limit {self.limit:g}): {self.change}"


def compare(before: Profile, now: Profile, limits: Limits | None = None) -> list[Measure]:
    """Return all comparisons of two profiles; none where one of them is empty."""
    if not before.records or not now.records:
        return []
    limits = limits or Limits()
    found = [
        _names("task types", before.types, now.types, limits.js),
        _names("scripts", before.scripts, now.scripts, limits.js),
        _names("formats", before.formats, now.formats, limits.js),
    ]
    for what, old, new in (
        ("question lengths", before.questions, now.questions),
        ("answer lengths", before.answers, now.answers),
    ):
        found += _lengths(what, old, new, limits)
    old_share, new_share = before.repeated / before.records, now.repeated / now.records
    change = f"{old_share:.1%} before, {new_share:.1%} now"
    difference = abs(new_share - old_share)
    share = (before.repeated + now.repeated) / (before.records + now.records)
    chance = _CHANCE * math.sqrt(share * (1 - share) * (1 / before.records + 1 / now.records))
    found.append(Measure("repeated records", "difference", difference, limits.repeated, chance, change))
    return found


def jensen_shannon(left: Counter[Any], right: Counter[Any]) -> float:
    """Return the Jensen-Shannon divergence of two distributions in bits, 0 to 1."""
    n, m = left.total(), right.total()
    total = 0.0
    for key in left.keys() | right.keys():
        p, q = left[key] / n, right[key] / m
        middle = (p + q) / 2
        total += sum(share * math.log2(share / middle) for share in (p, q) if share) / 2
    return max(0.0, total)


def kolmogorov_smirnov(left: Counter[int], right: Counter[int]) -> float:
    """Return the largest difference of two cumulative distributions."""
    n, m = left.total(), right.total()
    gap = a = b = 0.0
    for key in sorted(left.keys() | right.keys()):
        a += left[key] / n
        b += right[key] / m
        gap = max(gap, abs(a - b))
    return gap


def stability_index(before: Counter[int], now: Counter[int]) -> tuple[float, int]:
    """Return the population stability index over the deciles of ``before``, and how many of them there are."""
    edges = _deciles(before)
    old, new = _binned(before, edges), _binned(now, edges)
    n, m, bins = sum(old), sum(new), len(old)
    total = 0.0
    for one, other in zip(old, new, strict=True):
        # Half a record more in each bin, so that an empty one does not make the sum infinite.
        p, q = (one + 0.5) / (n + 0.5 * bins), (other + 0.5) / (m + 0.5 * bins)
        total += (q - p) * math.log(q / p)
    return total, bins


def _names(what: str, before: Counter[str], now: Counter[str], limit: float) -> Measure:
    before, now = _pooled(before, now)
    n, m = before.total(), now.total()
    value = jensen_shannon(before, now)
    size = 4 * n * m / (n + m)
    chance = _chi_square(len(before.keys() | now.keys()) - 1) / (2 * math.log(2) * size)
    shares = {key: (before[key] / n, now[key] / m) for key in sorted(before.keys() | now.keys())}
    key = max(shares, key=lambda name: abs(shares[name][1] - shares[name][0]))
    old, new = shares[key]
    return Measure(what, "JS", value, limit, chance, f'"{key[:40] or "unknown"}" {old:.1%} before, {new:.1%} now')


def _pooled(before: Counter[str], now: Counter[str]) -> tuple[Counter[str], Counter[str]]:
    """Count names that are rare on both sides as one, for of each alone nothing can be said."""
    n, m = before.total(), now.total()
    both = before + now
    rare = {key for key, count in both.items() if count * min(n, m) < _RARE * (n + m)}
    if len(rare) < 2:
        return before, now
    pooled = []
    for counts in (before, now):
        kept = Counter({key: count for key, count in counts.items() if key not in rare})
        kept[_OTHER] += sum(counts[key] for key in rare)
        pooled.append(kept)
    return pooled[0], pooled[1]


def _lengths(what: str, before: Counter[int], now: Counter[int], limits: Limits) -> Iterator[Measure]:
    n, m = before.total(), now.total()
    change = f"median {length_of(_median(before)):,} characters before, {length_of(_median(now)):,} now"
    chance = _KS_CHANCE * math.sqrt((n + m) / (n * m))
    yield Measure(what, "KS", kolmogorov_smirnov(before, now), limits.ks, chance, change)
    value, bins = stability_index(before, now)
    yield Measure(what, "PSI", value, limits.psi, _chi_square(bins - 1) * (1 / n + 1 / m), change)


def _chi_square(freedom: int) -> float:
    """Return about what a chi-square variable exceeds once in a hundred times."""
    return freedom + _CHANCE * math.sqrt(2 * freedom) + _CHANCE if freedom else 0.0


def _median(counts: Counter[int]) -> int:
    wanted = (counts.total() + 1) // 2
    keys = sorted(counts)
    return keys[bisect_left(list(accumulate(counts[key] for key in keys)), wanted)]


def _deciles(counts: Counter[int]) -> list[int]:
    keys = sorted(counts)
    sums = list(accumulate(counts[key] for key in keys))
    found = {keys[bisect_left(sums, sums[-1] * part / _DECILES)] for part in range(1, _DECILES)}
    return sorted(found)


def _binned(counts: Counter[int], edges: list[int]) -> list[int]:
    bins = [0] * (len(edges) + 1)
    for key, count in counts.items():
        bins[bisect_left(edges, key)] += count
    return bins
