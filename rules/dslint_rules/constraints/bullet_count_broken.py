"""The rule ``bullet-count-broken``."""

from __future__ import annotations

from collections.abc import Iterator

from dslint.api import Finding, Record, RecordRule, Status, turns
from dslint_rules.constraints._asked import asked
from dslint_rules.constraints._counts import items
from dslint_rules.constraints._limits import limit_of


class BulletCountBroken(RecordRule):
    """An answer has more or fewer bullet points than the prompt asks for.

    **What.** `in exactly three bullet points`, `5 bullets`, `at most four bullet points`, `in drei Stichpunkten`,
    `en tres viñetas`, `en trois puces`, `三个要点`. Points of the outermost level, of all levels, numbered and bulleted
    ones are counted, and none of these fits. An answer without any marker is broken if its lines do not fit either.

    **When to ignore.** Where points are separated by something that is no marker, such as tags.

    **References.** [IFEval](https://arxiv.org/abs/2311.07911) (`detectable_format:number_bullet_lists`).
    """

    status = Status.PREVIEW
    precision = "no request of this kind in 48,367 records of 27 public files; tried on made data only."
    candidates = turns("user").matches(
        r"(?i)bullet|stichpunkt|aufz\xe4hlungspunkt|vi\xf1eta|\bpuces?\b|\x{8981}\x{70b9}"
        r"|\x{9879}\x{76ee}\x{7b26}\x{53f7}"
    )

    def check(self, record: Record) -> Iterator[Finding]:
        """Compare the list of the answer with the number in the request."""
        request = asked(record)
        if request is None or not request.is_plain:
            return
        limit = limit_of("bullet", request.bare)
        if limit is None:
            return
        text = request.answer.text
        counts = items(text)
        tried = counts or {len([line for line in text.split("\n") if line.strip()])}
        if "<li" in text or any(limit.allows(count, count) for count in tried):
            return
        number = max(counts, default=0)
        message = f'prompt says "{limit.words[:60]}", the answer has {number} point{"" if number == 1 else "s"}'
        yield self.finding(request.answer, message, count=number)
