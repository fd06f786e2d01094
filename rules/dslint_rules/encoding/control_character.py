"""The rule ``control-character``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import Finding, Record, RecordRule, Severity, anywhere
from dslint.features.patterns import expression
from dslint_rules.encoding._misread import misreadings
from dslint_rules.encoding._names import kinds

_CONTROL_SET: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{9f}]"
_LATEX: Final = (
    r"\x07(?:lpha|pprox|ngle|rc)|\x08(?:eta|ar|egin|inom|mod|oldsymbol|f\{|oxed)|\x0b(?:ec|arphi|arepsilon|dots)"
    r"|\x0c(?:rac|orall|lat)|\t(?:imes|heta|ext\{|extbf\{|frac\{)|\r(?:ight[)\]}|.]|ightarrow|angle|ho\b)"
)
"""LaTeX commands of which the backslash and the first letter became one character."""
_CONTROL: Final = expression(f"{_CONTROL_SET}|{_LATEX}".replace(r"\x{9f}", r"\x9f"))
_COMMAND: Final = expression(_LATEX)
_LETTERS: Final = {"\x07": "a", "\x08": "b", "\t": "t", "\x0b": "v", "\x0c": "f", "\r": "r"}


class ControlCharacter(RecordRule):
    r"""Text holds control characters, which nobody types and the model learns to write.

    **Why.** They come from terminals, PDF files, spreadsheets and broken conversions. Some tokenizers give each a token
    of its own, and an answer with an escape sequence changes the terminal that shows it. In formulas they are what is
    left of `\frac` or `\times` written with one backslash too few in JSON or Python. Tabs and line breaks are fine
    otherwise, and so is a form feed on a line of its own, as source code has it.

    **When to ignore.** For recorded terminal output whose escape sequences are to be learnt.

    **References.** [AlpacaDataCleaned](https://github.com/gururise/AlpacaDataCleaned).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = (
        "7 of 7: 2 in 48,367 records of 27 public files, 5 in 12,000 docstrings of Python packages"
    )
    candidates = anywhere().matches(f"{_CONTROL_SET}|{_LATEX}")

    def check(self, record: Record) -> Iterator[Finding]:
        """Report all control characters of a record in one finding at the first."""
        found = [
            (turn, at, text[at : at + 12])
            for turn in (*record.messages, *record.rejected)
            for text in (turn.text,)
            for at in _places(text)
        ]
        if not found:
            return
        turn, at, _ = found[0]
        names = kinds(text[0] for _, _, text in found)
        message = f"{len(found)} control characters: {names}" if len(found) > 1 else f"control character {names}"
        command = next((m[0] for _, _, text in found if (m := _COMMAND.match(text))), "")
        if command:
            message += f", all that is left of LaTeX \\{_LETTERS[command[0]]}{command[1:].strip('{)]}|.')}"
        yield self.finding(turn.span(at, at + 1), message, count=len(found))


def _places(text: str) -> list[int]:
    places = [m.start() for m in _CONTROL.finditer(text) if not _is_page_break(text, m.start())]
    if any(text[at] >= "\x80" for at in places):  # half of a misread character, which is mojibake
        misread = {at for each in misreadings(text) for at in range(each.start, each.end)}
        places = [at for at in places if at not in misread]
    return places


def _is_page_break(text: str, at: int) -> bool:
    if text[at] != "\x0c":
        return False
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return before in ("", "\n", "\r") and after in ("", "\n", "\r")
