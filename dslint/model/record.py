"""One training example, normalised, with the place of every piece of its text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dslint.model.ref import Ref

USER = "user"
ASSISTANT = "assistant"
SYSTEM = "system"
TOOL = "tool"
FUNCTION_CALL = "function_call"


class Part(NamedTuple):
    """A piece of a message: text, or something that is not text.

    Attributes:
        kind: ``text``, ``reasoning``, ``image``, ``video``, ``audio``, ``tool_call`` or the file's own word.
        text: The text; for other kinds the value as text (a path, a JSON document).
        pointer: JSON pointer of the value that holds the text.
        start: Where in that value's string the text begins; not 0 where one string holds several turns.
    """

    kind: str
    text: str
    pointer: str
    start: int = 0


class ToolCall(NamedTuple):
    """A call that an assistant turn makes.

    Attributes:
        name: The tool's name; ``None`` where the file gives none.
        arguments: The arguments as they stand: a JSON string or an object.
        id: The call's id, if any.
        pointer: JSON pointer of the call.
    """

    name: str | None
    arguments: Any
    id: str | None
    pointer: str


def joined(parts: Sequence[Part]) -> str:
    """Return the text of a turn's pieces, joined by a line break."""
    if len(parts) == 1 and parts[0].kind == "text":
        return parts[0].text
    return "\n".join([part.text for part in parts if part.kind == "text"])


@dataclass(frozen=True, slots=True)
class Message:
    """One turn.

    Attributes:
        role: Normalised role: ``user``, ``assistant``, ``system``, ``tool``, ``function_call``; a role that is not
            known is kept as the file has it.
        parts: The pieces of the content in order; empty when there is no content.
        pointer: JSON pointer of the turn (of the message object, or of the field that holds it).
        base: The record's place.
        raw_role: The role as the file has it; ``None`` in formats whose fields imply it.
        trained: Whether the turn is a training target, by ``weight``, ``train`` and the like.
        tool_calls: Calls the turn makes.
        text: The text of the turn, pieces joined by a line break; made once, as nearly every rule reads it.
    """

    role: str
    parts: tuple[Part, ...]
    pointer: str
    base: Ref
    raw_role: Any = None
    trained: bool = True
    tool_calls: tuple[ToolCall, ...] = ()
    text: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Join the pieces."""
        object.__setattr__(self, "text", joined(self.parts))

    @property
    def is_blank(self) -> bool:
        """Whether the turn holds nothing: no text but white space, no media, no reasoning, no call."""
        return not self.tool_calls and not any(part.text.strip() for part in self.parts)

    @property
    def ref(self) -> Ref:
        """The place of the turn's text, or of the turn where it has none."""
        for part in self.parts:
            if part.kind == "text":
                if part.start:
                    return self.base.at(part.pointer, (part.start, part.start + len(part.text)))
                return self.base.at(part.pointer)
        return self.base.at(self.pointer)

    def span(self, start: int, end: int) -> Ref:
        """Return the place of ``text[start:end]``, cut to the piece in which it begins."""
        offset = 0
        for part in self.parts:
            if part.kind != "text":
                continue
            size = len(part.text)
            if start <= offset + size:
                local = max(0, start - offset)
                stop = min(size, max(local, end - offset))
                return self.base.at(part.pointer, (part.start + local, part.start + stop))
            offset += size + 1
        return self.ref


