"""Forms that the answers of a group can share, and how many answers do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from dslint.api import Ref
from dslint.features.groups import WHOLE_FILE, FrequentKeys, RecordGroup, Width
from dslint.features.style import Form
from dslint.features.tally import Tally

EXAMPLES: Final = 20

ConventionName = Literal[
    "final-marker",
    "answer-line",
    "boxed",
    "calculator",
    "json",
    "fence",
    "reasoning",
    "headings",
    "sentence-end",
    "digit-end",
    "label",
]


@dataclass(frozen=True, slots=True)
class Convention:
    """A form that answers can share.

    Attributes:
        has: The form of answers that follow it.
        words: What answers do that follow it: completes ``answers …``.
        negation: What answers do that do not.
        broken: The form of answers that break it for certain; without one, all that do not follow it.
        required: The widest groups in which nearly all answers having it makes it a rule for the rest.
        split: The widest groups in which it should be all or nothing; ``None`` where it depends on the question.
    """

    has: Form
    words: str
    negation: str
    broken: Form = Form.NONE
    required: Width = Width.WIDE
    split: Width | None = None

    def is_broken_by(self, form: Form) -> bool:
        """Whether an answer of ``form`` breaks it."""
        return bool(form & self.broken) if self.broken else not form & self.has


CONVENTIONS: Final[Mapping[ConventionName, Convention]] = {
    "final-marker": Convention(
        Form.HASH_MARKER, "end with a '####' line", "do not end with a '####' line", split=Width.WIDE
    ),
    "answer-line": Convention(
        Form.ANSWER_LINE, "end with an 'Answer:' line", "do not end with an 'Answer:' line", split=Width.WIDE
    ),
    "boxed": Convention(Form.BOXED, "hold \\boxed{}", "do not hold \\boxed{}", split=Width.WIDE),
    "calculator": Convention(
        Form.CALCULATOR, "hold <<…=…>> calculations", "do not hold <<…=…>> calculations", split=Width.WIDE
    ),
    "json": Convention(Form.JSON, "are JSON", "are not JSON", split=Width.NARROW),
    "fence": Convention(Form.FENCE, "begin with a code fence", "do not begin with a code fence", split=Width.NARROW),
    "reasoning": Convention(Form.REASONING, "begin with reasoning", "do not begin with reasoning", split=Width.WIDE),
    "headings": Convention(Form.HEADINGS, "have Markdown headings", "have no Markdown headings", required=Width.NARROW),
    "sentence-end": Convention(
        Form.SENTENCE_END,
        "end with a full stop or the like",
        "end without one",
        broken=Form.LETTER_END,
        required=Width.NARROW,
    ),
    "digit-end": Convention(
        Form.DIGIT_END, "end with a digit", "end with a word or a full stop", Form.SENTENCE_END | Form.LETTER_END
    ),
    "label": Convention(Form.LABEL, "are a bare label", "are sentences", Form.LONG, required=Width.NARROW),
}


class Split(NamedTuple):
    """How the answers of a group divide over one convention.

    Attributes:
        group: The group.
        name: The convention.
        total: Answers in the group.
        following: Answers that follow it.
        breaking: Those that break it, with the first places.
    """

    group: RecordGroup
    name: ConventionName
    total: int
    following: int
    breaking: Tally

    @property
    def share(self) -> float:
        """Share of the answers that follow the convention."""
        return self.following / self.total


@dataclass(slots=True)
class FormCounts:
    """Answers by group and form."""

    groups: dict[RecordGroup, dict[int, Tally]] = field(default_factory=dict)

    def add(self, ref: Ref, form: Form, groups: Iterable[RecordGroup], frequent: FrequentKeys) -> None:
        """Count an answer, in the whole file and in those of its groups that can be frequent."""
        self._count(WHOLE_FILE, ref, form)
        for group in groups:
            if group.key in frequent:
                self._count(group, ref, form)

    def merge(self, other: FormCounts) -> FormCounts:
        """Count the answers of ``other`` in, and return self."""
        for group, forms in other.groups.items():
            mine = self.groups.setdefault(group, {})
            for form, tally in forms.items():
                mine[form] = mine[form].merge(tally) if form in mine else tally
        return self

    def splits(self, names: Iterable[ConventionName], min_group: int) -> Iterator[Split]:
        """Yield how each large enough group divides over each convention, wide groups first."""
        large = [
            (group, forms)
            for group, forms in self.groups.items()
            if sum(tally.count for tally in forms.values()) >= min_group
        ]
        large.sort(key=lambda item: (item[0] != WHOLE_FILE, -item[0].width, item[0].words))
        for name in names:
            for group, forms in large:
                yield _split(group, name, forms)

    def _count(self, group: RecordGroup, ref: Ref, form: Form) -> None:
        forms = self.groups.get(group)
        if forms is None:
            forms = self.groups[group] = {}
        tally = forms.get(form)
        if tally is None:
            tally = forms[int(form)] = Tally(EXAMPLES)
        tally.add(ref)


def _split(group: RecordGroup, name: ConventionName, forms: Mapping[int, Tally]) -> Split:
    convention = CONVENTIONS[name]
    total = following = 0
    breaking = Tally(EXAMPLES)
    for value, tally in forms.items():
        form = Form(value)
        total += tally.count
        if form & convention.has:
            following += tally.count
        elif convention.is_broken_by(form):
            breaking.merge(tally)
    return Split(group, name, total, following, breaking)
