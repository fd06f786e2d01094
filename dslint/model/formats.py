"""The record formats that fine-tuning data comes in, as data.

Which keys a format has and which are required follows what the trainers read: the OpenAI fine-tuning guide, TRL's
dataset formats, axolotl's prompt strategies and LLaMA-Factory's data README.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A top-level field of a format.

    Attributes:
        name: Its key.
        required: Whether a record without it cannot be trained on.
        types: JSON types it may have: ``string``, ``array``, ``object``, ``boolean``, ``number``, ``null``.
        holds: ``messages`` for a list of turns, ``message`` for one turn, ``text`` for text, ``other``.
        alternatives: Keys any of which may stand in its place.
    """

    name: str
    required: bool = True
    types: tuple[str, ...] = ("string",)
    holds: str = "text"
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """A record format.

    Attributes:
        name: Its id, as in the configuration.
        title: Its name for people.
        fields: Its top-level fields.
    """

    name: str
    title: str
    fields: tuple[FieldSpec, ...] = ()

    def field(self, name: str) -> FieldSpec | None:
        """Return the field called ``name``."""
        return next((f for f in self.fields if name == f.name or name in f.alternatives), None)


_OPTIONAL_TEXT = ("string", "null")
PASSAGES: Final = (
    *("passage", "paragraph", "document", "article", "story", "contract", "clause", "abstract", "background"),
    *("premise", "facts", "evidence", "transcript", "dialogue", "dialog", "table", "text", "body", "excerpt"),
)
"""Names that sets of questions give to the text that is asked about, besides ``context``."""
OPTIONS: Final = ("choices", "candidates", "alternatives")
"""Names that sets of questions give to the answers to choose from, besides ``options``."""


def _turns(name: str, *, required: bool = True, alternatives: tuple[str, ...] = ()) -> FieldSpec:
    return FieldSpec(name, required, ("array",), "messages", alternatives)


_SYSTEM = FieldSpec("system", False, _OPTIONAL_TEXT)
_TOOLS = FieldSpec("tools", False, ("array", "string", "null"), "other")

FORMATS: Final[Mapping[str, Format]] = {
    f.name: f
    for f in (
        Format(
            "openai-preference",
            "OpenAI preference",
            (
                FieldSpec("input", types=("object",), holds="other"),
                _turns("preferred_output"),
                _turns("non_preferred_output"),
            ),
        ),
        Format(
            "preference",
            "preference pair (chosen, rejected)",
            (
                FieldSpec("chosen", types=("string", "array", "object"), holds="message"),
                FieldSpec("rejected", types=("string", "array", "object"), holds="message"),
                FieldSpec("prompt", False, ("string", "array", "null"), "messages", ("question", "instruction")),
                _turns("conversations", required=False, alternatives=("messages",)),
                _SYSTEM,
                _TOOLS,
            ),
        ),
        Format(
            "preference-messages",
            "preference pair (chosen_messages, rejected_messages)",
            (_turns("chosen_messages"), _turns("rejected_messages"), _TOOLS),
        ),
        Format(
            "kto",
            "KTO (prompt, completion, label)",
            (
                FieldSpec("prompt", False, ("string", "array"), "messages"),
                FieldSpec("completion", False, ("string", "array"), "messages"),
                _turns("messages", required=False, alternatives=("conversations",)),
                FieldSpec("label", types=("boolean",), holds="other", alternatives=("kto_tag",)),
                _SYSTEM,
                _TOOLS,
            ),
        ),
        Format(
            "chat",
            "chat messages (role, content)",
            (_turns("messages"), _SYSTEM, _TOOLS),
        ),
        Format(
            "sharegpt",
            "ShareGPT conversations (from, value)",
            (_turns("conversations"), _SYSTEM, _TOOLS),
        ),
        Format(
            "system-instruction",
            "system, instruction, response",
            (
                FieldSpec("system", True, _OPTIONAL_TEXT, alternatives=("system_prompt",)),
                FieldSpec("instruction"),
                FieldSpec("input", False, _OPTIONAL_TEXT),
                FieldSpec("response", alternatives=("output", "completion")),
            ),
        ),
        Format(
            "alpaca",
            "Alpaca (instruction, input, output)",
            (
                FieldSpec("instruction"),
                FieldSpec("input", False, _OPTIONAL_TEXT, alternatives=("context",)),
                FieldSpec("output", alternatives=("response", "completion")),
                _SYSTEM,
                FieldSpec("history", False, ("array", "null"), "other"),
            ),
        ),
        Format(
            "prompt-completion",
            "prompt and completion",
            (
                FieldSpec("prompt", types=("string", "array"), holds="messages"),
                FieldSpec("completion", types=("string", "array"), holds="messages", alternatives=("response",)),
                _SYSTEM,
                _TOOLS,
            ),
        ),
        Format(
            "question-answer",
            "question and answer",
            (
                FieldSpec("question"),
                FieldSpec("answer", alternatives=("response",)),
                FieldSpec("context", False, ("string", "array", "object", "null"), alternatives=PASSAGES),
                FieldSpec("options", False, ("string", "array", "object", "null"), alternatives=OPTIONS),
                FieldSpec("system", False, _OPTIONAL_TEXT, alternatives=("system_prompt",)),
            ),
        ),
        Format(
            "seed-task",
            "self-instruct seed task (instances)",
            (FieldSpec("instruction"), FieldSpec("instances", types=("array",), holds="other")),
        ),
        Format(
            "evaluation",
            "evaluation item (prompt, canonical_solution)",
            (
                FieldSpec("task_id", types=("string", "number"), holds="other"),
                FieldSpec("prompt"),
                FieldSpec("canonical_solution"),
            ),
        ),
        Format("text", "plain text", (FieldSpec("text"),)),
        Format("unknown", "no known format"),
    )
}
"""Every known format by name, in the order in which a record is tried against them."""

ROLES: Final[Mapping[str, str]] = {
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "model": "assistant",
    "system": "system",
    "developer": "system",
    "tool": "tool",
    "function": "tool",
    "observation": "tool",
    "function_call": "function_call",
}
"""Normal role by the word used in a file; trainers compare it exactly, so other cases are unknown."""
