"""Records with more tokens than training takes."""

from __future__ import annotations

from collections.abc import Iterator

from dslint.api import Finding, Record, RecordRule, Severity, shared
from dslint.features.tokens import Tokens, missing_tokenizer


class ExceedsContext(RecordRule):
    """A record has more tokens than `max-length`, so that a trainer cuts it off or leaves it out.

    TRL cuts the end off and then drops what has nothing left to train on; axolotl drops the record unless told to cut;
    LLaMA-Factory cuts both sides in proportion, and drops it when packing; OpenAI cuts the end off. None of them names
    the record. Where the prompt alone reaches the limit, no target is left after cutting, and that is an error.

    Without `tokenizer` the number is an estimate, and the message says so. The tokens that a chat template adds are not
    counted.
    """

    max_length: int | None = shared(None, gt=0, description="Tokens that training takes of a record.")
    tokenizer: str = shared(
        "", description="Tokenizer file (tokenizer.json), its folder, or tiktoken:ENCODING; empty to estimate."
    )

    def unmet(self) -> str:
        """Ask for a limit, and for what the tokenizer needs."""
        return "set max-length" if self.max_length is None else missing_tokenizer(self.tokenizer)

    def check(self, record: Record, tokens: Tokens, /) -> Iterator[Finding]:
        """Compare the counts with the limit."""
        limit = self.max_length
        if limit is None or tokens.total <= limit:
            return
        about = "" if tokens.exact else "about "
        note = "" if tokens.exact else " (estimate; set tokenizer to count)"
        alone = tokens.prompt >= limit
        yield self.finding(
            record,
            f"prompt alone has {about}{tokens.prompt:,} tokens of at most {limit:,}, no answer is left{note}"
            if alone
            else f"record has {about}{tokens.total:,} tokens of at most {limit:,}{note}",
            severity=Severity.ERROR if alone else None,
            score=1.0 if alone else min(1.0, tokens.total / limit - 1),
            tokens=tokens.total,
            prompt_tokens=tokens.prompt,
            exact=tokens.exact,
        )
