"""Rated records for tests: what is poor is known, since it is made so."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

THINGS = [
    "pump",
    "kettle",
    "bridge",
    "violin",
    "harbour",
    "meadow",
    "engine",
    "lantern",
    "ladder",
    "compass",
    "bakery",
    "glacier",
    "orchard",
    "turbine",
    "loom",
]
DOES = [
    "moves",
    "stores",
    "carries",
    "lifts",
    "turns",
    "holds",
    "guides",
    "warms",
    "cools",
    "measures",
    "sorts",
    "feeds",
]
WHAT = [
    "heat",
    "water",
    "grain",
    "light",
    "air",
    "sound",
    "freight",
    "people",
    "current",
    "ice",
    "timber",
    "salt",
    "paper",
    "milk",
    "wool",
]
FILLER = "as people say|and things like that|in a way|you know|or something"


def rated(count: int, *, poor: float = 0.4, seed: int = 1, noise: float = 0.0) -> list[dict[str, Any]]:
    """Return records with a score from 1 to 5; poor ones are vague and break off."""
    rng = random.Random(seed)
    rows = []
    for n in range(count):
        thing = f"{rng.choice(THINGS)} {n}"
        sentences = [
            f"The {thing} {rng.choice(DOES)} {rng.choice(WHAT)} and {rng.choice(DOES)} it {rng.randint(2, 90)} times"
            for _ in range(rng.randint(2, 6))
        ]
        is_poor = rng.random() < poor
        if is_poor:
            sentences = [f"{s}, {rng.choice(FILLER.split('|'))}" for s in sentences]
        text = ". ".join(sentences) + ("" if is_poor else ".")
        score = rng.choice([1, 2, 3]) if is_poor != (rng.random() < noise) else rng.choice([4.5, 5])
        rows.append({"instruction": f"What does the {thing} do?", "output": text, "score": score})
    return rows


def unrelated(count: int, seed: int = 2) -> list[dict[str, Any]]:
    """Return records whose scores have nothing to do with their texts."""
    rng = random.Random(seed)
    return [{**row, "score": rng.choice([1, 5])} for row in rated(count, seed=seed)]


def by_length(count: int, seed: int = 3) -> list[dict[str, Any]]:
    """Return records that are rated by the length of their answers."""
    rows = rated(count, poor=0.0, seed=seed)
    middle = sorted(len(row["output"]) for row in rows)[count // 2]
    return [{**row, "score": 5 if len(row["output"]) > middle else 1} for row in rows]


def save(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write records, one a line."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
