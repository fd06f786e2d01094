"""What the standard library's JSON parser says of a text, the same in every version of Python."""

from __future__ import annotations

import json
from typing import NamedTuple

_SPACE = " \t\r\n"


class JsonFault(NamedTuple):
    """What is wrong with a text that is not JSON.

    Attributes:
        words: What was found.
        position: Where, in characters from the beginning.
        line: The line of that place, from 1.
    """

    words: str
    position: int
    line: int


def json_fault(error: json.JSONDecodeError) -> JsonFault:
    """Return what an error of the parser says.

    From Python 3.13 on the parser names a comma before a closing bracket; before, it names what it expected at the
    bracket. Both come out as the comma.
    """
    text, position = error.doc, error.pos
    words = f"{error.msg[:1].lower()}{error.msg[1:]}"
    bracket = "}" if "property name" in error.msg else "]"
    before = text[:position].rstrip(_SPACE)
    if error.msg.startswith("Illegal trailing comma"):
        words = "comma before a closing bracket"
    elif text[position : position + 1] == bracket and before.endswith(","):
        words, position = "comma before a closing bracket", len(before) - 1
    return JsonFault(words, position, text.count("\n", 0, position) + 1)
