"""Keys by the letters and digits of records: a fast screen for what says the same, made for many records at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

import xxhash

from dslint.api import Feature, Message, Record
from dslint.features.digest import has_no_media, is_readable, labels, media
from dslint.features.text import canonical, squeezed
from dslint.model.record import ASSISTANT, USER

CONTEXT: Final = 0
CONTENT: Final = 1
ANSWER: Final = 2
SIZE: Final = 3
"""Columns of :class:`LetterKeys`."""

_MIX: Final = 0x9FB21C651E98DF25
_SPOKEN: Final = frozenset((USER, ASSISTANT))


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
        unread: list[tuple[int, str]] = []
        apart: list[int] = []
        answers: list[str] = []
        for position, record in enumerate(records):
            both = _plain_texts(record)
            if both is None:
                both = _texts(record)
                if not is_readable(record):
                    unread.append((position, canonical(record.data)))
            texts += both
            response = record.response
            # One answer that is trained on is all that is taught, nearly always.
            if response is not both[1] and response != both[1]:
                apart.append(position)
                answers.append(response)
        pieces = squeezed(texts + answers)
        digest = xxhash.xxh3_64_intdigest
        hashes = np.fromiter(map(digest, pieces), np.uint64, len(pieces))
        sizes = np.fromiter(map(len, pieces), np.uint64, len(pieces))
        seen, taught, own = hashes[: len(texts) : 2], hashes[1 : len(texts) : 2], len(texts)
        keys = np.empty((len(records), 4), dtype=np.uint64)
        keys[:, CONTEXT] = seen
        keys[:, CONTENT] = (seen * np.uint64(_MIX)) ^ taught
        keys[:, ANSWER] = taught
        keys[:, SIZE] = sizes[1 : len(texts) : 2]
        keys[apart, ANSWER] = hashes[own:]
        keys[apart, SIZE] = sizes[own:]
        for position, text in unread:
            keys[position, CONTENT] = digest(text.encode("utf-8", "surrogatepass"))
        return keys


Letters = Annotated[Any, LetterKeys]
"""Ask, for a batch of records, for their keys: ``uint64[n, 4]``."""


def _plain_texts(record: Record) -> tuple[str, str] | None:
    """Return what :func:`_texts` does of a question and an answer that are text alone, as most records are.

    That takes a third of the time; ``None`` for all other records, and where something may be unreadable.
    """
    messages = record.messages
    if len(messages) != 2 or record.rejected or record.tools is not None or record.format == "kto":
        return None
    asked, told = messages
    if asked.role != USER or told.role != ASSISTANT or asked.tool_calls or told.tool_calls:
        return None
    if not (asked.parts and told.parts and has_no_media(record)):
        return None
    for turn in messages:
        for part in turn.parts:
            if part.kind != "text":
                return None
    return asked.text, told.text


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
