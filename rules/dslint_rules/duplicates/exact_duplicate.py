"""Records that say the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from dslint.api import Field, Finding, Group, GroupRule, Record
from dslint.features.digest import content_digest
from dslint.features.letters import CONTENT, Letters
from dslint.features.repeats import file_by_file, related_name, unread
from dslint.features.text import Normalization
from dslint_rules.duplicates._groups import READ, confirmed, symbols


class ExactDuplicate(GroupRule):
    """A record repeats another one, so it counts twice in training and may end up on both sides of a split.

    Everything that the record teaches is compared: system prompt, tools, all turns with their roles, media, the
    rejected answer. Other fields, such as ids, are not. Case, punctuation at the edge of words, and white space are
    ignored, except in code, in single letters and words such as `NaN`, and where the answer repeats its prompt but for
    these.

    Each copy within a file is a finding of its own, as each can be removed: 143 in a thousand records of Glaive's tool
    calls. Where more than twenty records of one file repeat records of another, it is said once for the file.

    **When to ignore.** A record is repeated on purpose, to give it more weight.

    **References.** [Lee et al.: Deduplicating Training Data Makes Language Models
    Better](https://arxiv.org/abs/2107.06499), [AlpacaDataCleaned](https://github.com/gururise/AlpacaDataCleaned).
    """

    precision: ClassVar[str] = (
        "34 of 34 that are the same after normalisation (GPTeacher toolformer); the others on 27 public files are the "
        "same byte for byte. Later first readings on about 190 files that public packages carry found it wrong in "
        "question-answer sets (one question about two passages, answers that differ in the case of letters that mean "
        "something); that was changed, and has no new number"
    )

    normalize: Normalization = Field(
        "full", description="What to ignore: none, whitespace, or full (case, punctuation and white space)."
    )

    def key_rows(self, records: Sequence[Record], letters: Letters, /) -> tuple[Any, Any]:
        """Screen by letters and digits."""
        return letters[:, CONTENT], [True] * len(records)

    def check(self, group: Group) -> Iterator[Finding]:
        """Report every record but the first of those that are the same."""
        for first, *copies in confirmed(group, self._digest):
            original = content_digest(first, "none")
            for copy in copies:
                same = content_digest(copy, "none") == original
                but = "" if same else f" after ignoring {_IGNORED[self.normalize]}"
                yield self.finding(
                    copy,
                    f"same text as {related_name()}{but}",
                    score=0.9 if same else 0.7,
                    related=[(first, "the record that it repeats")],
                    identical=same,
                )
        yield from unread(self, group.refs, READ, "may repeat")

    def _digest(self, record: Record) -> bytes:
        cased = symbols(f"{record.prompt}\n{record.response}") if self.normalize == "full" else b""
        return content_digest(record, self.normalize) + cased

    def gather(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Say once where a file repeats another one."""
        return file_by_file(self, findings, "repeat records")


_IGNORED = {"whitespace": "white space", "full": "case, punctuation and white space"}
