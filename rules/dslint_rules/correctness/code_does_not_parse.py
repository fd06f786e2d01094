"""The rule ``code-does-not-parse``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dslint.api import Finding, Message, Record, RecordRule, Severity, turns
from dslint.features.code_syntax import PARSERS, Flaw, flaw
from dslint.features.fences import code_blocks
from dslint.features.patterns import expression
from dslint.features.splits import is_unwanted

_PYTHON: Final = expression(r"\bpython\b", re.IGNORECASE)
_OTHER: Final = expression(
    r"\b(?:c\+\+|java(?:script)?|c#|ruby|golang|rust|php|swift|kotlin|typescript|perl|scala|mysql|sql|html"
    r"|css|node|bash|shell|matlab"
    r"|pseudo-?code|what|output of|error|fix|debug|wrong|incorrect|translate|in r|equivalent)\b|c\+\+|c#"
    r"|(?:to|into|in) (?:c|go|js)\b",
    re.IGNORECASE,
)
_BEGINS: Final = expression(
    r"(?:def \w+\(|class \w+[(:]|import \w+|from \w+ import |@\w+|(?:for|while|if|with) [^\n]{1,200}:[ \t]*$)",
    re.MULTILINE,
)
_FOREIGN: Final = expression(
    r"^\s*(?:#include|public |function |using |var |let |const |#!/bin/(?:ba)?sh)|[{;]\s*$", re.MULTILINE
)
_PROSE: Final = expression(
    r"^[A-Z][\w',]+(?: [\w',()`\"-]+){3,}[.:!?]?\s*$|^(?:Output|Input|Example|Note|Explanation|Result)\b", re.MULTILINE
)
_SNIPPET: Final = expression(
    r"syntax error|SyntaxError|does not (?:parse|compile|work)|incorrect|wrong|broken|invalid|pseudo|incomplete",
    re.IGNORECASE,
)


class CodeDoesNotParse(RecordRule):
    """Code in an answer does not parse, so the model learns code that cannot run.

    **What.** Fenced blocks of Python, JSON, XML, YAML, SQL and shell, and answers that are nothing but Python to
    a prompt that asks for Python. Python is parsed by `ast`, JSON and XML by the standard library, YAML by PyYAML, SQL
    by sqlglot, in eight dialects, and shell by shfmt, as bash; without the `code` extra the last three are left alone.
    Nothing is run. Lost indentation is told apart; Python 2 is a note. Consoles, ellipses, placeholders, templates,
    differences and code that is called wrong are left alone, and so is a block that is not closed, which
    `unclosed-fence` reports.

    **When to ignore.** Where code is meant to be completed by the reader.

    **References.** [The Stack](https://arxiv.org/abs/2211.15533) and its filters by parsing.
    """

    precision = (
        "27 of 27 findings in 48,367 records of 27 public files, all read, do not parse: 15 answers and 12 blocks of "
        "Python, half of them without their indentation. No block of JSON, XML, YAML or SQL was found broken. Shell: "
        "no finding in 403 working scripts of a Linux system and 984 blocks of READMEs and manuals (84 of them held "
        "out); of 400 scripts broken by taking out one word, quote or bracket it finds 343, each of them broken."
    )
    candidates = turns("assistant").matches(r"(?i)```\s*(?:python|py|json|xml|ya?ml|sql|bash|sh)") | (
        turns("user", "system").matches(r"(?i)\bpython\b") & turns("assistant").multiline
    )

    def check(self, record: Record) -> Iterator[Finding]:
        """Parse the code of each answer."""
        if record.format in ("evaluation", "text") or is_unwanted(record):
            return
        for turn in record.turns("assistant"):
            if turn.trained and "```" in turn.text:
                yield from self._fenced(record, turn)
            elif turn.trained and len(record.turns("assistant")) == 1:
                found = _bare(record, turn.text)
                if found is not None:
                    yield self._report(turn, found, "Python answer", 0, len(turn.text))

    def _fenced(self, record: Record, turn: Message) -> Iterator[Finding]:
        for block in code_blocks(turn.text):
            found = flaw(block.language, block.text) if block.closed and block.language in PARSERS else None
            if found is None or _SNIPPET.search(record.prompt) or _SNIPPET.search(turn.text[: block.start][-200:]):
                continue
            yield self._report(turn, found, f"{block.language} block", block.start, block.end)

    def _report(self, turn: Message, found: Flaw, what: str, start: int, end: int) -> Finding:
        at = start
        for _ in range(max(0, found.line - 1)):
            at = turn.text.find("\n", at, end) + 1 or at
        stop = turn.text.find("\n", at, end)
        place = turn.span(at, stop if stop >= 0 else end)
        if found.kind == "python-2":
            return self.finding(place, f"{what} is Python 2 and does not parse as Python 3", severity=Severity.NOTE)
        return self.finding(
            place, f"{what} does not parse: {found.what[:80]} (line {found.line} of the code)", kind=found.kind
        )


def _bare(record: Record, text: str) -> Flaw | None:
    if "\n" not in text.strip() or not _PYTHON.search(record.prompt) or _OTHER.search(record.prompt):
        return None
    if not _BEGINS.match(text.lstrip()) or _FOREIGN.search(text) or _PROSE.search(text):
        return None
    return flaw("python", text)
