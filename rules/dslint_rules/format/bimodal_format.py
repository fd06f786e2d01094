"""The answers of a group fall apart into two forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dslint.api import DatasetRule, Field, Finding, Record, Ref, Scope, Severity
from dslint.features.forms import Forms
from dslint_rules.format._conventions import CONVENTIONS, ConventionName, Split, splits


class BimodalFormat(DatasetRule[None]):
    r"""The answers of a group fall apart into two forms, as when two versions of a prompt were merged.

    Looked at are marks that a question does not explain: a final marker (`#### 42`, `Answer: 42`, `\boxed{42}`),
    `<<6*7=42>>` calculations and reasoning at the start; and where the task is the same, by its template or task field,
    also JSON and a code fence at the start.

    **When to ignore.** Both forms are wanted, and something in the prompt says which.

    **References.** [Zhou et al.: LIMA](https://arxiv.org/abs/2305.11206), on one style of answers.
    """

    severity = Severity.NOTE
    precision = (
        "no finding on 27 public files; of two sets of one task mixed 70 to 30, both marks that differ were found. "
        "Known: files that mix sources on purpose, such as answers with and without reasoning"
    )
    scope = Scope.FILE

    min_share: float = Field(0.15, gt=0, lt=0.5, description="Share that both forms must have.")
    min_group: int = Field(50, ge=50, description="Answers that a group must have to be judged.")

    def zero(self) -> None:
        """Keep nothing: the counts are a feature."""

    def add_batch(self, state: None, _records: Sequence[Record], /) -> None:
        """Keep nothing."""

    def merge(self, left: None, right: None) -> None:
        """Keep nothing."""

    def finish(self, _state: None, forms: Forms, /) -> Iterator[Finding]:
        """Report each convention that a group is divided over, in the widest group that is."""
        told: dict[ConventionName, set[Ref]] = {}
        names = [name for name, convention in CONVENTIONS.items() if convention.split is not None]
        for split in splits(forms, names, self.min_group):
            if not self._is_divided(split):
                continue
            places = {example.ref for example in split.breaking.examples}
            known = told.setdefault(split.name, set())
            if not known.issuperset(places):
                known |= places
                yield self._report(split)

    def _is_divided(self, split: Split) -> bool:
        widest = CONVENTIONS[split.name].split
        judged = widest is not None and split.group.width <= widest
        return judged and self.min_share <= split.share <= 1 - self.min_share

    def _report(self, split: Split) -> Finding:
        convention = CONVENTIONS[split.name]
        count, total, group = split.following, split.total, split.group
        return self.finding(
            None,
            f"{count:,} of {total:,} answers{group.words} {convention.words}, "
            f"{split.breaking.count:,} {convention.negation(split.breaking.count)}",
            score=2 * min(split.share, 1 - split.share),
            related=[
                (example.ref, f"an answer that {convention.negation(1)}") for example in split.breaking.examples[:5]
            ],
            key=f"{split.name}{group.words}",
            convention=split.name,
            following=count,
            breaking=split.breaking.count,
            answers=total,
            group=group.words.strip(),
        )
