"""From parsed values to records: one function for each format, chosen once for each set of keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, cast

from dslint.model.formats import FORMATS, OPTIONS, PASSAGES
from dslint.model.record import ASSISTANT, FUNCTION_CALL, SYSTEM, USER, Message, Part, Record
from dslint.model.ref import Ref, escape_pointer
from dslint.sources.alpaca import PLAIN, plain_record
from dslint.sources.detect import UNKNOWN, detect
from dslint.sources.spec import FileSpec
from dslint.sources.turns import item_pointer, message, part, side, text_turn, turns

_HH: Final = re.compile(r"(?:\A|\n\n)(Human|Assistant): ?")
_NONE: Final[frozenset[str]] = frozenset()
_SHAPES: Final = 4096
_PLAIN_ALPACA: Final = "plain alpaca"
"""Stands for the format of records that have a constructor of their own."""
_VALUE_DEPENDENT: Final = frozenset(("label", "kto_tag"))


class _Draft:
    """A record before it is frozen; see :mod:`dslint.sources.turns`."""

    __slots__ = Record.__slots__


class Fields:
    """A record's fields by their standard names, and where they are."""

    __slots__ = ("base", "data", "names")

    def __init__(self, data: Mapping[str, Any], base: Ref, names: Mapping[str, str]) -> None:
        self.data = data
        self.base = base
        self.names = names

    def get(self, name: str) -> Any:
        """Return the field's value, or ``None`` without it."""
        return self.data.get(self.names.get(name, name) if self.names else name)

    def has(self, name: str) -> bool:
        """Whether the record has the field."""
        return (self.names.get(name, name) if self.names else name) in self.data

    def pointer(self, name: str) -> str:
        """Return the field's JSON pointer."""
        return "/" + escape_pointer(self.names.get(name, name))

    def first(self, *names: str) -> str:
        """Return the first of ``names`` that the record has, else the first."""
        return next((name for name in names if self.has(name)), names[0])

    def part(self, name: str) -> Part | None:
        """Return the field's text, or ``None`` where it is no string."""
        value = self.get(name)
        return part("text", value, self.pointer(name)) if value.__class__ is str else None

    def shown(self, name: str) -> Part | None:
        """Return the field's text, or the texts in it one a line where it is a list or an object."""
        value = self.get(name)
        values = value.values() if isinstance(value, dict) else value
        if not isinstance(values, str) and isinstance(values, Iterable):
            return part("text", "\n".join(each for each in values if isinstance(each, str)), self.pointer(name))
        return self.part(name)

    def text(self, role: str, name: str) -> list[Message]:
        """Return a turn of the field's text."""
        return text_turn(role, self.get(name), self.pointer(name), self.base)

    def turns(self, name: str) -> list[Message]:
        """Return the turns of the field's message list."""
        return turns(self.get(name), self.pointer(name), self.base)

    def side(self, role: str, name: str) -> list[Message]:
        """Return the turns of a field that is a text, a message or a list of them."""
        return side(self.get(name), self.pointer(name), self.base, role)


class Shape:
    """What a builder returns: the pieces of a record."""

    __slots__ = ("input", "instruction", "messages", "preferred_from", "rejected")

    def __init__(
        self,
        messages: list[Message],
        rejected: list[Message] | None = None,
        preferred_from: int | None = None,
        instruction: Part | None = None,
        given: Part | None = None,
    ) -> None:
        self.messages = messages
        self.rejected = rejected
        self.preferred_from = preferred_from
        self.instruction = instruction
        self.input = given


class Normaliser:
    """Makes records of one file's values."""

    def __init__(self, file: FileSpec) -> None:
        self._source = file.source
        self._names = dict(file.columns)
        self._voted = file.source.format if file.source.format in FORMATS else UNKNOWN
        self._known: dict[tuple[str, ...], str] = {}

    def record(self, data: Any, ref: Ref) -> Record:
        """Make a record of ``data``; never raises, whatever the types of its fields."""
        keys = tuple(data)
        name = self._known.get(keys)
        if name is None:
            name = self._format(data, keys)
        if name is _PLAIN_ALPACA:
            plain = plain_record(data, ref, self._source)
            if plain is not None:
                return plain
            name = "alpaca"
        made = cast(Any, _Draft())
        made.ref = ref
        made.data = data
        made.format = name
        made.source = self._source
        made.tools = None
        made.ignored = _NONE
        made._question = made._prompt = made._response = None
        if name == "alpaca" and not self._names:
            made.preferred_from = None
            made.rejected = ()
            _alpaca_fast(made, data, ref)
        else:
            fields = Fields(data, ref, self._names)
            shape = _BUILDERS[name](fields)
            made.messages = tuple(shape.messages)
            made.rejected = tuple(shape.rejected) if shape.rejected else ()
            made.preferred_from = shape.preferred_from
            made.instruction = shape.instruction
            made.input = shape.input
            made.tools = _tools(fields, name)
        if "_dslint" in data:
            made.ignored = _ignored(data["_dslint"])
        made.__class__ = Record
        return cast(Record, made)

    def _format(self, data: Mapping[str, Any], keys: tuple[str, ...]) -> str:
        view: Mapping[str, Any] = data
        if self._names:
            theirs = {key: name for name, key in self._names.items()}
            view = {theirs.get(key, key): value for key, value in data.items()}
        if self._voted == "kto" and _VALUE_DEPENDENT & view.keys():
            return "kto"
        name = detect(view)
        if name == UNKNOWN:
            name = self._voted
        if name == "alpaca" and not self._names and keys in PLAIN:
            name = _PLAIN_ALPACA
        if len(self._known) < _SHAPES and not _VALUE_DEPENDENT & view.keys():
            self._known[keys] = name
        return name


