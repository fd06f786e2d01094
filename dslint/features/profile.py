"""The profile of a dataset: counts that say what it is like, and none of its text."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from dslint.api import DatasetFeature, Record, setting
from dslint.features.digest import content_key
from dslint.features.distinct import Distinct
from dslint.features.question import question_of
from dslint.features.script import main_script
from dslint.features.task import Kind

VERSION: Final = 1
STEPS: Final = 4
"""Steps of a length for each doubling."""
_KEPT: Final = 4096
_HEAD: Final = 2_000
_LABELS: Final = 50
_OTHER: Final = "other"

Shares = Counter[str]
Lengths = Counter[int]


@dataclass(slots=True)
class Profile:
    """What a dataset is like; also the state that it is made of.

    Attributes:
        records: How many records there are.
        distinct: How many different ones, as far as letters and digits tell.
        formats: Records by format.
        types: Records by kind of task; empty for those whose question does not say.
        scripts: Records by the script that most letters of the answer are in.
        turns: Records by their number of turns, up to 20.
        questions: Records by the length of what is asked, in steps.
        answers: Records by the length of their answers, in steps.
        told: How many records repeat another one, where a file says it.
    """

    records: int = 0
    distinct: Distinct = field(default_factory=lambda: Distinct(_KEPT))
    formats: Shares = field(default_factory=Counter)
    types: Shares = field(default_factory=Counter)
    scripts: Shares = field(default_factory=Counter)
    turns: Lengths = field(default_factory=Counter)
    questions: Lengths = field(default_factory=Counter)
    answers: Lengths = field(default_factory=Counter)
    told: int | None = None

    def add(self, record: Record, kind: str) -> None:
        """Count a record in."""
        answer = record.response
        self.records += 1
        self.distinct.add(int.from_bytes(content_key(record)[:8], "little"))
        self.formats[record.format] += 1
        self.types[kind] += 1
        self.scripts[main_script(answer[:_HEAD])] += 1
        self.turns[min(len(record.messages), 20)] += 1
        self.questions[step(len(question_of(record)))] += 1
        self.answers[step(len(answer))] += 1

    def merge(self, other: Profile) -> Profile:
        """Count the records of ``other`` in, and return self."""
        self.records += other.records
        self.distinct.merge(other.distinct)
        for name in _COUNTED:
            getattr(self, name).update(getattr(other, name))
        return self

    @property
    def repeated(self) -> int:
        """How many records repeat another one; an estimate where there are more than some thousand different ones."""
        if self.told is not None:
            return self.told
        distinct = self.distinct.count
        # Within its error, an estimate says nothing.
        near = self.distinct.bound is not None and self.records - distinct < 0.05 * self.records
        return 0 if near else max(0, self.records - distinct)

    def document(self) -> dict[str, Any]:
        """Return it as JSON values."""
        counted = {name: _document(_most(getattr(self, name))) for name in _COUNTED}
        return {"records": self.records, "repeated": self.repeated, **counted}


_COUNTED: Final = ("formats", "types", "scripts", "turns", "questions", "answers")


def from_document(document: Mapping[str, Any]) -> Profile:
    """Return the profile that :meth:`Profile.document` described.

    Raises:
        ValueError: If it is no such document.
    """
    try:
        profile = Profile(int(document["records"]), told=int(document["repeated"]))
        for name in _COUNTED:
            key = str if name in ("formats", "types", "scripts") else int
            counts = Counter({key(value): int(count) for value, count in document[name].items()})
            if counts.total() != profile.records or any(count < 0 for count in counts.values()):
                raise ValueError(f"its {name} do not add up to {profile.records} records")
            setattr(profile, name, counts)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it is no profile of a dataset: {error}") from error
    return profile


def read_profiles(content: bytes) -> dict[str, Profile]:
    """Return the profiles in a file, by the name of their dataset.

    Raises:
        ValueError: If it is no file of profiles, or one of another version.
    """
    import orjson

    document = orjson.loads(content)
    version = document.get("version") if isinstance(document, Mapping) else None
    if version != VERSION:
        raise ValueError(f"it is no profile of version {VERSION}; make one with dslint profile")
    datasets = document.get("datasets")
    if not isinstance(datasets, Mapping):
        raise ValueError("it has no datasets")
    return {name: from_document(value) for name, value in datasets.items()}


def write_profiles(profiles: Mapping[str, Profile]) -> bytes:
    """Return a file of profiles: JSON that changes in few lines where the data changes little."""
    import orjson

    datasets = {name: profile.document() for name, profile in sorted(profiles.items())}
    return orjson.dumps(
        {"version": VERSION, "datasets": datasets}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    )


def step(length: int) -> int:
    """Return a length on the logarithmic scale of profiles."""
    return round(math.log2(1 + length) * STEPS)


def length_of(value: int) -> int:
    """Return about which length a step stands for."""
    return round(2 ** (value / STEPS) - 1)


@dataclass(frozen=True, slots=True)
class Compared:
    """A dataset's profile beside that of the baseline.

    Attributes:
        now: Its profile.
        before: The baseline's; ``None`` where it has no dataset of that name.
    """

    now: Profile
    before: Profile | None = None


@dataclass(slots=True)
class NamedProfile:
    """A profile under way, and whose it is."""

    profile: Profile = field(default_factory=Profile)
    name: str = ""


@dataclass(frozen=True)
class BaselineComparison(DatasetFeature[NamedProfile, Compared]):
    """The profile of a dataset, and the one that the baseline has of it.

    Attributes:
        baseline: Profiles by the name of their dataset: what the file holds that the setting ``baseline`` names.
    """

    baseline: Any = setting(None)  # noqa: RUF009 - a dataclass field

    def zero(self) -> NamedProfile:
        """Return the profile of no records."""
        return NamedProfile()

    def add(self, state: NamedProfile, record: Record, kind: Kind, /) -> NamedProfile:
        """Count a record in."""
        state.profile.add(record, kind)
        state.name = record.source.dataset
        return state

    def merge(self, left: NamedProfile, right: NamedProfile) -> NamedProfile:
        """Count the records of both."""
        left.profile.merge(right.profile)
        left.name = left.name or right.name
        return left

    def finish(self, state: NamedProfile) -> Compared:
        """Return both profiles."""
        known = self.baseline if isinstance(self.baseline, Mapping) else {}
        return Compared(state.profile, known.get(state.name))


AgainstBaseline = Annotated[Compared, BaselineComparison]
"""Ask for a dataset's profile beside the baseline's."""


def _document(counts: Counter[Any]) -> dict[str, int]:
    return {str(value): count for value, count in sorted(counts.items())}


def _most(counts: Counter[Any]) -> Counter[Any]:
    """Keep the most frequent labels; there may be as many as there are records."""
    if len(counts) <= _LABELS or not all(isinstance(label, str) for label in counts):
        return counts
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    kept = Counter(dict(ordered[:_LABELS]))
    if rest := sum(count for _, count in ordered[_LABELS:]):
        kept[_OTHER] += rest
    return kept
