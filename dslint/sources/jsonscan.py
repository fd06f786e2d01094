"""Where JSON values begin and end, without building them."""

from __future__ import annotations

import re
from typing import Final

_STRING: Final = rb'"[^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*+"'
_PLAIN: Final = rb'[^"{}\[\]]++'
_PAIR: Final = {ord("{"): ord("}"), ord("["): ord("]")}
_LEVELS: Final = 5


def _object_pattern() -> bytes:
    body = _PLAIN + b"|" + _STRING
    for _ in range(_LEVELS):
        body = rb"%b|%b|[\[{](?:%b)*+[\]}]" % (_PLAIN, _STRING, body)
    return rb"\{(?:%b)*+\}" % body


OBJECT: Final = re.compile(_object_pattern(), re.DOTALL)
"""A whole object of up to a few levels; more than ten times faster than walking its tokens."""

TOKEN: Final = re.compile(rb"%b|%b|[{}\[\]]" % (_PLAIN, _STRING), re.DOTALL)
STRING: Final = re.compile(_STRING, re.DOTALL)
_LOOSE: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|[{}\[\]]', re.DOTALL)


class Walk:
    """Finds the end of a value that begins with a bracket, resumable as more bytes come in.

    Attributes:
        position: Where the walk stands.
        broken: Whether the bytes cannot be JSON from there on: an unfinished string, a bracket that closes another.
    """

    def __init__(self, start: int) -> None:
        self.position = start
        self.broken = False
        self._open: list[int] = []

    def run(self, data: bytes, stop: int, final: bool) -> int:
        """Walk on through ``data[:stop]``.

        Args:
            data: The buffer; positions are those of earlier calls.
            stop: Where to stop.
            final: Whether no more bytes follow ``data``.

        Returns:
            The offset behind the value, or -1 when it has not ended: more bytes are needed or it is broken.
        """
        match = TOKEN.match
        position, stack = self.position, self._open
        while position < stop:
            token = match(data, position)
            if token is None:
                self.broken = final or _string_is_broken(data, position)
                break
            code = data[position]
            if code in _PAIR:
                stack.append(_PAIR[code])
            elif code in (0x7D, 0x5D):
                if not stack or stack.pop() != code:
                    self.broken = True
                    break
                if not stack:
                    self.position = token.end()
                    return self.position
            position = token.end()
        self.position = position
        return -1


def _string_is_broken(data: bytes, position: int) -> bool:
    """Whether the string that begins at ``position`` meets a control character before the buffer ends."""
    return _UNFINISHED.fullmatch(data, position) is None


_UNFINISHED: Final = re.compile(rb'"[^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*+\\?', re.DOTALL)


def depth(data: bytes, limit: int) -> int:
    """Return how deep brackets nest, at most ``limit + 1``; never recurses."""
    deepest = level = 0
    for token in _LOOSE.finditer(data):
        code = data[token.start()]
        if code in _PAIR:
            level += 1
            if level > deepest:
                deepest = level
                if deepest > limit:
                    break
        elif code in (0x7D, 0x5D):
            level -= 1
    return deepest