def _alpaca_fast(made: Any, data: Mapping[str, Any], ref: Ref) -> None:
    """The common case without indirection: half of all public instruction data looks like this."""
    instruction = data.get("instruction")
    asked: tuple[Part, ...] = ()
    made.instruction = made.input = None
    if instruction.__class__ is str:
        made.instruction = piece = part("text", instruction, "/instruction")
        asked = (piece,)
    key = "/input" if "input" in data else "/context"
    given = data.get(key[1:])
    if given.__class__ is str:
        made.input = piece = part("text", given, key)
        if given:
            asked += (piece,)
    messages: tuple[Message, ...] = () if not asked else (message(USER, asked, asked[0].pointer, ref),)
    answer = data.get("output")
    pointer = "/output"
    if answer is None and "output" not in data:
        pointer = "/response" if "response" in data else "/completion"
        answer = data.get(pointer[1:])
    if answer.__class__ is str:
        messages += (message(ASSISTANT, (part("text", answer, pointer),), pointer, ref),)
    if "history" in data or "system" in data:
        fields = Fields(data, ref, {})
        messages = (*fields.text(SYSTEM, "system"), *_history(fields), *messages)
    if "tools" in data:
        made.tools = data["tools"]
    made.messages = messages


def _tools(fields: Fields, name: str) -> Any:
    if name == "openai-preference":
        given = fields.get("input")
        return given.get("tools") if isinstance(given, dict) else None
    tools = fields.get("tools")
    return fields.get("functions") if tools is None else tools


def _ignored(value: Any) -> frozenset[str]:
    listed = value.get("ignore") if isinstance(value, dict) else None
    if isinstance(listed, str):
        listed = [listed]
    return frozenset(item for item in listed if isinstance(item, str)) if isinstance(listed, list) else _NONE


def _history(fields: Fields) -> list[Message]:
    pairs = fields.get("history")
    found: list[Message] = []
    for index, pair in enumerate(pairs if isinstance(pairs, list) else ()):
        place = item_pointer(fields.pointer("history"), index)
        for number, role in enumerate((USER, ASSISTANT)):
            if isinstance(pair, list) and number < len(pair):
                found += text_turn(role, pair[number], f"{place}/{number}", fields.base)
    return found


def _asked(fields: Fields, instruction: Part | None, *given: Part | None) -> list[Message]:
    """Return the user's turn of an instruction and its inputs."""
    pieces = (instruction, *given)
    parts = tuple(piece for piece in pieces if piece is not None and (piece is instruction or piece.text))
    return [message(USER, parts, parts[0].pointer, fields.base)] if parts else []


def _alpaca(fields: Fields) -> Shape:
    instruction = fields.part("instruction")
    given = fields.part(fields.first("input", "context"))
    messages = fields.text(SYSTEM, fields.first("system", "system_prompt")) + _history(fields)
    messages += _asked(fields, instruction, given)
    messages += fields.text(ASSISTANT, fields.first("output", "response", "completion"))
    return Shape(messages, instruction=instruction, given=given)


def _chat(fields: Fields) -> Shape:
    return Shape(fields.text(SYSTEM, "system") + fields.turns(fields.first("messages", "conversations")))


def _sharegpt(fields: Fields) -> Shape:
    return Shape(fields.text(SYSTEM, "system") + fields.turns(fields.first("conversations", "messages")))


def _prompt_completion(fields: Fields) -> Shape:
    messages = fields.text(SYSTEM, "system") + fields.side(USER, "prompt")
    return Shape(messages + fields.side(ASSISTANT, fields.first("completion", "response")))


def _kto(fields: Fields) -> Shape:
    if fields.has("messages") or fields.has("conversations"):
        return _chat(fields)
    return _prompt_completion(fields)


def _question_answer(fields: Fields) -> Shape:
    question, given = fields.part("question"), fields.part(fields.first("context", *PASSAGES))
    options = fields.shown(fields.first("options", *OPTIONS))
    messages = fields.text(SYSTEM, fields.first("system", "system_prompt")) + _asked(fields, question, given, options)
    messages += fields.text(ASSISTANT, fields.first("answer", "response"))
    return Shape(messages, instruction=question, given=given)


