"""Records that hold what models are evaluated with."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from dslint.api import DatasetRule, Field, Finding, Record, Ref, Scope, Severity, shared
from dslint.features.evaluation import InEvaluation, Overlap
from dslint.features.question import asking_turn
from dslint.features.repeats import name
from dslint.features.splits import is_held_out

_FEW = 20
_NUMBERS = 0.5


class Hit(NamedTuple):
    """A record that holds an evaluation prompt."""

    ref: Ref
    overlap: Overlap


@dataclass(slots=True)
class Hits:
    """The records of a file that hold prompts of one evaluation set: how many, and the first ones."""

    count: int = 0
    certain: int = 0
    first: list[Hit] = field(default_factory=list)

    def keep(self, hit: Hit) -> None:
        """Keep a hit if it is among the first."""
        insort(self.first, hit, key=lambda each: each.ref.order)
        del self.first[_FEW + 1 :]


class BenchmarkContamination(DatasetRule[dict[str, Hits]]):
    """A benchmark's prompt is trained on, so the score on that benchmark means nothing any more.

    Name the files of the benchmarks under `eval-sets`; they are read in every format that data is read in, and are not
    linted. A record is contaminated if it holds, anywhere in its turns, at least half of a prompt's runs of eight words
    (of sixteen characters in scripts without spaces): from 0.5 on it is a warning, from 0.8 on an error. Runs that more
    than two prompts have are the benchmark's template and do not count. Prompts of fewer than thirteen words must be
    there as a whole, those of fewer than eight must be all that is asked. A record that has fewer than half of the
    prompt's numbers is made from the same template, and not contaminated. Held-out splits are not judged.

    Where more than twenty records of a file hold prompts of one benchmark, it is said once.

    **When to ignore.** You do not report results on that benchmark: leave its file out of `eval-sets`.

    **References.** Brown et al., Language Models are Few-Shot Learners (2020), appendix C; Chowdhery et al., PaLM
    (2022), section 8.
    """

    severity: ClassVar[Severity] = Severity.ERROR
    scope: ClassVar[Scope] = Scope.FILE

    precision: ClassVar[str] = (
        "No finding in 34,000 records of Alpaca, Code Alpaca, GSM8K and toolformer against HumanEval and GSM8K's test "
        "questions; all 164 prompts of HumanEval, planted, are found. Not measured on contaminated data in the wild."
    )

    eval_sets: tuple[str, ...] = shared(
        (), description="Files of evaluation sets that must not be trained on.", reads="records"
    )
    coverage: float = Field(0.5, gt=0, le=1, description="Share of a prompt's runs from which on it is a warning.")
    error_coverage: float = Field(0.8, gt=0, le=1, description="Share of a prompt's runs from which on it is an error.")

    def unmet(self) -> str:
        """Ask for evaluation sets."""
        return "" if self.eval_sets else "set eval-sets"

    def zero(self) -> dict[str, Hits]:
        """Return no hits."""
        return {}

    # What is in an evaluation set is no pattern: the feature looks each question up, and nearly all end at its None.
    def add(self, state: dict[str, Hits], record: Record, overlap: InEvaluation, /) -> dict[str, Hits]:
        """Count the record if it holds a prompt."""
        if overlap is None or overlap.coverage < self.coverage or overlap.numbers < _NUMBERS or is_held_out(record):
            return state
        hits = state.setdefault(overlap.item.path, Hits())
        hits.count += 1
        hits.certain += overlap.coverage >= self.error_coverage
        ref = asking_turn(record).ref
        hits.keep(Hit(ref, overlap))
        return state

    def merge(self, left: dict[str, Hits], right: dict[str, Hits]) -> dict[str, Hits]:
        """Count the hits of both."""
        for path, other in right.items():
            hits = left.setdefault(path, Hits())
            hits.count += other.count
            hits.certain += other.certain
            for hit in other.first:
                hits.keep(hit)
        return left

    def finish(self, state: dict[str, Hits]) -> Iterator[Finding]:
        """Report each record, or a file at once."""
        for path, hits in sorted(state.items()):
            if hits.count <= _FEW:
                yield from (self._report(hit) for hit in hits.first)
                continue
            related = [(hit.overlap.item, "an evaluation prompt") for hit in hits.first[:_FEW]]
            told = f"{hits.count:,} records of this file hold prompts of {path}, {hits.certain:,} of them nearly whole"
            severity = Severity.ERROR if hits.certain else Severity.WARNING
            first = hits.first[0].ref
            yield self.finding(first, told, severity=severity, score=1.0, related=related, key=path, count=hits.count)

    def _report(self, hit: Hit) -> Finding:
        item, coverage, _ = hit.overlap
        return self.finding(
            hit.ref,
            f"record holds {coverage:.0%} of the evaluation prompt at {name(item, hit.ref)}",
            severity=Severity.ERROR if coverage >= self.error_coverage else Severity.WARNING,
            score=min(1.0, coverage),
            related=[(item, "the evaluation prompt")],
            coverage=round(coverage, 4),
        )
