"""Colour for terminals, where it is wanted."""

from __future__ import annotations

from typing import Final

from dslint.model.severity import Severity

_CODES: Final = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "strong": "1",
    "dim": "2",
    "good": "1;32",
}


class Palette:
    """Paints text, or leaves it as it is.

    Args:
        color: Whether to paint.
    """

    __slots__ = ("_color",)

    def __init__(self, color: bool) -> None:
        self._color = color

    def paint(self, style: str, text: str) -> str:
        """Return ``text`` in a style: ``strong``, ``dim``, ``good`` or a severity."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self._color and text else text

    def severity(self, severity: Severity, text: str = "") -> str:
        """Return the severity's name, or ``text``, in its colour."""
        return self.paint(severity.value, text or severity.value)
