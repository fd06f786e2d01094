"""Links that only Acme's own people can open."""

import re
from collections.abc import Iterator

from dslint.api import Field, Finding, Record, RecordRule, turns


class IntranetLink(RecordRule):
    """An answer links to the intranet, which customers cannot open."""

    candidates = turns("assistant").contains("://")

    domain: str = Field("intra.acme.example", min_length=1, description="Domain of the intranet.")

    def check(self, record: Record) -> Iterator[Finding]:
        """Report the first link of each answer."""
        link = re.compile(rf"https?://(?:[\w-]+\.)*{re.escape(self.domain)}(?![\w.-]*\w)")
        for turn in record.turns("assistant"):
            if found := link.search(turn.text):
                yield self.finding(turn.span(*found.span()), f"answer links to {found.group()}")
