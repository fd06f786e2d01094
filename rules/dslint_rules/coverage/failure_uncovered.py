"""Prompts that the model failed, and that the data has next to nothing for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import Field, Finding, Severity, Status, shared
from dslint.features.coverage.encoded import PromptVectors, prompt_rows
from dslint.features.coverage.gaps import FailureCoverage, Gap, examples_of, failure_coverage
from dslint.features.coverage.nearest import KEPT
from dslint.features.coverage.neighbours import NearFailures, Neighbours
from dslint.features.coverage.training import Asked
from dslint.features.embedding.settings import EmbeddingSettings
from dslint_rules.coverage._judged import AgainstPrompts, is_known

_EXAMPLES: Final = 3
_LISTED: Final = 50


class FailureUncovered(AgainstPrompts):
    """The baseline model fails prompts that the data has next to no examples for, so training will not mend them.

    Collect prompts that the model you start from has failed, in any format that data is read in, and name the file
    under `failures`; a label in ``tags``, ``tag`` or ``category`` groups them. A prompt is covered by three near
    records. What is near, data and prompts say themselves: a record is near that lies no farther from the prompt than
    three others of the failed prompts do, or than nearly all of the data's questions lie from one another. A group of
    prompts is a gap where more of them are uncovered than chance explains. Prompts without a label are grouped by what
    they are about, and the groups are named by their most typical words.

    With a model in `[embeddings]` meanings are compared; without one words are, and other words for the same thing are
    not seen as near. Held-out splits do not count as data.

    ``dslint coverage`` shows all groups in a table.

    **When to ignore.** The failures are to be mended elsewhere, such as by a tool or a system prompt.
    """

    severity: ClassVar[Severity] = Severity.WARNING
    status: ClassVar[Status] = Status.PREVIEW

    precision: ClassVar[str] = (
        "15 topics of Alpaca were held out one by one, 40 of their prompts made failures beside 160 of other topics. "
        "By words a gap was reported for 6 topics, with labels for 9; by all-MiniLM-L6-v2 for 13 and 11. Of the other "
        "prompts no group was reported in any run"
    )

    failures: str = shared("", description="File of prompts that the baseline model failed.", reads="prompts")
    embeddings: EmbeddingSettings = shared(EmbeddingSettings(), description="How texts become vectors.", reads="model")
    min_near: int = Field(3, ge=1, le=KEPT, description="Near records that a prompt needs to be covered.")
    min_prompts: int = Field(3, ge=1, description="Uncovered prompts that make a gap.")

    def unmet(self) -> str:
        """Ask for failures, and for the model if one is configured."""
        missing = self.embeddings.missing if self.embeddings.model else ""
        return missing if self.failures else "set failures"

    def finish(
        self, _state: int, neighbours: NearFailures, training: Asked, encoded: PromptVectors
    ) -> Iterator[Finding]:
        """Report each gap."""
        if neighbours is None or not is_known(neighbours, training):
            return
        rows = prompt_rows(neighbours.prompts, training, encoded)
        found = failure_coverage(neighbours, rows, examples=self.min_near, least=self.min_prompts)
        for gap in found.gaps:
            if gap.is_gap:
                yield self._report(gap, found, neighbours, training.records)

    def _report(self, gap: Gap, found: FailureCoverage, neighbours: Neighbours, records: int) -> Finding:
        what = f'tagged "{gap.name[:60]}"' if gap.tagged else f"about {gap.name or 'nothing in common'}"
        refs = [neighbours.prompts.refs[number] for number in gap.uncovered[:_LISTED]]
        return self.finding(
            None,
            f"{len(gap.uncovered)} of {gap.prompts} failures {what} have fewer than {self.min_near} near examples "
            f"in {records:,} records",
            score=min(1.0, len(gap.uncovered) / max(1, found.prompts)),
            key=gap.name,
            related=examples_of(neighbours, gap.uncovered, _EXAMPLES),
            uncovered=len(gap.uncovered),
            failures=gap.prompts,
            lines=[ref.line or (ref.record or 0) + 1 for ref in refs],
            near=list(gap.near[:_LISTED]),
            near_from=round(found.limit, 4),
            compared_by=self.embeddings.name or "words",
        )
