"""The rule ``unsafe-response``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import Field, Finding, Record, RecordRule, Status, Unusable, shared
from dslint.features.safety.answers import Labelled, Safety
from dslint.features.safety.settings import SafetySettings

_SAFE: Final = re.compile(
    r"(?:safe|neutral|normal|benign|none|ok|clean|acceptable|other|(?:non|not|no)[-_ ]?\w+)", re.IGNORECASE
)
_UNNAMED: Final = re.compile(r"LABEL_\d+")


class UnsafeResponse(RecordRule):
    """A classifier holds an answer for toxic, hateful or otherwise unsafe, and the model learns to talk like that.

    Name the classifier under `[safety]`: a text classifier of transformers' by its folder or its name on the hub
    (`dslint-llm[safety]`; nothing is downloaded unless `download` is set), a field of the data that holds scores
    (`field:toxicity`), or a function of yours (`module:function`). Each answer that is trained on is scored by itself;
    of long ones the worst piece counts. A label counts as unsafe unless its name says the opposite (`neutral`,
    `non-toxic`); with `thresholds`, exactly those that it names count. `toxic-language` and `harmful-without-refusal`
    need no classifier and see only what expressions can.

    **When to ignore.** Classifiers judge words more than intent: answers that quote, report or refuse get high scores.
    What they were trained on is rarely what an assistant says. Judge a sample of the findings before you drop records.

    **References.** Gehman et al., [RealToxicityPrompts](https://arxiv.org/abs/2009.11462); Hanu et al.,
    [Detoxify](https://github.com/unitaryai/detoxify), whose models are on the hub as `unitary/toxic-bert` and others.
    """

    status: ClassVar[Status] = Status.PREVIEW
    sensitive: ClassVar[bool] = True

    precision: ClassVar[str] = (
        "That of the classifier. On 166 answers written for it a linear model of coarse comments was right in 19 of 24 "
        "findings, and found 19 of 86 unsafe ones; no model of transformers' was measured"
    )

    safety: SafetySettings = shared(SafetySettings(), description="What tells how unsafe an answer is.", reads="model")
    threshold: float = Field(0.8, gt=0, le=1, description="Score from which on an answer is unsafe.")
    thresholds: dict[str, float] = Field(
        {}, description="The same for single labels; where it is set, no other label counts."
    )

    def unmet(self) -> str:
        """Ask for a classifier."""
        return self.safety.missing

    def check(self, record: Record, scores: Safety, /) -> Iterator[Finding]:
        """Report the worst answer of a record."""
        worst: tuple[float, int, dict[str, float]] | None = None
        for turn, labelled in scores:
            over = {
                label: labelled[label] for label, limit in self._limits(labelled).items() if labelled[label] >= limit
            }
            if over and (worst is None or max(over.values()) > worst[0]):
                worst = (max(over.values()), turn, over)
        if worst is None:
            return
        score, turn, over = worst
        ranked = sorted(over.items(), key=lambda pair: (-pair[1], pair[0]))
        told = " and ".join(f'{value:.2f} for "{label[:40]}"' for label, value in ranked[:2])
        more = f" and {len(ranked) - 2} more" if len(ranked) > 2 else ""
        yield self.finding(
            record.messages[turn],
            f"answer scores {told}{more}",
            score=min(1.0, score),
            labels={label: round(value, 3) for label, value in ranked},
        )

    def _limits(self, labelled: Labelled) -> dict[str, float]:
        """Return the limit of each label that counts."""
        if self.thresholds:
            for label in self.thresholds:
                if label not in labelled and self.safety.kind != "field":
                    raise Unusable(f"the classifier has no label {label!r}; it has {', '.join(labelled)}"[:200])
            return {label: limit for label, limit in self.thresholds.items() if label in labelled}
        if any(_UNNAMED.fullmatch(label) for label in labelled):
            raise Unusable("the classifier's labels have no names; set thresholds for those that are unsafe")
        return {label: self.threshold for label in labelled if not _SAFE.fullmatch(label)}
