"""Records of the shapes that are trained on: Alpaca, chat, tool calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from benchmarks.generate.answers import Tasks
from benchmarks.generate.sentences import Grammar
from benchmarks.generate.words import chances

Row = dict[str, Any]

SYSTEMS: Final = (
    "You are a helpful assistant who answers briefly.",
    "You help the guests of a hotel by the sea.",
    "Answer as a patient teacher would.",
)


class Maker:
    """Makes records.

    Args:
        text: Where sentences come from.
        random: Where chance comes from.
    """

    def __init__(self, text: Grammar, random: np.random.Generator) -> None:
        self.text = text
        self.chance = chances(random)
        self._tasks = Tasks(text, random)

    def alpaca(self) -> Row:
        """Return instruction, input and output."""
        instruction, given, answer = self._tasks.task()
        return {"instruction": instruction, "input": given, "output": answer}

    def chat(self) -> Row:
        """Return a conversation of one to four rounds."""
        messages: list[Row] = []
        if next(self.chance) < 0.3:
            messages.append({"role": "system", "content": SYSTEMS[int(next(self.chance) * len(SYSTEMS))]})
        for _ in range(1 + int(next(self.chance) ** 2 * 4)):
            instruction, given, answer = self._tasks.task()
            asked = f"{instruction}\n\n{given}" if given else instruction
            messages += [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]
        return {"messages": messages}

    def tools(self) -> Row:
        """Return a conversation in which the assistant calls a function, as OpenAI writes it."""
        fill = self.text.fill
        names = list(dict.fromkeys(fill("get_{noun}_{noun}") for _ in range(3)))
        arguments = {"place": self.text.word("name"), "count": int(self.text.word("number"))}
        result = {"status": "ok", self.text.word("noun"): self.text.word("name"), "text": self.text.sentence()}
        call = f"call_{int(next(self.chance) * 2**52):013x}"
        function = {"name": names[0], "arguments": json.dumps(arguments)}
        called = [{"id": call, "type": "function", "function": function}]
        messages = [
            {"role": "user", "content": self._tasks.question()},
            {"role": "assistant", "content": None, "tool_calls": called},
            {"role": "tool", "tool_call_id": call, "content": json.dumps(result)},
            {"role": "assistant", "content": self._tasks.prose(2.0)},
        ]
        return {"messages": messages, "tools": [self._tool(name) for name in names]}

    def _tool(self, name: str) -> Row:
        properties = {"place": {"type": "string"}, "count": {"type": "integer"}}
        parameters = {"type": "object", "properties": properties, "required": ["place"]}
        function = {"name": name, "description": self.text.sentence(), "parameters": parameters}
        return {"type": "function", "function": function}


SHAPES: Final[dict[str, Callable[[Maker], Row]]] = {
    "alpaca": Maker.alpaca,
    "chat": Maker.chat,
    "tools": Maker.tools,
}
