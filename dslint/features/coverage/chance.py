"""What chance explains."""

from __future__ import annotations

import math
from typing import Final

UNLIKELY: Final = 1e-3


def at_least(count: int, total: int, share: float) -> float:
    """Return how likely ``count`` of ``total`` or more are, where each is one with probability ``share``."""
    if count <= 0:
        return 1.0
    logs = (
        math.lgamma(total + 1) - math.lgamma(n + 1) - math.lgamma(total - n + 1)
        + n * math.log(share) + (total - n) * math.log1p(-share)
        for n in range(count, total + 1)
    )  # fmt: skip
    return min(1.0, math.fsum(math.exp(each) for each in logs))


def differ(first: int, of_first: int, second: int, of_second: int) -> float:
    """Return how far two shares lie apart, in standard errors; positive where the first is larger."""
    if not of_first or not of_second:
        return 0.0
    pooled = (first + second) / (of_first + of_second)
    error = math.sqrt(pooled * (1 - pooled) * (1 / of_first + 1 / of_second))
    return (first / of_first - second / of_second) / error if error else 0.0
