"""Records that ask and answer the same in other words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from dslint.api import Cluster, Field, Finding, PairRule, Record, Scope, shared
from dslint.features.answer import conclusions_differ
from dslint.features.embedding.meaning import RecordMeaning
from dslint.features.embedding.neighbours import FLOOR
from dslint.features.embedding.settings import EmbeddingSettings
from dslint.features.embedding.similar import Similar
from dslint.features.repeats import file_by_file, related_name, unread
from dslint.features.similarity import texts_alike

_READ = 2_000
_KEPT = 100


class SemanticDuplicate(PairRule):
    """A record asks and answers the same as another in other words, so the pair counts twice.

    Similarity is the cosine of the vectors that the model of `[embeddings]` gives: that of the questions and that of
    the answers must both reach the threshold, since models find "sort ascending" and "sort descending" alike. Answers
    that come down to different numbers, choices or labels are not the same. Records that share their words as well are
    left to `near-duplicate`. Of each cluster the longest record is kept. Each question is compared with the 64 nearest;
    with `propose` in `[embeddings]`, only those that a cheap model puts near another one are.

    **When to ignore.** Paraphrases are meant, as in data that teaches one task in many wordings.

    **References.** Reimers and Gurevych: Sentence-BERT (2019); Abbas et al.: SemDeDup (2023).
    """

    scope: ClassVar[Scope] = Scope.RUN
    on: ClassVar[bool] = False
    precision: ClassVar[str] = (
        "42 of 44 pairs read, with all-MiniLM-L6-v2: all 13 that 9,229 records of Alpaca gave, and 29 of 31 drawn from "
        "3,612 of GPTeacher toolformer; none among the 175 seed tasks of Self-Instruct. Known: two questions about one "
        "thing that answers of one form hide (`the title of` and `the content of` a page). Missed: at 0.88 to 0.9 the "
        "pairs read were the same, too; where all prompts share long instructions, 64 neighbours are too few"
    )

    threshold: float = Field(0.9, ge=FLOOR, le=1, description="Cosine from which on two texts say the same.")
    embeddings: EmbeddingSettings = shared(EmbeddingSettings(), description="How texts become vectors.", reads="model")

    def unmet(self) -> str:
        """Ask for a model, and for the one that proposes if there should be one."""
        proposer = self.embeddings.proposer
        return self.embeddings.missing or (proposer.missing if proposer is not None else "")

    def keys(self, record: Record, similar: Similar, /) -> Iterable[bytes]:
        """Make candidates of records whose questions are similar."""
        return similar.keys(record, self.threshold)

    def compare(self, left: RecordMeaning, right: RecordMeaning) -> float:
        """Return the smaller of the cosines of questions and answers."""
        return left.similarity(right)

    def check(self, cluster: Cluster) -> Iterator[Finding]:
        """Report the members that say the same as a longer one that is kept."""
        kept: list[tuple[int, Record]] = []
        members = sorted(enumerate(cluster.records(_READ)), key=lambda item: (-_length(item[1]), item[0]))
        for member, record in members:
            for other, original in kept[:_KEPT]:
                similarity = cluster.similarity(other, member)
                if similarity >= self.threshold and not conclusions_differ(original.response, record.response):
                    if not texts_alike(original, record):
                        yield self._report(record, original, similarity)
                    break
            else:
                kept.append((member, record))
        yield from unread(self, cluster.refs, _READ, "are linked to")

    def gather(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Say once where a file repeats another one."""
        return file_by_file(self, findings, "say the same as records")

    def _report(self, record: Record, original: Record, similarity: float) -> Finding:
        return self.finding(
            record,
            f"asks and answers the same as {related_name()} in other words: cosine {similarity:.2f}",
            score=similarity,
            related=[(original.ref, "the longer record that says the same")],
            cosine=similarity,
            model=self.embeddings.name,
        )


def _length(record: Record) -> int:
    return sum(len(message.text) for message in record.messages)
