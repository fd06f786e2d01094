"""The rule ``pii-entity``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from dslint.api import Field, Finding, Record, RecordRule, Severity, Status
from dslint.features.entities import entities_in, missing_analyzer
from dslint_rules.safety._places import Found, report


class PiiEntity(RecordRule):
    """A text names a person, or holds personal data that no pattern knows, and the model may give it away.

    Names have no pattern. Microsoft's Presidio finds them with a model of spaCy's (`pip install 'dslint-llm[pii]'` and
    one such as `en_core_web_lg`, named under `model`), besides passport, licence and bank numbers where the words
    around them tell what they are (`entities`; see Presidio's list). Nothing is downloaded. What is found is shown by
    its kind, its length and its first letter.

    It is for data in which nobody should be named: support tickets, mails, medical notes. In general instructions most
    names are of public or made-up people, and each of them is reported.

    **When to ignore.** The people are public, or made up.

    **References.** [Presidio](https://microsoft.github.io/presidio/).
    """

    severity: ClassVar[Severity] = Severity.NOTE
    status: ClassVar[Status] = Status.PREVIEW
    sensitive: ClassVar[bool] = True
    on: ClassVar[bool] = False
    precision: ClassVar[str] = (
        "With spaCy's small English model 91 of 500 records of Alpaca hold a person; of 45 read 24 are names, nearly "
        "all of public or made-up people"
    )

    model: str = Field("", description="Installed spaCy model: `en_core_web_lg`. Its name begins with its language.")
    entities: tuple[str, ...] = Field(("PERSON",), min_length=1, description="Kinds of entities, as Presidio has them.")
    min_score: float = Field(0.6, ge=0, le=1, description="Least score of Presidio's.")

    def unmet(self) -> str:
        """Ask for Presidio and a model."""
        return missing_analyzer(self.model)

    def check(self, record: Record) -> Iterator[Finding]:
        """Report what stands in any turn, once for a record."""
        yield from report(self, record, self._found)

    def _found(self, text: str) -> list[Found]:
        if not text.strip():
            return []
        found = entities_in(text, self.model, self.entities, self.min_score)
        return [
            Found(e.start, e.end, _shown(e.kind, text[e.start : e.end]), text[e.start : e.end].casefold())
            for e in found
        ]


def _shown(kind: str, text: str) -> str:
    words = kind.replace("_", " ").lower() if kind != "PERSON" else "name of a person"
    return f'text holds a {words} of {len(text)} characters, "{text[0]}…"'
