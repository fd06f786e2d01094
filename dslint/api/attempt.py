"""Contain the failure of what others wrote: a rule, a feature, a plugin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def attempt(work: Callable[..., T], *arguments: Any) -> T | Exception:
    """Do ``work``, and return its failure instead of raising it: the one broad ``except`` of the code base.

    It stands around one rule on one shard, and around the loading of one plugin. Whoever calls it has to say what
    failed; a failure never looks like a pass. Code that ends the program, as scripts do, would end it with its own exit
    code: that is a failure too.
    """
    try:
        return work(*arguments)
    except SystemExit as error:
        return RuntimeError(f"it ends the program, with {error.code!r}").with_traceback(error.__traceback__)
    except Exception as error:
        return error
