"""dslint lints the datasets that language models are fine-tuned on.

``dslint.check`` is the Python API; rules are written against ``dslint.api``; ``dslint.testing`` tests them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dslint.version import __version__

if TYPE_CHECKING:
    from dslint.config.errors import ConfigError
    from dslint.engine.check import check
    from dslint.model.report import Report
    from dslint.sources.spec import SourceError

__all__ = ["ConfigError", "Report", "SourceError", "__version__", "check"]

_HOMES = {
    "ConfigError": "dslint.config.errors",
    "Report": "dslint.model.report",
    "SourceError": "dslint.sources.spec",
    "check": "dslint.engine.check",
}


def __getattr__(name: str) -> Any:
    """Import what costs time only when it is asked for."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'dslint' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
