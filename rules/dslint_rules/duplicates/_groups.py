"""What the rules about repeated records share: confirming a group."""

from __future__ import annotations

from collections.abc import Callable

from dslint.api import Group, Record

READ = 10_000
"""Members of a group that are read again; more than that share one screen only if they are copies by the thousand."""


def confirmed(group: Group, key: Callable[[Record], bytes | None]) -> list[list[Record]]:
    """Split a group that a fast screen made by the careful ``key``; parts of one record are left out."""
    parts: dict[bytes, list[Record]] = {}
    for record in group.records(READ):
        value = key(record)
        if value is not None:
            parts.setdefault(value, []).append(record)
    return [part for part in parts.values() if len(part) > 1]
