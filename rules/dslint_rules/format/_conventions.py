"""Forms that the answers of a group can share, and how many answers do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from dslint.features.forms import EXAMPLES, Forms
from dslint.features.groups import RecordGroup, Width
from dslint.features.style import Form
from dslint.features.tally import Tally

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
        broken: The form of answers that break it for certain; without one, all that do not follow it.
        otherwise: What those have instead.
        required: The widest groups in which nearly all answers having it makes it a rule for the rest.
        split: The widest groups in which it should be all or nothing; ``None`` where it depends on the question.
    """

    has: Form
    words: str
    broken: Form = Form.NONE
    otherwise: str = ""
    required: Width = Width.WIDE
    split: Width | None = None

    def negation(self, count: int) -> str:
        """Return what is said of ``count`` answers that do not follow it."""
        if self.otherwise:
            return self.otherwise
        if self.words.startswith("are "):
            return "is not" if count == 1 else "are not"
        return "does not" if count == 1 else "do not"

    def is_broken_by(self, form: int) -> bool:
        """Whether an answer of ``form`` breaks it."""
        return bool(form & self.broken) if self.broken else not form & self.has


CONVENTIONS: Final[Mapping[ConventionName, Convention]] = {
    "final-marker": Convention(Form.HASH_MARKER, 'end with a "####" line', split=Width.WIDE),
    "answer-line": Convention(Form.ANSWER_LINE, 'end with an "Answer:" line', split=Width.WIDE),
    "boxed": Convention(Form.BOXED, "hold \\boxed{}", split=Width.WIDE),
    "calculator": Convention(Form.CALCULATOR, "hold <<…=…>> calculations", split=Width.WIDE),
    "json": Convention(Form.JSON, "are JSON", split=Width.NARROW),
    "fence": Convention(Form.FENCE, "begin with a code fence", split=Width.NARROW),
    "reasoning": Convention(Form.REASONING, "begin with reasoning", split=Width.WIDE),
    "headings": Convention(Form.HEADINGS, "have Markdown headings", required=Width.NARROW),
    "sentence-end": Convention(
        Form.SENTENCE_END, "end with a full stop or the like", Form.OPEN_END, "with a word", required=Width.NARROW
    ),
    "digit-end": Convention(
        Form.DIGIT_END, "end with a digit", Form.SENTENCE_END | Form.LETTER_END, "with a word or a full stop"
    ),
    "label": Convention(Form.LABEL, "are a bare label", Form.LONG, "a whole sentence", required=Width.NARROW),
}


class Split(NamedTuple):
    """How the answers of a group divide over one convention.

    Attributes:
        group: The group.
        name: The convention.
        total: Answers in the group.
        following: Answers that follow it.
        breaking: Those that break it, with the first places.
        forms: The forms that break it.
    """

    group: RecordGroup
    name: ConventionName
    total: int
    following: int
    breaking: Tally
    forms: frozenset[int]

    @property
    def share(self) -> float:
        """Share of the answers that follow the convention."""
        return self.following / self.total


def splits(forms: Forms, names: Iterable[ConventionName], min_group: int) -> Iterator[Split]:
    """Yield how each large enough group divides over each convention, wide groups first within a convention."""
    large = [
        (group, counts) for group, counts in forms.items() if sum(tally.count for tally in counts.values()) >= min_group
    ]
    large.sort(key=lambda item: (-item[0].width, item[0].kind, item[0].text))
    for name in names:
        for group, counts in large:
            yield _split(group, name, counts)


def _split(group: RecordGroup, name: ConventionName, counts: Mapping[int, Tally]) -> Split:
    convention = CONVENTIONS[name]
    total = following = 0
    breaking = Tally(EXAMPLES)
    broken: set[int] = set()
    for form, tally in counts.items():
        total += tally.count
        if form & convention.has:
            following += tally.count
        elif convention.is_broken_by(form):
            breaking.merge(tally)
            broken.add(form)
    return Split(group, name, total, following, breaking, frozenset(broken))
