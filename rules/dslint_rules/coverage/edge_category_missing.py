"""Kinds of unusual input that a dataset has no examples of."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final

from dslint.api import DatasetRule, Field, Finding, Message, Record, Severity
from dslint.features.edges import CATEGORIES, ENGLISH, ENGLISH_ONLY, EdgesOfAll
from dslint.features.splits import TrainedOn
from dslint_rules.coverage._declared import Category

REQUIRED: Final = (
    "short-prompt",
    "long-prompt",
    "multi-turn",
    "refusal",
    "clarifying",
    "numbers",
    "negation",
)
# Not names that a category could have.
_RECORDS: Final = "/records"
_CHATS: Final = "/chats"


class EdgeCategoryMissing(DatasetRule[Counter[str]]):
    """A kind of unusual input has next to no examples, so nothing teaches the model what to do with it.

    One finding names all categories that fewer than three records, or fewer than one in a thousand, belong to. Its
    properties hold the share of every category. Required are by default: a prompt of at most three words, a prompt of
    4,000 characters, several turns, a refusal, a question back (for what is ambiguous), typing errors, numbers, and
    negation. Beyond these dslint knows system-prompt, non-latin, code, table, structured-data, date-time, constraints,
    unanswerable, injection, harmful-request, all-caps, emoji, yes-no, classification, math, and tool-use.

    Own categories are declared under ``categories``: by an expression, a field's value, or measures such as
    ``min-turns``; all conditions of one category must hold. What neither can express, such as ``false-premise``, is
    taken from labels: a record with ``"tags": ["false-premise"]`` belongs to the category of that name.

    What cannot be seen is not judged: categories known by English words where fewer than half of the questions are in
    English, and several turns in formats of one question and one answer. Splits that are not trained on are left out.
    With fewer than 500 records, where even a category of one in two hundred is missing by chance, only your own
    categories are judged.

    **When to ignore.** In use, such input cannot reach the model. Take the category off ``require``.

    **References.** [Ribeiro et al.: CheckList](https://arxiv.org/abs/2005.04118).
    """

    severity: ClassVar[Severity] = Severity.NOTE
    precision: ClassVar[str] = (
        "10 of 10 findings on 27 public files were right: among 25 answers read that end in a question, none that asks "
        "back was overlooked; of refusals, those in other words than usual are"
    )

    require: tuple[str, ...] = Field(REQUIRED, description="Built-in categories and labels that must be there.")
    categories: Mapping[str, Category] = Field({}, description="Your own categories by name; each is required.")
    label_field: str = Field("tags", description="Field that holds a record's labels: a name or a list of names.")
    min_share: float = Field(0.001, ge=0, le=1, description="Share of records below which a category is missing.")
    min_count: int = Field(3, ge=1, description="Number of records below which a category is missing.")
    min_records: int = Field(500, ge=1, description="Smaller datasets are judged by your own categories only.")

    def zero(self) -> Counter[str]:
        """Return no counts."""
        return Counter()

    def add_batch(
        self, state: Counter[str], records: Sequence[Record], edges: EdgesOfAll, trained: TrainedOn, /
    ) -> Counter[str]:
        """Count the records in all of their categories."""
        # The turn that asks is found in each record; what is known of it is then counted by its few values.
        pairs = zip(records, trained.tolist(), strict=True)
        asked = [_question(record) if counts else None for record, counts in pairs]
        state[_CHATS] += sum([turn is not None and turn.raw_role is not None for turn in asked])
        found_in = [found for found, turn in zip(edges, asked, strict=True) if turn is not None]
        for at, record in enumerate([record for record, turn in zip(records, asked, strict=True) if turn is not None]):
            if self.categories or self.label_field in record.data:
                own = {name for name, category in self.categories.items() if category.holds(record)}
                found_in[at] = found_in[at] | own | {*self._labels(record)}
        for found, count in Counter(found_in).items():
            state[_RECORDS] += count
            for name in found:
                state[name] += count
        return state

    def merge(self, left: Counter[str], right: Counter[str]) -> Counter[str]:
        """Add the counts."""
        left.update(right)
        return left

    def unjudged(self, state: Counter[str]) -> str:
        """Say which categories were not looked for, because they are known by English words."""
        unseen = sorted({*self._unseen(state)} & {*self._required(state[_RECORDS])} - {"multi-turn"})
        return f"most questions are not English; not looked for: {', '.join(unseen)}" if unseen else ""

    def finish(self, state: Counter[str]) -> Iterator[Finding]:
        """Yield one finding with all categories that are missing."""
        records = state[_RECORDS]
        unseen = self._unseen(state)
        judged = [name for name in self._required(records) if name not in unseen]
        least = max(self.min_count, math.ceil(self.min_share * records))
        missing = [name for name in judged if state[name] < least]
        if not missing or not records:
            return
        listed = ", ".join(f"{name} ({state[name]})" for name in missing)
        have = "has" if len(missing) == 1 else "have"
        yield self.finding(
            None,
            f"{len(missing)} of {len(judged)} edge categories {have} fewer than {least} examples "
            f"in {records:,} records: {listed}",
            score=len(missing) / len(judged),
            missing=missing,
            counts={name: state[name] for name in judged},
            shares={name: round(state[name] / records, 5) for name in (*CATEGORIES, *self.categories)},
            not_judged=sorted(unseen),
            records=records,
        )

    def _labels(self, record: Record) -> Iterator[str]:
        labels = record.field(self.label_field)
        for label in labels if isinstance(labels, list) else (labels,):
            # Other labels are not counted: there may be as many as there are records.
            if isinstance(label, str) and (label in CATEGORIES or label in self.require or label in self.categories):
                yield label

    def _required(self, records: int) -> list[str]:
        usual = self.require if records >= self.min_records else ()
        return list(dict.fromkeys((*usual, *self.categories)))

    def _unseen(self, state: Counter[str]) -> set[str]:
        records = state[_RECORDS]
        unseen = set(ENGLISH_ONLY) if 2 * state[ENGLISH] < records else set()
        if 2 * state[_CHATS] < records:
            unseen.add("multi-turn")
        return unseen - set(self.categories)


def _question(record: Record) -> Message | None:
    """Return the last turn that asks."""
    turns = record.messages
    if len(turns) == 2 and turns[0].role == "user" and turns[1].role != "user":
        return turns[0]
    for turn in reversed(turns):
        if turn.role == "user":
            return turn
    return None