@dataclass(frozen=True, slots=True)
class Source:
    """The file that a record comes from.

    Attributes:
        path: As in :class:`~dslint.model.ref.Ref`.
        dataset: Name of the dataset that the file belongs to.
        split: ``train``, ``validation``, ``test`` or empty when nothing says which.
        container: How records are stored: ``jsonl``, ``json``, ``csv``, ``parquet``, ``arrow``, ``text``.
        format: Name of the record format that most records of the file have; see ``dslint.model.formats``.
        columns: Keys of the file that hold fields of the format under another name: (field, key).
    """

    path: str
    dataset: str = ""
    split: str = ""
    container: str = "jsonl"
    format: str = "unknown"
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One example.

    Attributes:
        ref: Where the record is.
        data: The parsed value as it stands in the file; never changed.
        format: Name of the record's own format; see ``dslint.model.formats``.
        messages: The turns that are trained on, in order; of a preference pair the context and the preferred answer.
        rejected: The turns of the answer that is not preferred; empty outside preference data.
        source: The file.
        tools: The declared tools as they stand in the file; ``None`` without.
        instruction: The task's own words without its input, where the format tells them apart.
        preferred_from: Index into ``messages`` at which the preferred answer begins; ``None`` outside preference data.
        ignored: Rules (ids or families) that the record itself waives.
    """

    ref: Ref
    data: Any
    format: str
    messages: tuple[Message, ...]
    source: Source
    rejected: tuple[Message, ...] = ()
    tools: Any = None
    instruction: Part | None = None
    input: Part | None = None
    preferred_from: int | None = None
    ignored: frozenset[str] = frozenset()
    # Views that many rules ask for, each made when it is first asked for; no part of the record's value.
    _question: str | None = field(default=None, init=False, repr=False, compare=False)
    _prompt: str | None = field(default=None, init=False, repr=False, compare=False)
    _response: str | None = field(default=None, init=False, repr=False, compare=False)

    def turns(self, *roles: str) -> Sequence[Message]:
        """Return the turns with one of ``roles``; all turns when none is named."""
        if not roles:
            return self.messages
        return [message for message in self.messages if message.role in roles]

    def texts(self, *roles: str) -> Sequence[str]:
        """Return the text of each turn with one of ``roles``."""
        return [message.text for message in self.turns(*roles)]

    def field(self, name: str) -> Any:
        """Return the record's own top-level field, or ``None`` where it has none."""
        data = self.data
        # Asking for the class first is ten times faster, and nearly always enough.
        return data.get(name) if data.__class__ is dict or isinstance(data, Mapping) else None

    @property
    def system(self) -> str:
        """Text of all system turns."""
        return "\n".join(self.texts(SYSTEM))

    @property
    def question(self) -> str:
        """What is asked: the instruction without its input, else the last user turn."""
        known = self._question
        if known is None:
            asked = [] if self.instruction is not None else self.texts(USER)
            known = self.instruction.text if self.instruction is not None else asked[-1] if asked else ""
            object.__setattr__(self, "_question", known)
        return known

    @property
    def context(self) -> Sequence[Message]:
        """All turns before the last answer: what the model sees before it answers."""
        if self.preferred_from is not None:
            return self.messages[: self.preferred_from]
        last = len(self.messages)
        while last > 0 and self.messages[last - 1].role in (ASSISTANT, FUNCTION_CALL):
            last -= 1
        return self.messages[:last]

    @property
    def prompt(self) -> str:
        """Text of all turns that are not answers: system, user and tool results."""
        known = self._prompt
        if known is None:
            known = "\n".join([m.text for m in self.messages if m.role not in (ASSISTANT, FUNCTION_CALL)])
            object.__setattr__(self, "_prompt", known)
        return known

    @property
    def response(self) -> str:
        """Text of all assistant turns that are trained on."""
        known = self._response
        if known is None:
            known = "\n".join([m.text for m in self.messages if m.role == ASSISTANT and m.trained])
            object.__setattr__(self, "_response", known)
        return known

    @property
    def answer(self) -> Message | None:
        """The last assistant turn."""
        messages = self.messages
        if messages and messages[-1].role == ASSISTANT:
            return messages[-1]
        for message in reversed(messages):
            if message.role == ASSISTANT:
                return message
        return None

    @property
    def is_preference(self) -> bool:
        """Whether the record pairs a preferred answer with another."""
        return self.preferred_from is not None


@dataclass(frozen=True, slots=True)
class Dataset:
    """What is trained on together.

    Attributes:
        name: The name shown to the user.
        split: ``train``, ``validation``, ``test`` or empty.
        files: Its files, sorted by path.
        records: How many records were read.
    """

    name: str
    split: str
    files: tuple[Source, ...]
    records: int = 0
