"""Records with more tokens than training takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from dslint.api import Finding, Record, RecordRule, Severity, shared
from dslint.features.tokens import Tokens, missing_tokenizer

_MARGIN: Final = 1.25
"""English prose has 4.5 to 4.9 characters a token in three vocabularies, and is estimated by 4."""


class ExceedsContext(RecordRule):
    """A record has more tokens than `max-length`, so that a trainer cuts it off or leaves it out.

    TRL cuts the end off and then drops what has nothing left to train on; axolotl drops the record unless told to cut;
    LLaMA-Factory cuts both sides in proportion, and drops it when packing; OpenAI cuts the end off. None of them names
    the record. Where the prompt alone reaches the limit, no target is left after cutting, and that is an error.

    Without `tokenizer` the number is an estimate, as the message says; up to a quarter above the limit it is a note,
    as the estimate may be that far off. The tokens that a chat template adds are not counted.

    **When to ignore.** The trainer packs or splits long records, and cutting them is meant.

    **References.** [TRL: SFT trainer](https://huggingface.co/docs/trl/sft_trainer).
    """

    precision: ClassVar[str] = (
        "exact with a tokenizer; without one a finding may be a quarter off, which the level respects"
    )

    max_length: int | None = shared(None, gt=0, description="Tokens that training takes of a record.")
    tokenizer: str = shared(
        "", description="Tokenizer file (tokenizer.json), its folder, or tiktoken:ENCODING; empty to estimate."
    )

    def unmet(self) -> str:
        """Ask for a limit, and for what the tokenizer needs."""
        return "set max-length" if self.max_length is None else missing_tokenizer(self.tokenizer)

    # How many tokens a record has is no pattern: the feature counts all, and the comparison ends there for nearly all.
    def check(self, record: Record, tokens: Tokens, /) -> Iterator[Finding]:
        """Compare the counts with the limit."""
        limit = self.max_length
        if limit is None or tokens.total <= limit:
            return
        about = "" if tokens.exact else "about "
        note = "" if tokens.exact else " (estimate; set tokenizer to count)"
        sure = limit if tokens.exact else limit * _MARGIN
        alone = tokens.prompt >= sure
        yield self.finding(
            record,
            f"prompt alone has {about}{tokens.prompt:,} tokens of at most {limit:,}, no answer is left{note}"
            if alone
            else f"record has {about}{tokens.total:,} tokens of at most {limit:,}{note}",
            severity=Severity.ERROR if alone else None if tokens.total > sure or tokens.exact else Severity.NOTE,
            score=1.0 if alone else min(1.0, tokens.total / limit - 1),
            tokens=tokens.total,
            prompt_tokens=tokens.prompt,
            exact=tokens.exact,
        )
