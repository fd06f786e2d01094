"""What records are compared by for similarity, without the boilerplate that their dataset shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

from dslint.api import Feature, Message, Record
from dslint.features.boilerplate import Boilerplate, SharedLines, units
from dslint.features.digest import media
from dslint.features.text import canonical

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ANSWERS: Final = ("assistant", "function_call")
_WHOLE: Final = (3, 5, 5)
_QUESTION: Final = (2, 2, 3)
_ALIKE: Final = 0.5
_TELLING: Final = 20
"""Shingles from which on two equal answers tell anything: `Yes` answers a thousand questions."""


class Sketch(NamedTuple):
    """What is compared of a record; shingles are sorted distinct 64-bit hashes.

    Attributes:
        whole: Shingles of all its text.
        question: What is asked, as lines; of long lines the sentences.
        response: Shingles of its answers.
        media: Images, videos and sounds; two records with different ones are not alike, however alike their texts.
    """

    whole: NDArray[np.uint64]
    question: tuple[str, ...]
    response: NDArray[np.uint64]
    media: str = ""

    def resemblance(self, other: Sketch, at_least: float) -> float:
        """Return the Jaccard similarity of both records, or 0 where they only share their context.

        Two questions about one long passage have most of their text in common. So, besides the whole, either what is
        asked must be similar, leaving out the lines that both have, or the answers, if longer than a few words, must be
        as similar as the whole.
        """
        from dslint.features.shingles import jaccard

        if self.media != other.media:
            return 0.0
        whole = jaccard(self.whole, other.whole, at_least)
        if whole < at_least or ask_alike(self.question, other.question):
            return whole
        said = min(len(self.response), len(other.response)) >= _TELLING
        return whole if said and jaccard(self.response, other.response, at_least) >= at_least else 0.0


class MinHash(Feature[Any]):
    """MinHash signature of a record's text: one row of 128 hash values, ``uint32``."""

    def compute(self, records: Sequence[Record], boilerplate: Boilerplate) -> Any:
        """Return ``uint32[n, 128]``."""
        import numpy as np

        from dslint.features.minhash import PERMUTATIONS, signatures
        from dslint.features.shingles import shingles

        texts = [whole_text(record, boilerplate) for record in records]
        blocks = [signatures(block) for block in shingles(texts, *_WHOLE)]
        return np.concatenate(blocks) if blocks else np.empty((0, PERMUTATIONS), dtype=np.uint32)


class Sketches(Feature[Sketch]):
    """The shingles of a record: of the whole, of its question and of its answers."""

    def compute(self, records: Sequence[Record], boilerplate: Boilerplate) -> list[Sketch]:
        """Return one sketch for each record."""
        whole = _sets([whole_text(record, boilerplate) for record in records], _WHOLE)
        questions = [tuple(units(question_text(record, boilerplate))) for record in records]
        responses = _sets([record.response for record in records], _WHOLE)
        images = [media(record) for record in records]
        return [Sketch(*each) for each in zip(whole, questions, responses, images, strict=True)]


Signature = Annotated[Any, MinHash]
RecordSketch = Annotated[Sketch, Sketches]


def whole_text(record: Record, boilerplate: SharedLines) -> str:
    """Return all text of ``record``, rejected answer included, its prompt without boilerplate.

    A record without any text, such as one of no known format, is taken as it stands in the file.
    """
    messages = record.messages
    if record.rejected or [turn for turn in messages if turn.tool_calls]:
        asked = _join(m for m in messages if m.role not in _ANSWERS)
        answered = _join(m for m in (*messages, *record.rejected) if m.role in _ANSWERS)
    else:
        asked = record.prompt
        answers = [turn.text for turn in messages if turn.role in _ANSWERS]
        answered = answers[0] if len(answers) == 1 else "\n".join(answers)
    text = f"{boilerplate.removed_from(asked) or asked}\n{answered}"
    return canonical(record.data) if text.isspace() else text


def question_text(record: Record, boilerplate: SharedLines) -> str:
    """Return what ``record`` asks, without boilerplate unless there is nothing else."""
    asked = record.instruction.text if record.instruction else "\n".join(record.texts("user")) or record.system
    return boilerplate.removed_from(asked) or asked


def ask_alike(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether two prompts, as units, ask something similar once the units that both have are left out."""
    from dslint.features.shingles import jaccard

    shared = {*left} & {*right}
    rest = ["\n".join(line for line in lines if line not in shared) for lines in (left, right)]
    if not all(rest):
        return True
    first, second = _sets(rest, _QUESTION)
    return jaccard(first, second) >= _ALIKE


def _join(messages: Iterable[Message]) -> str:
    pieces: list[str] = []
    for message in messages:
        pieces.append(message.text)
        pieces += (f"{call.name} {call.arguments}" for call in message.tool_calls)
    return "\n".join(pieces)


def _sets(texts: Sequence[str], sizes: tuple[int, int, int]) -> list[NDArray[np.uint64]]:
    from dslint.features.shingles import shingles

    return [block[index] for block in shingles(texts, *sizes) for index in range(len(block))]


def texts_alike(left: Record, right: Record, at_least: float = 0.8) -> bool:
    """Whether two records share their words: Jaccard similarity of three-word runs over all their text."""
    from dslint.features.shingles import jaccard

    first, second = _sets([whole_text(left, SharedLines()), whole_text(right, SharedLines())], _WHOLE)
    return jaccard(first, second) >= at_least
