"""dslint lints the datasets that language models are fine-tuned on.

``dslint.check`` is the Python API; rules are written against ``dslint.api``; ``dslint.testing`` tests them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dslint.version import __version__

if TYPE_CHECKING:
    from dslint.engine.check import check

__all__ = ["__version__", "check"]


def __getattr__(name: str) -> Any:
    """Import what costs time only when it is asked for."""
    if name == "check":
        from dslint.engine.check import check

        return check
    raise AttributeError(f"module 'dslint' has no attribute {name!r}")
