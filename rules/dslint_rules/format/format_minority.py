"""Few answers break a form that nearly all others of their group have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dslint.api import DatasetRule, Field, Finding, Record, Scope, Severity
from dslint.features.forms import Forms
from dslint.features.groups import Width
from dslint_rules.format._conventions import CONVENTIONS, Convention, ConventionName, Split, splits


class FormatMinority(DatasetRule[None]):
    r"""Few answers break a form that nearly all others of their group have, so the model learns to break it as well.

    A group is a file, or the records of a file with the same system prompt, the same first words of the question, or
    the same task field. Looked at: a final marker (`#### 42`, `Answer: 42`, `\boxed{42}`), `<<6*7=42>>` calculations,
    JSON, a code fence at the start, reasoning at the start, a digit at the end; and where the task is the same also
    Markdown headings, a full stop at the end and bare labels, which are notes. What a few answers have and the others
    lack is no convention, and is not reported.

    **When to ignore.** The minority is a task of its own; give it a `task` field or a system prompt, and it is judged
    by itself.

    **References.** [Zhou et al.: LIMA](https://arxiv.org/abs/2305.11206), on one style of answers.
    """

    scope = Scope.FILE
    precision = (
        "2 of 2 on 27 public files, 20 of 20 listed answers read; of one set's answers mixed into another's at 3 %, "
        "224 of 224 were found and none else. Notes by the end of the sentence: 4 of 8 listed answers are slips"
    )

    features: tuple[ConventionName, ...] = Field(tuple(CONVENTIONS), description="Conventions to look at.")
    min_majority: float = Field(0.9, ge=0.5, lt=1, description="Share of a group's answers that makes a convention.")
    min_group: int = Field(50, ge=50, description="Answers that a group must have to be judged.")

    def zero(self) -> None:
        """Keep nothing: the counts are a feature."""

    def add_batch(self, state: None, _records: Sequence[Record], /) -> None:
        """Keep nothing."""

    def merge(self, left: None, right: None) -> None:
        """Keep nothing."""

    def finish(self, _state: None, forms: Forms, /) -> Iterator[Finding]:
        """Report each convention that is broken, in the widest group that has it."""
        told: list[Split] = []
        for split in splits(forms, self.features, self.min_group):
            if self._is_broken(split) and not any(_says_as_much(other, split) for other in told):
                told.append(split)
                yield self._report(split)

    def _is_broken(self, split: Split) -> bool:
        judged = split.group.width <= CONVENTIONS[split.name].required
        return judged and split.breaking.count > 0 and split.share >= self.min_majority

    def _report(self, split: Split) -> Finding:
        convention = CONVENTIONS[split.name]
        count, total, group = split.breaking.count, split.total, split.group
        return self.finding(
            None,
            f"{split.following:,} of {total:,} answers{group.words} {convention.words}, "
            f"{count:,} {convention.negation(count)}",
            severity=Severity.NOTE if convention.required is Width.NARROW else None,
            score=split.share,
            related=[(example.ref, _beside(convention)) for example in split.breaking.examples],
            key=f"{split.name}{group.words}",
            convention=split.name,
            breaking=count,
            following=split.following,
            answers=total,
            group=group.words.strip(),
        )


def _says_as_much(told: Split, split: Split) -> bool:
    """Whether the answers of ``split`` have been reported already, for this convention or as breaking a harder one."""
    if told.name == split.name:
        return {e.ref for e in told.breaking.examples}.issuperset(e.ref for e in split.breaking.examples)
    return told.group == split.group and told.forms >= split.forms


def _beside(convention: Convention) -> str:
    return f"the answer: {convention.otherwise}" if convention.otherwise else f"an answer that {convention.negation(1)}"
