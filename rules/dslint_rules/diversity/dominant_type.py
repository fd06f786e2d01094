"""One type of task makes up most of a dataset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import ClassVar

from dslint.api import DatasetRule, Field, Finding, Record, Severity, shared
from dslint.features.embedding.settings import EmbeddingSettings
from dslint.features.splits import is_held_out
from dslint.features.task import Kinds
from dslint.features.topics.types import TYPE_SIMILARITY, TopicsIfSet


class DominantType(DatasetRule[Counter[str]]):
    """One type of task dominates the dataset, so the model overfits to it and gets worse at the others.

    The type is the record's own ``category`` or ``task``, or else the leading verb or question word of what is asked:
    ``write``, ``translate``, ``what``, ``yes/no``. From a share of 0.5 on it is a note, from 0.8 on a warning: data for
    one task is often meant so, and the rule cannot know.

    Where fewer than six in ten questions have a type that the rule knows, as in word problems that tell a story first
    or in most languages that are not written in Latin letters, a model of meaning tells types, if one is configured: of
    1,000 questions near ones make a type, called by its most typical words. Without a model the rule says that it could
    not judge. Datasets of fewer than a hundred records are not judged. Splits that are not trained on are left out.

    **When to ignore.** The model is meant for one task only, such as translation, and is measured on that task only.
    Set `severity = "error"` where a mix of tasks is required.

    **References.** [Zhou et al.: LIMA](https://arxiv.org/abs/2305.11206), [Wang et al.:
    Self-Instruct](https://arxiv.org/abs/2212.10560).
    """

    precision: ClassVar[str] = (
        "no finding on 27 public files (largest share of a type .28), so it was read on made data only; 155 of 160 "
        "types read are right. Known: data that is meant for one task"
    )

    max_share: float = Field(0.5, gt=0, le=1, description="Share of one type from which on it is a note.")
    warning_share: float = Field(0.8, gt=0, le=1, description="Share of one type from which on it is a warning.")
    min_records: int = Field(100, ge=1, description="Smaller datasets are not judged.")
    min_known: float = Field(0.6, ge=0, le=1, description="Share of questions whose type must be known.")
    type_similarity: float = Field(
        TYPE_SIMILARITY, ge=-1, le=1, description="Mean cosine of the questions of two topics that are one type."
    )
    embeddings: EmbeddingSettings = shared(
        EmbeddingSettings(), description="Tells types by meaning where words do not.", reads="model"
    )

    def zero(self) -> Counter[str]:
        """Return no counts."""
        return Counter()

    def add_batch(self, state: Counter[str], records: Sequence[Record], kinds: Kinds, /) -> Counter[str]:
        """Count the records' types."""
        state.update(kind for record, kind in zip(records, kinds, strict=True) if not is_held_out(record))
        return state

    def merge(self, left: Counter[str], right: Counter[str]) -> Counter[str]:
        """Add the counts."""
        left.update(right)
        return left

    def unjudged(self, state: Counter[str]) -> str:
        """Say that too few questions have a type that is known."""
        total = state.total()
        known = total - state[""]
        if total < self.min_records or known >= self.min_known * total or self.embeddings.model:
            return ""
        needed = f"{self.min_known:.0%} are needed; set embeddings.model to tell types by meaning"
        return f"{known:,} of {total:,} questions have a known type, {needed}"

    def finish(self, state: Counter[str], topics: TopicsIfSet) -> Iterator[Finding]:
        """Yield a finding where one type has too large a share."""
        total, unknown = state.total(), state[""]
        if total < self.min_records or self.unjudged(state):
            return
        known = ((kind, count) for kind, count in state.items() if kind)
        types, by = sorted(known, key=lambda item: (-item[1], item[0])), ""
        if total - unknown < self.min_known * total:
            types, by = [] if topics is None else topics.types(self.type_similarity), " by meaning"
            total = sum(count for _, count in types)
        if types and types[0][1] >= min(self.max_share, self.warning_share) * total:
            yield self._dominated(types, total, unknown, by)

    def _dominated(self, types: Sequence[tuple[str, int]], total: int, unknown: int, by: str) -> Finding:
        (kind, count), *others = types
        share = count / total
        rest = ", ".join(f'"{name}" {number / total:.1%}' for name, number in others[:2])
        rest = f"; next are {rest}" if rest else ""
        return self.finding(
            None,
            f'{share:.1%} of {total:,} questions are of one type{by}: "{kind}"{rest}',
            severity=Severity.WARNING if share >= self.warning_share else Severity.NOTE,
            score=share,
            share=round(share, 4),
            type=kind,
            count=count,
            records=total,
            unknown=unknown,
        )
