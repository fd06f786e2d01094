"""Records that say almost the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Literal

from dslint.api import Cluster, Field, Finding, PairRule, Record
from dslint.features.digest import content_digest
from dslint.features.similarity import RecordSketch, Signature
from dslint_rules.duplicates._groups import name

_READ = 5000
_KEPT = 50


class NearDuplicate(PairRule):
    """A record says almost the same as a longer one, so the pair counts twice and teaches no more.

    Similarity is the share of three-word runs that two records have in common (Jaccard), over all their turns; lines
    that a hundredth of the prompts share do not count. Two questions about one passage are not duplicates: what is
    asked, or the answer, must be similar as well. Records that are the same but for case and punctuation are left to
    `exact-duplicate`. Of each cluster the longest record is kept.
    """

    precision: ClassVar[str] = ""
    bands: ClassVar[int] = 32

    unit: Literal["jaccard", "dice"] = Field(
        "jaccard", description="What the threshold is: Jaccard, or Dice (twice the shared runs by the sum of both)."
    )

    def key_rows(self, _records: Sequence[Record], signatures: Signature) -> Any:
        """Make candidates of records whose signatures agree in all four values of a band."""
        from dslint.features.minhash import band_keys

        return band_keys(signatures, self.bands)

    def compare(self, left: RecordSketch, right: RecordSketch) -> float:
        """Return the exact similarity in the unit of the threshold."""
        similarity = left.resemblance(right, self._jaccard(self.threshold))
        return similarity if self.unit == "jaccard" else _dice(similarity)

    def check(self, cluster: Cluster) -> Iterator[Finding]:
        """Report the members that are similar to a longer one that is kept."""
        kept: list[int] = []
        for member, record in _by_length(cluster):
            found = ((other, cluster.similarity(other, member)) for other in kept[:_KEPT])
            original, similarity = next(((o, s) for o, s in found if s >= self.threshold), (-1, 0.0))
            if original < 0:
                kept.append(member)
                continue
            other = cluster.refs[original]
            jaccard = self._jaccard(similarity)
            yield self.finding(
                record,
                f"almost the same as {name(other, record.ref)}: Jaccard {jaccard:.2f}, Dice {_dice(jaccard):.2f}",
                score=jaccard,
                related=[(other, "the longer record that it almost repeats")],
                jaccard=round(jaccard, 4),
                dice=round(_dice(jaccard), 4),
            )

    def _jaccard(self, similarity: float) -> float:
        return similarity if self.unit == "jaccard" else similarity / (2 - similarity)


def _dice(jaccard: float) -> float:
    return 2 * jaccard / (1 + jaccard)


def _by_length(cluster: Cluster) -> list[tuple[int, Record]]:
    """Return the members, longest first, one of each set of exact duplicates."""
    distinct: dict[bytes, tuple[int, Record]] = {}
    for member, record in enumerate(cluster.records(_READ)):
        distinct.setdefault(content_digest(record), (member, record))
    return sorted(distinct.values(), key=lambda item: (-_length(item[1]), item[0]))


def _length(record: Record) -> int:
    return sum(len(message.text) for message in (*record.messages, *record.rejected))
