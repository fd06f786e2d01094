"""Records that say almost the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, ClassVar, Literal

from dslint.api import Cluster, Field, Finding, PairRule, Record, Ref
from dslint.features.answer import differ
from dslint.features.digest import content_digest, content_letters
from dslint.features.repeats import file_by_file, related_name, unread
from dslint.features.similarity import RecordSketch, Signature
from dslint_rules.duplicates._groups import READ

_KEPT = 200
"""How many kept records of a cluster others are compared with, so that a huge one cannot take forever."""
_CLOSED_WORDS, _CLOSED_LENGTH = 3, 24
_CLOSED = 0.95
"""Least similarity where the answer is a label or a number: then a word of the question makes another example."""


class NearDuplicate(PairRule):
    """A record says almost the same as a longer one, so the pair counts twice and teaches no more.

    Similarity is the share of three-word runs that two records have in common (Jaccard), over all their turns; lines
    that a hundredth of the prompts share do not count. Two questions about one passage are not duplicates, nor are two
    word problems with other numbers: the answers must be similar as well, and must not come down to different things.
    Records that are the same but for case and punctuation are left to `exact-duplicate`, the same prompt with
    contradicting answers to `conflicting-duplicate`. Where the answer is of three words at most, 0.95 is the least.
    Records of no known format are left out, as nobody knows what is asked there. Of each cluster the longest record is
    kept.

    Each within a file is a finding of its own, as each can be removed: 30 in a thousand of GPTeacher toolformer.
    Where more than twenty records of one file repeat records of another, it is said once for the file.

    **When to ignore.** Variations of one example are meant, as in data that teaches a form by repetition; raise
    `threshold`.

    **References.** [Lee et al.: Deduplicating Training Data Makes Language Models
    Better](https://arxiv.org/abs/2107.06499), Broder: On the resemblance and containment of documents (1997), [Wang et
    al.: Self-Instruct](https://arxiv.org/abs/2212.10560).
    """

    precision: ClassVar[str] = (
        "64 of 71 read on toolformer, Glaive, HumanEval and texts of Python packages; two are greetings, five are "
        "documentation from one template (`min` and `max`). None within Alpaca, Code Alpaca and GSM8K. Of the 272 "
        "records linked in toolformer its authors removed 98 %. Candidates hold 98.3 % of the pairs at 0.8 and all at "
        "0.9. Known: in longer texts a difference of symbols alone does not count. Later first readings on about 190 "
        "files that public packages carry found it wrong in question-answer sets with passages, options and answers "
        "of a word, and in calls of tools under one long system prompt; that was changed, and has no new number"
    )

    unit: Literal["jaccard", "dice"] = Field(
        "jaccard", description="What the threshold is: Jaccard, or Dice (twice the shared runs by the sum of both)."
    )

    def key_rows(self, _records: Sequence[Record], signatures: Signature) -> Any:
        """Make candidates of records whose signatures agree in all values of a band."""
        from dslint.features.minhash import band_keys, bands_for

        return band_keys(signatures, bands_for(self._jaccard(self.threshold)))

    def sketch_rows(self, _records: Sequence[Record], signatures: Signature) -> Any:
        """Keep four bits of each value of the signature."""
        from dslint.features.minhash import sketches

        return sketches(signatures)

    def likely(self, left: Any, right: Any) -> Any:
        """Leave out pairs whose sketches differ too much, by three standard errors of their estimate."""
        from dslint.features.minhash import alike

        return alike(left, right, self._jaccard(self.threshold))

    def compare(self, left: RecordSketch, right: RecordSketch) -> float:
        """Return the exact similarity in the unit of the threshold."""
        similarity = left.resemblance(right, self._jaccard(self.threshold))
        return similarity if self.unit == "jaccard" else _dice(similarity)

    def check(self, cluster: Cluster) -> Iterator[Finding]:
        """Report the members that are similar to a longer one that is kept."""
        kept: dict[int, str] = {}
        for member, record in _by_length(cluster):
            if record.format == "unknown":
                continue
            answer = _said(record)
            others = [*islice(kept, _KEPT), *({cluster.link(member)[0]} & kept.keys() if len(kept) > _KEPT else ())]
            original = next((o for o in others if self._similar(cluster, o, member, kept[o], answer)), None)
            if original is None:
                kept[member] = answer
            else:
                yield self._report(record, cluster.refs[original], cluster.similarity(original, member))
        yield from unread(self, cluster.refs, READ, "are linked to")
        if unsure := list(islice(kept, _KEPT, None)):
            words = f"{len(unsure):,} records were compared with the {_KEPT} longest only of those that are linked to"
            here, first = cluster.refs[min(unsure)], cluster.refs[0]
            yield self.finding(here, f"{words} {related_name()}", related=[(first, "the first of these records")])

    def gather(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Say once where a file repeats another one."""
        return file_by_file(self, findings, "almost repeat records")

    def _similar(self, cluster: Cluster, left: int, right: int, said: str, answer: str) -> bool:
        closed = _is_closed(said) and _is_closed(answer)
        least = max(self.threshold, _CLOSED) if closed else self.threshold
        return cluster.similarity(left, right) >= least and not differ(said, answer)

    def _report(self, record: Record, original: Ref, similarity: float) -> Finding:
        jaccard = self._jaccard(similarity)
        return self.finding(
            record,
            f"almost the same as {related_name()}: Jaccard {jaccard:.2f}, Dice {_dice(jaccard):.2f}",
            score=jaccard,
            related=[(original, "the longer record that it almost repeats")],
            jaccard=round(jaccard, 4),
            dice=round(_dice(jaccard), 4),
        )

    def _jaccard(self, similarity: float) -> float:
        return similarity if self.unit == "jaccard" else similarity / (2 - similarity)


def _dice(jaccard: float) -> float:
    return 2 * jaccard / (1 + jaccard)


def _by_length(cluster: Cluster) -> list[tuple[int, Record]]:
    """Return the members, longest first, one of each set of exact duplicates; most differ in letters, told sooner."""
    alike: dict[bytes, list[tuple[int, Record]]] = {}
    for member, record in enumerate(cluster.records(READ)):
        alike.setdefault(content_letters(record), []).append((member, record))
    distinct: list[tuple[int, Record]] = []
    for members in alike.values():
        digest = content_digest if len(members) > 1 else content_letters
        distinct += {digest(item[1]): item for item in reversed(members)}.values()
    return sorted(distinct, key=lambda item: (-_length(item[1]), item[0]))


def _is_closed(answer: str) -> bool:
    return len(answer) <= _CLOSED_LENGTH and len(answer.split()) <= _CLOSED_WORDS


def _said(record: Record) -> str:
    calls = [f"{call.name} {call.arguments}" for turn in record.messages for call in turn.tool_calls]
    return "\n".join([record.response, *calls])


def _length(record: Record) -> int:
    return sum(len(message.text) for message in (*record.messages, *record.rejected))
