"""Tasks for worker processes, which import them by name."""

from __future__ import annotations

import os


def scaled(factor: int, number: int) -> int:
    if number == 13:
        os._exit(1)
    if number == 7:
        raise ValueError("seven")
    return factor * number
