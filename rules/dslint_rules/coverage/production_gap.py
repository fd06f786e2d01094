"""What production asks and the data does not show, or the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import Field, Finding, Severity, Status, shared
from dslint.features.coverage.demand import Demand, Topic, demand
from dslint.features.coverage.encoded import PromptVectors, prompt_rows
from dslint.features.coverage.neighbours import NearProduction, Neighbours
from dslint.features.coverage.training import Asked
from dslint.features.embedding.settings import EmbeddingSettings
from dslint_rules.coverage._judged import AgainstPrompts, is_known

_EXAMPLES: Final = 5
_TOPICS: Final = 10


class ProductionGap(AgainstPrompts):
    """The data shows other topics than production asks for, so the model is trained for questions that do not come.

    Name a sample of production's queries under `production`. Queries and training questions are cut into topics
    together. A topic is a gap where its share of the queries is at least twice its share of the training questions,
    and more than chance explains; the example queries say what to write next. The other way round there is too much of
    it. Besides, it is said once how many queries have no near record at all. What is near, the data itself says:
    nineteen in twenty of its questions have another one that near.

    With a model in `[embeddings]` meanings are compared; without one words are, and other words for the same thing are
    not seen as near. Held-out splits do not count as data; of more than 5,000 different queries a sample is taken.

    ``dslint coverage`` shows all topics in a table.

    **When to ignore.** The data is meant to teach what production rarely asks.
    """

    severity: ClassVar[Severity] = Severity.NOTE
    status: ClassVar[Status] = Status.PREVIEW

    precision: ClassVar[str] = (
        "No finding in ten random samples of 1,000 of 9,229 Alpaca prompts against the others. Of 15 topics that were "
        "taken out of the data and made a tenth of 500 queries, 3 were found by words, with 3 other topics, and 4 by "
        "all-MiniLM-L6-v2, with no other"
    )

    production: str = shared("", description="File of queries from production.", reads="prompts")
    embeddings: EmbeddingSettings = shared(EmbeddingSettings(), description="How texts become vectors.", reads="model")
    min_ratio: float = Field(2.0, ge=1, description="How many times as large one share is than the other.")
    min_count: int = Field(5, ge=1, description="Queries, or training questions, that a topic needs to count.")

    def unmet(self) -> str:
        """Ask for queries, and for the model if one is configured."""
        missing = self.embeddings.missing if self.embeddings.model else ""
        return missing if self.production else "set production"

    def finish(
        self, _state: int, neighbours: NearProduction, training: Asked, encoded: PromptVectors
    ) -> Iterator[Finding]:
        """Report the queries that stand alone, and the topics with too little and too much data."""
        if neighbours is None or not is_known(neighbours, training):
            return
        rows = prompt_rows(neighbours.prompts, training, encoded)
        found = demand(neighbours, training, rows, ratio=self.min_ratio, least=self.min_count)
        if found.beyond:
            yield self._alone(found, neighbours, training.records)
        for skew in (1, -1):
            topics = [topic for topic in found.topics if topic.skew == skew]
            topics.sort(key=lambda topic: -abs(topic.share_asked - topic.share_trained))
            yield from (self._topic(topic, neighbours) for topic in topics[:_TOPICS])

    def _alone(self, found: Demand, neighbours: Neighbours, records: int) -> Finding:
        refs = [neighbours.prompts.refs[number] for number in found.alone[:_EXAMPLES]]
        share = len(found.alone) / found.queries
        return self.finding(
            None,
            f"{share:.0%} of {found.queries:,} production queries have no near example in {records:,} records",
            score=share,
            key="alone",
            related=[(ref, "a query without a near record") for ref in refs],
            share=round(share, 4),
            queries=len(found.alone),
            near_from=round(found.limit, 4),
            compared_by=self.embeddings.name or "words",
        )

    def _topic(self, topic: Topic, neighbours: Neighbours) -> Finding:
        refs = [neighbours.prompts.refs[number] for number in topic.queries[:_EXAMPLES]]
        lacks = "too little" if topic.skew > 0 else "too much"
        return self.finding(
            None,
            f"{lacks} about {topic.name or 'nothing in common'}: {topic.share_trained:.1%} of the data, "
            f"{topic.share_asked:.1%} of production queries",
            score=min(1.0, abs(topic.share_asked - topic.share_trained)),
            key=topic.name,
            related=[(ref, "a query about it") for ref in refs],
            share_of_queries=round(topic.share_asked, 4),
            share_of_records=round(topic.share_trained, 4),
            queries=topic.asked,
            topic=topic.name,
        )
