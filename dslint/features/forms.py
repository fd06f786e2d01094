"""How many answers of a file, and of the groups in it, have which form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from dslint.api import DatasetFeature, Record, Scope
from dslint.features.groups import Large, RecordGroup
from dslint.features.style import Style
from dslint.features.tally import Tally

EXAMPLES: Final = 20

FormCounts = dict[RecordGroup, dict[int, Tally]]
"""Answers by group and form, with the first places."""


@dataclass(frozen=True)
class AnswerForms(DatasetFeature[FormCounts, Mapping[RecordGroup, Mapping[int, Tally]]]):
    """Counts answers by group and form; records without an answer are left out."""

    scope = Scope.FILE

    def zero(self) -> FormCounts:
        """Return no counts."""
        return {}

    def add(self, state: FormCounts, record: Record, form: Style, groups: Large, /) -> FormCounts:
        """Count one answer in each of its groups."""
        if not form:
            return state
        for group in groups:
            forms = state.get(group)
            if forms is None:
                forms = state[group] = {}
            tally = forms.get(form)
            if tally is None:
                tally = forms[form] = Tally(EXAMPLES)
            tally.add(record.ref)
        return state

    def merge(self, left: FormCounts, right: FormCounts) -> FormCounts:
        """Add counts up."""
        for group, forms in right.items():
            mine = left.setdefault(group, {})
            for form, tally in forms.items():
                mine[form] = mine[form].merge(tally) if form in mine else tally
        return left

    def finish(self, state: FormCounts) -> FormCounts:
        """Return the counts."""
        return state


Forms = Annotated[Mapping[RecordGroup, Mapping[int, Tally]], AnswerForms]
"""Ask, in ``finish``, for the forms of a file's answers by group."""
