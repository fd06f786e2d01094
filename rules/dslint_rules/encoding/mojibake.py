"""The rule ``mojibake``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import Finding, Message, Record, RecordRule, Severity, anywhere
from dslint.features.patterns import expression
from dslint_rules.encoding._misread import CANDIDATE, Misreading, misreadings
from dslint_rules.encoding._names import visible

_ABOUT: Final = expression(
    r"mojibake|\butf-?8\b|\blatin-?1\b|\bcp-?125[0-9]\b|\bwindows-125[0-9]\b|\biso-8859|\bcharset\b|\bunicode\b"
    r"|character encoding|encodage|zeichenkodierung|codificación|кодировк|кракозябр|文字化け|乱码|亂碼",
    re.IGNORECASE,
)


class Mojibake(RecordRule):
    """Text was UTF-8 and was read as another encoding, so the model learns to write `Ã©` for `é`.

    **Why.** One wrong `open()` on one machine is enough, and the damage stays through every later step. The model sees
    rare nonsense tokens where a common word should be, and repeats them. A stretch is reported only when its bytes,
    read as UTF-8, give characters that make sense there; the message says which.

    Each record is a finding, with the number of its places: up to 7 in a thousand of a public set.

    **When to ignore.** Text about encodings, which the rule recognises by words such as `UTF-8` or `mojibake` in the
    same record, is left alone. Other examples of such text in your data are the reason to ignore it.

    **References.** [ftfy](https://ftfy.readthedocs.io), [Mojibake](https://en.wikipedia.org/wiki/Mojibake).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = (
        "29 of 29 in 48,367 records of 27 public files; none in the 324,002 non-ASCII strings of the data of 1,082 "
        "locales in Babel"
    )
    candidates = anywhere().matches(CANDIDATE)

    def check(self, record: Record) -> Iterator[Finding]:
        """Report all stretches of a record in one finding at the first."""
        turns = (*record.messages, *record.rejected)
        found: list[tuple[Message, Misreading]] = [
            (turn, each) for turn in turns if not turn.text.isascii() for each in misreadings(turn.text)
        ]
        if not found or any(_ABOUT.search(turn.text) for turn in turns):
            return
        turn, (start, end, meant, encoding) = found[0]
        message = f'"{visible(turn.text[start:end])}"'
        message += f' stands for "{visible(meant)}"' if meant else " stands for text that is lost"
        message += f": UTF-8 read as {encoding}"
        places = len(found)
        message += f" ({places} places)" if places > 1 else ""
        yield self.finding(turn.span(start, end), message, places=places)