def _seed_task(fields: Fields) -> Shape:
    instruction = fields.part("instruction")
    messages: list[Message] = []
    first: Part | None = None
    instances = fields.get("instances")
    for index, instance in enumerate(instances if isinstance(instances, list) else ()):
        if not isinstance(instance, dict):
            continue
        place = item_pointer(fields.pointer("instances"), index)
        text = instance.get("input")
        given = part("text", text, place + "/input") if isinstance(text, str) else None
        first = first or given
        messages += _asked(fields, None if messages else instruction, given if given and given.text else None)
        messages += text_turn(ASSISTANT, instance.get("output"), place + "/output", fields.base)
    return Shape(messages or _asked(fields, instruction, None), instruction=instruction, given=first)


def _evaluation(fields: Fields) -> Shape:
    return Shape(fields.text(USER, "prompt") + fields.text(ASSISTANT, "canonical_solution"))


def _text(fields: Fields) -> Shape:
    return Shape(fields.text(ASSISTANT, "text"))


def _openai_preference(fields: Fields) -> Shape:
    given = fields.get("input")
    messages = (
        turns(given.get("messages"), fields.pointer("input") + "/messages", fields.base)
        if isinstance(given, dict)
        else []
    )
    preferred = fields.side(ASSISTANT, "preferred_output")
    return Shape(messages + preferred, fields.side(ASSISTANT, "non_preferred_output"), len(messages))


def _preference(fields: Fields) -> Shape:
    chosen, rejected = _sides(fields, "chosen"), _sides(fields, "rejected")
    context = fields.text(SYSTEM, "system")
    prompt = _sides(fields, fields.first("prompt", "question", "instruction"), USER)
    if len(prompt) > 1 and prompt[-1].role == ASSISTANT and not prompt[-1].text:  # a string that ends in "Assistant:"
        prompt.pop()
    for given in (fields.turns(fields.first("conversations", "messages")), prompt):
        if not (_is_repeated(given, chosen) or _is_repeated(given, context)):
            context += given
    return _pair(context, chosen, rejected)


def _preference_messages(fields: Fields) -> Shape:
    return _pair([], fields.turns("chosen_messages"), fields.turns("rejected_messages"))


def _is_repeated(given: list[Message], dialogue: list[Message]) -> bool:
    """Whether ``dialogue`` begins with the given turns, or has the question that is given alone."""
    asked = [turn for turn in given if turn.role != SYSTEM]
    told = [turn for turn in dialogue if turn.role != SYSTEM]
    if not asked or not told:
        return False
    if len(asked) == 1 and asked[0].role == USER:
        return any(_same(asked[0], turn) for turn in told)
    return len(asked) <= len(told) and all(map(_same, asked, told))


def _sides(fields: Fields, name: str, role: str = ASSISTANT) -> list[Message]:
    value = fields.get(name)
    if isinstance(value, str) and ("\n\nAssistant:" in value or value.startswith(("Human:", "\n\nHuman:"))):
        return _hh(value, fields.pointer(name), fields.base)
    return fields.side(role, name)


def _hh(text: str, pointer: str, base: Ref) -> list[Message]:
    """Read a dialogue that is one string, each turn of which begins with ``Human:`` or ``Assistant:``."""
    marks = list(_HH.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return [
        message(
            USER if mark[1] == "Human" else ASSISTANT,
            (part("text", text[mark.end() : end], pointer, mark.end()),),
            pointer,
            base,
            mark[1],
        )
        for mark, end in zip(marks, ends, strict=True)
    ]


def _pair(context: list[Message], chosen: list[Message], rejected: list[Message]) -> Shape:
    """Tell the turns that both sides begin with from the two answers."""
    shared = 0
    limit = min(_answer_start(chosen), _answer_start(rejected))
    while shared < limit and _same(chosen[shared], rejected[shared]):
        shared += 1
    return Shape(context + chosen, rejected[shared:], len(context) + shared)


def _answer_start(messages: list[Message]) -> int:
    start = len(messages)
    while start and messages[start - 1].role in (ASSISTANT, FUNCTION_CALL):
        start -= 1
    return min(start, max(len(messages) - 1, 0))


def _same(left: Message, right: Message) -> bool:
    return left.role == right.role and [p[:2] for p in left.parts] == [p[:2] for p in right.parts]


def _unknown(_: Fields) -> Shape:
    return Shape([])


_BUILDERS: Final[Mapping[str, Callable[[Fields], Shape]]] = {
    "openai-preference": _openai_preference,
    "preference": _preference,
    "preference-messages": _preference_messages,
    "kto": _kto,
    "chat": _chat,
    "sharegpt": _sharegpt,
    "system-instruction": _alpaca,
    "alpaca": _alpaca,
    "prompt-completion": _prompt_completion,
    "question-answer": _question_answer,
    "seed-task": _seed_task,
    "evaluation": _evaluation,
    "text": _text,
    UNKNOWN: _unknown,
}
