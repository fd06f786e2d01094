"""What a record asks, as it is compared across splits."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

from dslint.api import Feature, Message, Record
from dslint.features.boilerplate import Boilerplate, SharedLines, units
from dslint.features.digest import media
from dslint.features.text import normalise, squeeze

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ANSWERS: Final = ("assistant", "function_call", "system")
_LEAST_BYTES: Final = 12
_SIMILAR: Final = (3, 5, 5)
_COVERED: Final = (13, 13, 26)
_SCREEN: Final = (8, 8, 16)
_SCREENED: Final = 32


class Asked(NamedTuple):
    """What is compared of a question; shingles are sorted distinct 64-bit hashes.

    Attributes:
        digest: Stands for the question after normalisation, with its media; empty where it is too short to tell.
        units: Its lines; of long lines the sentences.
        similar: Runs of three words.
        covered: Runs of 13 words (in scripts without spaces, of 26 characters).
        media: Its images, videos and sounds.
        screen: Keys; questions that are alike share one.
    """

    digest: bytes
    units: tuple[str, ...]
    similar: NDArray[np.uint64]
    covered: NDArray[np.uint64]
    media: str
    screen: NDArray[np.uint64]

    def jaccard(self, other: Asked) -> float:
        """Return the share of three-word runs that both have in common."""
        from dslint.features.shingles import jaccard

        return jaccard(self.similar, other.similar) if self.media == other.media else 0.0

    def coverage(self, other: Asked) -> float:
        """Return the share of this question's 13-word runs that the other one has."""
        import numpy as np

        if len(self.covered) == 0 or self.media != other.media:
            return 0.0
        return float(np.isin(self.covered, other.covered).mean())


class AskedFeature(Feature[Asked]):
    """What each record asks: all it gives the model but the system prompt, without its dataset's boilerplate."""

    def compute(self, records: Sequence[Record], boilerplate: Boilerplate, /) -> list[Asked]:
        """Return one value for each record."""
        return asked(records, boilerplate)


Question = Annotated[Asked, AskedFeature]


def asked(records: Sequence[Record], boilerplate: SharedLines | None = None) -> list[Asked]:
    """Return what the records ask; a record that asks nothing, such as plain text, is taken as a whole.

    Where a question is nothing but boilerplate, it tells two records apart only together with the answer.
    """
    shared = boilerplate or SharedLines()
    texts = [question_of(record) for record in records]
    bare = [shared.removed_from(text) for text in texts]
    pictures = [media(record) for record in records]
    told = [
        text if own or not text else f"{text}\n{record.response}"
        for text, own, record in zip(texts, bare, records, strict=True)
    ]
    plain = [own or text for own, text in zip(bare, told, strict=True)]
    digests = [_digest(text, picture) for text, picture in zip(told, pictures, strict=True)]
    similar, covered, screen = (_sets(plain, size) for size in (_SIMILAR, _COVERED, _SCREEN))
    keys = [runs[:_SCREENED] for runs in screen]
    lines = [tuple(units(text)) for text in plain]
    return [Asked(*each) for each in zip(digests, lines, similar, covered, pictures, keys, strict=True)]


def question_of(record: Record) -> str:
    """Return all that the model is given before the last answer, without system prompts and earlier answers."""
    given = "\n".join(turn.text for turn in record.context if turn.role not in _ANSWERS)
    return given if given.strip() else record.response


def asking_turn(record: Record) -> Message | Record:
    """Return the turn that asks, or the record where none does."""
    return next((turn for turn in reversed(record.context) if turn.role == "user"), record)


def _digest(text: str, picture: str) -> bytes:
    if len(squeeze(text)) < _LEAST_BYTES:
        return b""
    content = f"{normalise(text)}\0{picture}"
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _sets(texts: Sequence[str], sizes: tuple[int, int, int]) -> list[NDArray[np.uint64]]:
    from dslint.features.shingles import shingles

    return [block[index] for block in shingles(texts, *sizes) for index in range(len(block))]
