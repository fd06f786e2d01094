"""The rule ``unfilled-template``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from dslint.api import Condition, DatasetRule, Field, Finding, Message, Record, Scope, Severity, turns
from dslint.features.patterns import expression
from dslint.features.tally import Tally

EACH: Final = 5
SHOWN: Final = 40
EXAMPLES: Final = 10

_VARIABLE: Final = expression(
    r"(?<![\\\w$}{^_])\{\{-?[ \t]?[A-Za-z][\w.]{1,40}(?:[ \t]?\|[ \t]?\w{1,20})?[ \t]?-?\}\}(?!\})"
    r"|\{%-?[ \t]?(?:if|for|end\w{2,8}|else|elif|set|block|include|extends)\b[^%\n]{0,80}%\}"
    r"|(?<![\w${\\])\{(?:input|instruction|question|context|text|prompt|query|response|answer|document|user_input"
    r"|user_query"
    r"|input_text|chat_history|article|topic)\}(?!\})"
)
_BRACKET: Final = expression(
    r"\[(?:your|insert|enter|add|fill in)\b[^\]\n]{1,40}\](?!\()|<(?:insert|enter|your)\b[^>\n]{1,40}>", re.IGNORECASE
)
_ABOUT: Final = expression(
    r"jinja|django|handlebars|\bvue\b|angular|svelte|templat|liquid|mustache|moustache|ansible|\bhelm\b|flask|\btwig\b"
    r"|blade|hugo|placeholder|variable|curly|brace|github action|workflow|latex|bibtex|\bwiki|cloze|anki\b|merge field"
    r"|mail merge|cookiecutter|format string|f-string|interpolat|vorlage|platzhalter|plantilla|modèle de|marcador"
    r"|模板|占位符|变量|大括号|テンプレート",
    re.IGNORECASE,
)
_CODE: Final = expression(
    r"```|</|/>|=>|\\[a-z]{2,}\{|\bdef \w|\bimport \w|\bprint\(|\bf[\"']|\bconst \b|\blet \w+ =|\breturn \w"
    r"|\.format\(|;[ \t]*$"
    r"|^[ \t]*(?:- )?\w+:[ \t]*\$?\{\{",
    re.MULTILINE,
)
_MAY_HAVE_GAPS: Final = expression(
    r"letter|e-?mail|mail|form\b|script|invit|resume|\bcv\b|cover|agenda|contract|agreement|invoice|speech|introduc"
    r"|press release|tweet|post\b|advert|slogan|tagline|card|message|note\b|brief|anschreiben|lettre|carta|correo"
    r"|邮件|信",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Unfilled:
    """Records, and those with placeholders of each kind."""

    records: int = 0
    variables: Tally = field(default_factory=lambda: Tally(EXAMPLES))
    brackets: Tally = field(default_factory=lambda: Tally(EXAMPLES))


class UnfilledTemplate(DatasetRule[Unfilled]):
    """A placeholder such as `{{name}}` was never filled in, so the model learns to say it aloud.

    **Why.** The script that fills templates was not run, or did not know the field: the model introduces itself as
    `{{name}}`. Looked for, in all turns, are Jinja's variables and blocks (`{{ user.name }}`, `{% if %}`) and the names
    that prompt templates use in single braces (`{input}`, `{question}`). Code, formulas, and records about templates,
    variables or placeholders are left alone. More than a few in one file are said once.

    With `brackets` the rule also notes `[Your Name]` and `<insert date>` in answers, except in letters, forms and other
    texts that people fill in themselves.

    **When to ignore.** The trainer fills them in, as LLaMA-Factory's documentation asks for its `identity.json`.

    **References.** [LLaMA-Factory: data](https://github.com/hiyouga/LLaMA-Factory/tree/main/data).
    """

    scope: ClassVar[Scope] = Scope.FILE
    precision: ClassVar[str] = (
        "14 findings in 48,367 records of 27 public files, all read, are right: 135 records of two files "
        "with `{{name}}`, and 4 with `{input}` in each of three versions of one set"
    )

    brackets: bool = Field(False, description="Also note placeholders in square brackets.")

    def necessary(self) -> Condition:
        """A brace with a name or a block in it; with ``brackets`` any bracket."""
        return turns().contains("{", "[", "<") if self.brackets else turns().matches(r"\{\{|\{%|\{[a-z_]{4,15}\}")

    def zero(self) -> Unfilled:
        """Return no counts."""
        return Unfilled()

    def add(self, state: Unfilled, record: Record, /) -> Unfilled:
        """Count a record's first placeholder."""
        state.records += 1
        if record.format in ("evaluation", "text"):
            return state
        for turn in record.messages:
            text = turn.text
            if "{" in text and (found := _VARIABLE.search(text)) and not _is_meant(record, turn):
                state.variables.add(turn.span(*found.span()), found[0])
                return state
            if self.brackets and turn.role == "assistant" and (found := _BRACKET.search(text)):
                if not _is_meant(record, turn) and not _MAY_HAVE_GAPS.search(record.prompt):
                    state.brackets.add(turn.span(*found.span()), found[0])
                return state
        return state

    def add_rest(self, state: Unfilled, records: Sequence[Record], /) -> Unfilled:
        """Count records without a placeholder."""
        state.records += len(records)
        return state

    def merge(self, left: Unfilled, right: Unfilled) -> Unfilled:
        """Add counts up."""
        left.records += right.records
        left.variables.merge(right.variables)
        left.brackets.merge(right.brackets)
        return left

    def finish(self, state: Unfilled) -> Iterator[Finding]:
        """Report each place, or the file."""
        yield from self._say(state.variables, state.records, None)
        yield from self._say(state.brackets, state.records, Severity.NOTE)

    def _say(self, tally: Tally, total: int, severity: Severity | None) -> Iterator[Finding]:
        if tally.count <= EACH:
            for example in tally.examples:
                message = f'the placeholder "{example.note[:SHOWN]}" was not filled in'
                yield self.finding(example.ref, message, severity=severity)
            return
        first = tally.examples[0].note[:SHOWN]
        yield self.finding(
            None,
            f'{tally.count:,} of {total:,} records hold a placeholder that was not filled in, such as "{first}"',
            severity=severity,
            score=min(1.0, 0.5 + tally.count / total),
            related=[(example.ref, f'"{example.note[:SHOWN]}"') for example in tally.examples],
            key="variables" if severity is None else "brackets",
            count=tally.count,
            records=total,
        )


def _is_meant(record: Record, turn: Message) -> bool:
    text = turn.text
    if _CODE.search(text) or _ABOUT.search(text):
        return True
    return any(_ABOUT.search(other.text) is not None for other in record.messages if other is not turn)
