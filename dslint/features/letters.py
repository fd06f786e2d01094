"""Keys by the letters and digits of records: a fast screen for what says the same, made for many records at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import xxhash

from dslint.api import Feature, Message, Record
from dslint.features.digest import is_readable, labels, media
from dslint.features.text import canonical, squeezed
from dslint.model.record import ASSISTANT, USER

CONTEXT: Final = 0
CONTENT: Final = 1
ANSWER: Final = 2
SIZE: Final = 3
"""Columns of :class:`LetterKeys`."""

_MIX: Final = 0x9FB21C651E98DF25
_SPOKEN: Final = frozenset((USER, ASSISTANT))


@dataclass(frozen=True)
class LetterKeys(Feature[Any]):
    """Hashes of the letters and digits of a record: of its context, of all it teaches, and of its answers.

    Records of one :func:`~dslint.features.digest.content_digest` have one key in column ``CONTENT``, whatever the level
    of normalisation, and those of one ``context_digest`` one in ``CONTEXT``; column ``ANSWER`` is about
    ``record.response``, with the number of its letters and digits in column ``SIZE``.
    """

    def compute(self, records: Sequence[Record], /) -> Any:
        """Return ``uint64[n, 4]``."""
        import numpy as np

        texts: list[str] = []
        own: list[bool] = []
        unread: list[tuple[int, str]] = []
        for position, record in enumerate(records):
            seen, taught = _texts(record)
            response = record.response
            # One answer that is trained on is all that is taught, nearly always.
            differs = response is not taught and response != taught
            own.append(differs)
            texts += (seen, taught, response if differs else "")
            if not is_readable(record):
                unread.append((position, canonical(record.data)))
        pieces = squeezed(texts)
        digest = xxhash.xxh3_64_intdigest
        hashes = np.fromiter(map(digest, pieces), np.uint64, len(pieces)).reshape(-1, 3)
        sizes = np.fromiter(map(len, pieces), np.uint64, len(pieces)).reshape(-1, 3)
        keys = np.empty((len(records), 4), dtype=np.uint64)
        keys[:, CONTEXT] = hashes[:, 0]
        keys[:, CONTENT] = (hashes[:, 0] * np.uint64(_MIX)) ^ hashes[:, 1]
        keys[:, ANSWER] = np.where(own, hashes[:, 2], hashes[:, 1])
        keys[:, SIZE] = np.where(own, sizes[:, 2], sizes[:, 1])
        for position, text in unread:
            keys[position, CONTENT] = digest(text.encode("utf-8", "surrogatepass"))
        return keys


Letters = Annotated[Any, LetterKeys]
"""Ask, for a batch of records, for their keys: ``uint64[n, 4]``."""


def _texts(record: Record) -> tuple[str, str]:
    """Return what the model sees before the last answer, and what follows."""
    messages = record.messages
    if len(messages) == 2 and messages[0].role == USER and messages[1].role == ASSISTANT:
        seen, taught = _said(messages[0]), _said(messages[1])
    else:
        context = record.context
        seen = "\n".join(map(_said, context))
        taught = "\n".join(map(_said, messages[len(context) :]))
    if record.tools is not None:
        seen += "\n" + canonical(record.tools)
    if shown := media(record):
        seen += "\n" + shown
    if record.rejected:
        taught = "\n".join((taught, "rejected", *map(_said, record.rejected)))
    if record.format == "kto":
        taught = "\n".join((taught, *labels(record)))
    return seen, taught


def _said(turn: Message) -> str:
    """Return all that a turn says, behind its role where that is a rare one."""
    said = turn.text
    if len(turn.parts) != 1 or turn.parts[0].kind != "text":
        said = "\n".join([part.text for part in turn.parts if part.kind in ("text", "reasoning")])
    for call in turn.tool_calls:
        said += f"\n{call.name} {canonical(call.arguments)}"
    return said if turn.role in _SPOKEN else f"{turn.role}\n{said}"
