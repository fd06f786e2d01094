"""The rule ``near-identical-pair``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar, Final

from dslint.api import Field, Finding, HasRejected, Message, Record, RecordRule, Severity, shared
from dslint.features.patterns import expression
from dslint.features.tokens import estimate, load_tokenizer, missing_tokenizer
from dslint_rules.preference._pairs import preferred, says_the_same, text_of
from dslint_rules.preference._similarity import differ_plainly, plain, shared_start, similarity

_DIGIT: Final = expression(r"[0-9]")


class NearIdenticalPair(RecordRule):
    """The preferred and the rejected answer hardly differ, so the pair teaches next to nothing or the wrong thing.

    Reported are answers that differ only in case, white space and punctuation, answers with a similarity of 0.95 or
    more (twice the characters they share by the characters of both, where a letter in another case is another one),
    and, where `max-length` is set, answers that differ only behind it, so that truncation makes them equal. Where what
    differs is a number or a sign, or the answers hold code, a small difference may be the point of the pair, and
    similarity is a note.

    **Why.** With few tokens apart, the loss pushes the shared ones as well: the probability of both answers falls,
    which is where DPO is known to fail.

    **When to ignore.** Where pairs are made by editing one step of a solution, or where punctuation is what you train.

    **References.** [Smaug: DPO-Positive](https://arxiv.org/abs/2402.13228),
    [OpenRLHF#1311](https://github.com/OpenRLHF/OpenRLHF/issues/1311).
    """

    severity: ClassVar[Severity] = Severity.WARNING
    precision: ClassVar[str] = (
        "2 of 2 findings in 610 pairs of 3 public files are true, the same pair in two files. Of pairs that "
        "differ in case alone 258 of 300 were found, of those with one word exchanged 267; the others are short "
        "or hold code."
    )
    candidates = HasRejected()

    threshold: float = Field(0.95, gt=0.5, le=1, description="Similarity from which on two answers hardly differ.")
    min_length: int = Field(40, ge=1, description="Shorter answers, in characters, are not compared.")
    max_length: int | None = shared(None, gt=0, description="Tokens that training takes of a record.")
    tokenizer: str = shared(
        "", description="Tokenizer file (tokenizer.json), its folder, or tiktoken:ENCODING; empty to estimate."
    )

    def unmet(self) -> str:
        """Say that the tokenizer cannot be used."""
        return missing_tokenizer(self.tokenizer) if self.max_length else ""

    def check(self, record: Record) -> Iterator[Finding]:
        """Compare both answers."""
        chosen, rejected = preferred(record), record.rejected
        if not chosen or not rejected or not all(map(_is_text, (*chosen, *rejected))):
            return
        left, right = text_of(chosen), text_of(rejected)
        if min(len(left), len(right)) <= self.min_length or says_the_same(chosen, rejected):
            return
        found = self._difference(left, right) or self._behind(record, left, right)
        if found:
            message, severity, score = found
            related = [(chosen[-1], "the preferred answer")]
            yield self.finding(rejected[-1], message, severity=severity, score=score, related=related)

    def _difference(self, left: str, right: str) -> tuple[str, Severity | None, float] | None:
        code = "```" in left or "```" in right
        if not code and not differ_plainly(left, right) and plain(left) == plain(right):
            return "answers are the same where case, white space and punctuation are ignored", None, 0.8
        share, apart = similarity(left, right, self.threshold)
        if not share:
            return None
        exact = code or _DIGIT.search(apart) or not any(map(str.isalpha, apart))
        small = Severity.NOTE if exact else None
        return f"answers are {share:.1%} the same, expected less than {self.threshold:.0%}", small, 0.6

    def _behind(self, record: Record, left: str, right: str) -> tuple[str, Severity | None, float] | None:
        if not self.max_length:
            return None
        start = shared_start(left, right)
        before = [turn.text for turn in record.messages[: record.preferred_from]]
        if sum(map(len, before)) + start <= self.max_length:
            return None
        count: Callable[[str], float] = load_tokenizer(self.tokenizer) if self.tokenizer else estimate
        tokens = int(sum(map(count, before)) + count(left[:start]))
        if tokens <= self.max_length:
            return None
        about = "" if self.tokenizer else "about "
        return f"answers differ only from {about}token {tokens:,} on, `max-length` is {self.max_length:,}", None, 0.9


def _is_text(turn: Message) -> bool:
    return turn.role == "assistant" and not turn.tool_calls and all(piece.kind == "text" for piece in turn.parts)
