"""Making untrusted text safe: the one place that knows what each kind of output would take as more than text.

Paths, messages, excerpts and JSON pointers come from the data and from plugins. Whatever they hold, a line of output
stays one line, shows what it contains, and commands neither a terminal, nor a CI runner, nor a Markdown renderer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple
from urllib.parse import quote

EXCERPT_LENGTH: Final = 80
ELLIPSIS: Final = "…"

# Controls (C0, C1, DEL), line and paragraph separators, bidirectional and other format controls, characters that take
# no space, tags, and surrogates, which cannot be encoded.
_UNSEEN: Final = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffb\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\ud800-\udfff"
)
_unseen = re.compile(f"[{_UNSEEN}]")
# What is nothing else has nothing unseen, and is told in a tenth of the time: most documents are.
_other_than_plain = re.compile(f"[^ -~{ELLIPSIS}]")
_NAMED: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

# The GitHub and Azure runners take these as commands anywhere in a line; ``::`` only at its start.
_log_command = re.compile(r"##(?=\[|vso\[)", re.IGNORECASE)
_markup = re.compile(r"[\\`*_\[\]<>&|~$]")
# GitHub turns these into links, mentions, issue references and emoji; an empty comment keeps them apart.
_markup_or_reference = re.compile(rf"{_markup.pattern}|(?P<reference>[@#:](?=[\w/+-])|(?<=www)\.)", re.IGNORECASE)
_scheme = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def visible(text: str) -> str:
    """Return ``text`` on one line, with everything that cannot be seen written as an escape."""
    return _unseen.sub(_escaped, text)


def plain(text: str) -> str:
    """Return ``text`` for a terminal or a log: visible, and free of what a CI runner would obey inside a line."""
    return _log_command.sub(r"#\\#", visible(text))


def line(text: str) -> str:
    """Return an output line made of plain pieces such that a CI runner cannot take it for a workflow command."""
    body = text.lstrip()
    return text if not body.startswith("::") else f"{text[: len(text) - len(body)]}\\{body}"


class Excerpt(NamedTuple):
    """A piece of text that fits.

    Attributes:
        text: Plain text.
        start: Where the mark starts in it.
        end: Where the mark ends; equal to ``start`` where nothing is marked.
    """

    text: str
    start: int = 0
    end: int = 0


def excerpt(
    text: str,
    mark: tuple[int, int] | None = None,
    limit: int = EXCERPT_LENGTH,
    measure: Callable[[str], int] = len,
) -> Excerpt:
    """Return as much of ``text`` as fits, plain, around the mark, never cut inside a character or an escape.

    Args:
        text: Text as it stands in the data.
        mark: Half-open range of ``text`` that matters.
        limit: Room, in units of ``measure``.
        measure: ``len`` for characters, or a function that knows how wide characters are shown.
    """
    start, end = mark or (0, 0)
    start = max(0, min(start, len(text)))
    end = max(start, min(end, len(text)))
    # A text is at most as long as the room; what lies farther from the mark than that cannot be shown anyway.
    low, high = max(0, start - limit), min(len(text), start + limit)
    pieces = [plain_character(text, index) for index in range(low, high)]
    left, right = start - low, min(end, high) - low
    sizes = [measure(piece) for piece in pieces]
    whole = high - low == len(text) and sum(sizes) <= limit
    first, last = (0, len(pieces)) if whole else _window(sizes, left, right, limit - 2)
    head = ELLIPSIS if low + first > 0 else ""
    tail = ELLIPSIS if low + last < len(text) else ""
    before = head + "".join(pieces[first:left])
    marked = "".join(pieces[left : min(right, last)])
    after = "".join(pieces[max(left, min(right, last)) : last]) + tail
    return Excerpt(before + marked + after, len(before), len(before) + len(marked))


def plain_character(text: str, index: int) -> str:
    """Return the character at ``index`` as :func:`plain` shows it there."""
    if text[index] == "#" and _log_command.match(text, index):
        return "#\\"
    return visible(text[index])


def markdown(text: str) -> str:
    """Return ``text`` as literal text for one cell of a GitHub-flavoured Markdown table: no markup, HTML or links."""
    # Entities never count as markup, and they cannot be undone by a backslash in front of them.
    return _markup_or_reference.sub(_literal, visible(text))


def markdown_code(text: str) -> str:
    """Return ``text`` as literal code for one cell of a Markdown table."""
    return f"<code>{_markup.sub(_entity, visible(text))}</code>"


def workflow_data(text: str) -> str:
    """Return ``text`` for the message of a GitHub workflow command."""
    return plain(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def workflow_property(text: str) -> str:
    """Return ``text`` for a property's value of a GitHub workflow command."""
    return workflow_data(text).replace(":", "%3A").replace(",", "%2C")


def json_text(document: str) -> str:
    """Return a JSON document with the same value whose strings hide nothing and command no CI runner."""
    # Outside strings JSON has ASCII only and no number sign, so an escape is always inside one.
    if _other_than_plain.search(document) is not None:
        document = _unseen.sub(_json_escaped, document)
    return _log_command.sub(r"#\\u0023", document)


def uri(path: str) -> str:
    """Return ``path`` as a percent-encoded URI reference: relative for a relative path."""
    scheme = _scheme.match(path)
    head = scheme.group() if scheme else ""
    if path.startswith("/"):
        head = "file://"
    elif re.match(r"[A-Za-z]:/", path):
        head, path = f"file:///{path[:2]}", path[2:]
    # Undecodable bytes of a name come back as bytes; other surrogates do not stand for bytes and are spelt out.
    name = re.sub("[\ud800-\udc7f\udd00-\udfff]", _escaped, path[len(scheme.group()) if scheme else 0 :])
    return head + quote(name, safe="/", errors="surrogateescape")


def _escaped(match: re.Match[str]) -> str:
    character = match.group()
    code = ord(character)
    if character in _NAMED:
        return _NAMED[character]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escaped(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code in (0x0A, 0x20):
        return match.group()
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match.group())};"


def _literal(match: re.Match[str]) -> str:
    return f"{match.group()}<!-- -->" if match["reference"] else _entity(match)


def _window(sizes: list[int], left: int, right: int, room: int) -> tuple[int, int]:
    """Return the range of pieces to show: the mark from its start, then what is around it, evenly."""
    first = last = left
    used = 0
    while last < right and used + sizes[last] <= room:
        used += sizes[last]
        last += 1
    if last < right:
        return first, last
    grown = True
    while grown:
        grown = False
        if last < len(sizes) and used + sizes[last] <= room:
            used += sizes[last]
            last += 1
            grown = True
        if first > 0 and used + sizes[first - 1] <= room:
            first -= 1
            used += sizes[first]
            grown = True
    return first, last
