"""Prompts that training data is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from dslint.api import Record, Ref
from dslint.features.evaluation import evaluation_prompt
from dslint.features.frequent import Sample, stable_hash

MOST: Final = 5000
CHARACTERS: Final = 2000
"""Of longer prompts and questions only the beginning is compared."""
_TAGS: Final = ("tags", "tag", "category")


@dataclass(frozen=True, eq=False)
class Prompts:
    """Different prompts, in the order of their hashes: a random order, and always the same.

    Attributes:
        refs: Where each is.
        texts: What each asks.
        tags: The first label of each; empty where it has none.
        total: How many different ones there were; of more than 5,000 a sample is kept.
        digest: Stands for all of it.
    """

    refs: Sequence[Ref]
    texts: Sequence[str]
    tags: Sequence[str]
    total: int
    digest: bytes

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Prompts) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __len__(self) -> int:
        return len(self.refs)


def build_prompts(records: Iterable[Record]) -> Prompts:
    """Return the prompts of records of any format."""
    sample = Sample(MOST)
    seen: set[int] = set()
    for record in records:
        text = evaluation_prompt(record).strip()[:CHARACTERS]
        if text:
            key = stable_hash(text)
            seen.add(key)
            if sample.wants(key):
                sample.add(key, (record.ref, text, tag_of(record)))
    refs, texts, tags = zip(*sample.values, strict=True) if sample.entries else ((), (), ())
    digest = blake2b(repr((sample.values, len(seen))).encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return Prompts(refs, texts, tags, len(seen), digest)


def tag_of(record: Record) -> str:
    """Return the record's label: the first of its ``tags``, its ``tag`` or its ``category``."""
    for name in _TAGS:
        value = record.field(name)
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, str) and first.strip():
            return first.strip()
    return ""
