"""Datasets that are no longer what their baseline was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from dslint.api import Dataset, DatasetRule, Field, Finding, Record, Severity, shared
from dslint.features.divergence import JS_LIMIT, KS_LIMIT, PSI_LIMIT, REPEATED_LIMIT, Limits, compare
from dslint.features.profile import AgainstBaseline


class BaselineDrift(DatasetRule[int]):
    """The dataset has changed in kind since its baseline, so results with it no longer compare to earlier ones.

    Commit a profile of the data as it was released (``dslint profile data/ -o profile.json``) and name it under
    `baseline`. Compared are, for each dataset by its name: task types, scripts and record formats by the Jensen-Shannon
    divergence in bits; lengths of questions and answers by the Kolmogorov-Smirnov statistic and the population
    stability index over the baseline's deciles; and the share of repeated records. A difference that samples of this
    size show by chance once in a hundred times is none. The number of records may change as it likes.

    ``dslint diff`` compares two versions in more detail.

    **When to ignore.** The change was wanted: make a new profile and commit it.

    **References.** Lin, Divergence Measures Based on the Shannon Entropy (1991); TensorFlow Data Validation, drift and
    skew; Siddiqi, Credit Risk Scorecards (2006), for the stability index.
    """

    severity: ClassVar[Severity] = Severity.NOTE
    precision: ClassVar[str] = (
        "One finding in 81 random halvings of 27 public files, each with eight comparisons. GSM8K against its Alpaca "
        "form: both findings (formats, answer lengths) are right."
    )

    baseline: str = shared("", description="Profile that the data is compared with.", reads="profile")
    max_js: float = Field(JS_LIMIT, ge=0, le=1, description="Jensen-Shannon divergence that is still the same.")
    max_ks: float = Field(KS_LIMIT, ge=0, le=1, description="Kolmogorov-Smirnov statistic that is still the same.")
    max_psi: float = Field(PSI_LIMIT, ge=0, description="Population stability index that is still the same.")
    max_repeated: float = Field(REPEATED_LIMIT, ge=0, le=1, description="Change of the share of repeated records.")

    def unmet(self) -> str:
        """Ask for a baseline."""
        return "" if self.baseline else "set baseline"

    def zero(self) -> int:
        """Return no records."""
        return 0

    def add_batch(self, state: int, records: Sequence[Record], /) -> int:
        """Count the records."""
        return state + len(records)

    def merge(self, left: int, right: int) -> int:
        """Add the counts."""
        return left + right

    def finish(self, _state: int, profiles: AgainstBaseline, dataset: Dataset) -> Iterator[Finding]:
        """Report each measure that has shifted."""
        if profiles.before is None:
            yield self.finding(None, f'baseline has no dataset "{dataset.name[:60]}"', key="absent")
            return
        limits = Limits(self.max_js, self.max_ks, self.max_psi, self.max_repeated)
        told: set[str] = set()
        for measure in compare(profiles.before, profiles.now, limits):
            # Two tests of one thing are one finding.
            if measure.shifted and measure.what not in told:
                told.add(measure.what)
                score = min(1.0, measure.value / (2 * measure.limit)) if measure.limit else 1.0
                yield self.finding(None, str(measure), score=score, key=measure.what, value=round(measure.value, 4))
