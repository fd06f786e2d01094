"""Digests of records: what is the same after normalisation has the same digest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Final

from dslint.api import Message, Record
from dslint.features.text import Normalization, canonical, normalise, squeeze

_MEDIA: Final = ("images", "image", "videos", "video", "audios", "audio")
_SPOKEN: Final = frozenset(("text", "reasoning", "tool_call"))
_LABELS: Final = ("label", "kto_tag")

Form = Callable[[str], bytes]


def content_digest(record: Record, level: Normalization = "full") -> bytes:
    """Return what stands for everything that ``record`` teaches: all turns, tools, media, and the rejected answer.

    A record of no known format, or with content that cannot be read, is taken as it stands in the file. Case and
    punctuation count where the task is about them, which shows in an answer that repeats its prompt but for these.
    """
    if level == "full" and _is_about_form(record):
        level = "whitespace"
    return _content(record, lambda text: _bytes(normalise(text, level)))


def content_key(record: Record) -> bytes:
    """Return a fast screen for :func:`content_digest`: records that agree there at any level agree here."""
    return _content(record, squeeze)


def content_letters(record: Record) -> bytes:
    """Return what records of one :func:`content_digest` have in common, a few times as fast as :func:`content_key`."""
    return squeeze("\n".join([turn.text for turn in record.messages])) if is_readable(record) else b""


def context_digest(record: Record) -> bytes:
    """Return what stands for all that the model sees before its last answer: system, tools, media, earlier turns."""
    return _digest(_surroundings(record), _turns(record.context, lambda text: _bytes(normalise(text))))


def context_key(record: Record) -> bytes:
    """Return a fast screen for :func:`context_digest`."""
    return _digest(_surroundings(record), _turns(record.context, squeeze))


def media(record: Record) -> str:
    """Return what stands for the images, videos and sounds of ``record``; empty where it has none."""
    bare = has_no_media(record)
    named = [] if bare else [canonical(value) for name in _MEDIA if (value := record.field(name))]
    named += [part.text for turn in record.messages for part in turn.parts if part.kind not in _SPOKEN]
    return "\n".join(named) if named else ""


def has_no_media(record: Record) -> bool:
    """Whether no field of ``record`` can hold images, videos or sounds; its turns still may."""
    data = record.data
    return data.__class__ is dict and data.keys().isdisjoint(_MEDIA)


def labels(record: Record) -> list[str]:
    """Return what stands for the labels of a record of KTO data."""
    return [canonical(record.field(name)) for name in _LABELS]


def is_readable(record: Record) -> bool:
    """Whether it has turns, and none of them has content that could not be read and may be anything."""
    for turn in record.messages:
        if not turn.parts and not turn.tool_calls:
            return False
    for turn in record.rejected:
        if not turn.parts and not turn.tool_calls:
            return False
    return bool(record.messages or record.rejected)


def _content(record: Record, form: Form) -> bytes:
    if not is_readable(record):
        return _digest([_bytes(canonical(record.data))])
    told = [_bytes(label) for label in labels(record)] if record.format == "kto" else []
    return _digest(
        _surroundings(record), told, _turns(record.messages, form), [b"rejected"], _turns(record.rejected, form)
    )


def _digest(*groups: Iterable[bytes]) -> bytes:
    state = blake2b(digest_size=16)
    for group in groups:
        for piece in group:
            state.update(b"%d:" % len(piece))
            state.update(piece)
    return state.digest()


def _surroundings(record: Record) -> Iterator[bytes]:
    yield b"" if record.tools is None else _bytes(canonical(record.tools))
    yield _bytes(media(record))


def _turns(messages: Sequence[Message], form: Form) -> Iterator[bytes]:
    for message in messages:
        yield _bytes(str(message.role))
        for part in message.parts:
            yield _bytes(part.kind)
            spoken = part.kind in ("text", "reasoning")
            yield form(part.text) if spoken else _bytes(part.text)
        for call in message.tool_calls:
            yield _bytes(f"{call.name} {canonical(call.arguments)}")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _is_about_form(record: Record) -> bool:
    answer = squeeze(record.response)
    return bool(answer) and answer in squeeze(record.prompt)
