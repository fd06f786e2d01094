"""How many answers of a file, and of the groups in it, have which form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from dslint.api import DatasetFeature, Record, Scope
from dslint.features.groups import LargeGroups, RecordGroup
from dslint.features.style import AnswerForm
from dslint.features.tally import Tally

EXAMPLES: Final = 20

_Styles = Annotated[Sequence[int], AnswerForm]
_Groups = Annotated[Sequence[tuple[RecordGroup, ...]], LargeGroups]
FormCounts = dict[RecordGroup, dict[int, Tally]]
"""Answers by group and form, with the first places."""


class AnswerForms(DatasetFeature[FormCounts, Mapping[RecordGroup, Mapping[int, Tally]]]):
    """Counts answers by group and form; records without an answer are left out."""

    scope = Scope.FILE

    def zero(self) -> FormCounts:
        """Return no counts."""
        return {}

    def add_batch(self, state: FormCounts, records: Sequence[Record], forms: _Styles, groups: _Groups, /) -> FormCounts:
        """Count answers in each of their groups."""
        import numpy as np

        # Most records are in the same groups, which come as one object: its number stands for them in the sorting.
        columns = np.array([list(map(id, groups)), forms])
        order = np.lexsort(columns)
        last = np.flatnonzero((np.diff(columns[:, order]) != 0).any(axis=0)) + 1
        for alike in np.split(order, last) if records else ():
            form, first = forms[alike[0]], [records[at].ref for at in alike[:EXAMPLES].tolist()]
            for group in groups[alike[0]] if form else ():
                state.setdefault(group, {}).setdefault(form, Tally(EXAMPLES)).add_all(len(alike), first)
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
