"""JSON in the text of an answer: by itself, in a fence, or behind a sentence."""

from __future__ import annotations

import json
from typing import Final

from dslint.features.fences import code_blocks
from dslint.features.patterns import expression
from dslint.model.json_fault import json_fault

LONGEST: Final = 200_000

_FENCES: Final = ("json", "")
_BEGINNING: Final = expression(r"[\[{]")


def json_error(text: str) -> str | None:
    """Return in words why there is no JSON in ``text``; ``None`` where there is, or where it cannot be told."""
    stripped = text.strip()
    if len(stripped) > LONGEST:
        return None
    fenced = [block.text for block in code_blocks(stripped) if block.language in _FENCES]
    for piece in (stripped, *fenced):
        if parse_error(piece) is None:
            return None
    first = _BEGINNING.search(stripped)
    if first is None:
        return "the answer has none"
    document = fenced[0].strip() if fenced else stripped[first.start() :]
    try:
        json.JSONDecoder().raw_decode(document)
    except ValueError:
        found = parse_error(document)
        return f"the answer's does not parse: {found}" if found else None
    except RecursionError:
        return None
    return None


def parse_error(document: str) -> str | None:
    """Return what is wrong with a JSON document and where; ``None`` if it parses."""
    try:
        json.loads(document)
    except json.JSONDecodeError as error:
        fault = json_fault(error)
        return f"{fault.words} in line {fault.line}"
    except (ValueError, RecursionError):
        return None
    return None
