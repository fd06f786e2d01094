"""Few answers break a form that nearly all others of their group have."""

from __future__ import annotations

from collections.abc import Iterator

from dslint.api import DatasetRule, Field, Finding, Record, Ref, Scope
from dslint.features.forms import Forms
from dslint_rules.format._conventions import CONVENTIONS, ConventionName, Split, splits


class FormatMinority(DatasetRule[None]):
    r"""Few answers break a form that nearly all others of their group have, so the model learns to break it as well.

    A group is a file, or the records of a file with the same system prompt, the same first words of the question, or
    the same task field. Looked at: a final marker (`#### 42`, `Answer: 42`, `\boxed{42}`), `<<6*7=42>>` calculations,
    JSON, a code fence at the start, reasoning at the start, a digit at the end; and where the task is the same also
    Markdown headings, a full stop at the end and bare labels. What a few answers have and the others lack is no
    convention, and is not reported.
    """

    scope = Scope.FILE

    features: tuple[ConventionName, ...] = Field(tuple(CONVENTIONS), description="Conventions to look at.")
    min_majority: float = Field(0.9, ge=0.5, lt=1, description="Share of a group's answers that makes a convention.")
    min_group: int = Field(50, ge=50, description="Answers that a group must have to be judged.")

    def zero(self) -> None:
        """Keep nothing: the counts are a feature."""

    def add(self, state: None, _record: Record, /) -> None:
        """Keep nothing."""

    def merge(self, left: None, right: None) -> None:
        """Keep nothing."""

    def finish(self, _state: None, forms: Forms, /) -> Iterator[Finding]:
        """Report each convention that is broken, in the widest group that has it."""
        told: dict[ConventionName, set[Ref]] = {}
        for split in splits(forms, self.features, self.min_group):
            if not self._is_broken(split):
                continue
            places = [example.ref for example in split.breaking.examples]
            known = told.setdefault(split.name, set())
            if known.issuperset(places):
                continue
            known.update(places)
            yield self._report(split, places)

    def _is_broken(self, split: Split) -> bool:
        judged = split.group.width <= CONVENTIONS[split.name].required
        return judged and split.breaking.count > 0 and split.share >= self.min_majority

    def _report(self, split: Split, places: list[Ref]) -> Finding:
        convention = CONVENTIONS[split.name]
        count, total, group = split.breaking.count, split.total, split.group
        return self.finding(
            None,
            f"{count:,} of {total:,} answers{group.words} {convention.negation}, as {split.following:,} do",
            score=split.share,
            related=[(place, convention.negation) for place in places],
            key=f"{split.name}{group.words}",
            convention=split.name,
            breaking=count,
            following=split.following,
            answers=total,
            group=group.words.strip(),
        )
