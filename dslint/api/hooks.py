"""What a plugin needs to offer rules: the hook marker, and a way to offer all rules of a package."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from types import ModuleType

import pluggy

from dslint.api.rule import Rule

PROJECT = "dslint"

hookimpl = pluggy.HookimplMarker(PROJECT)


def rules_of(module: ModuleType) -> Sequence[type[Rule]]:
    """Return the rule classes that a module defines, but for those whose name begins with an underscore."""
    return [
        value
        for name, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, Rule)
        and value.__module__ == module.__name__
        and not name.startswith("_")
    ]


def rules_in(package: str) -> Callable[[], Sequence[type[Rule]]]:
    """Return a ``dslint_rules`` hook that offers every rule class defined in the modules of ``package``.

    The modules are imported when the hook is called, not before.

    Args:
        package: Name of the package; ``__name__`` in its ``__init__.py``.
    """

    @hookimpl
    def dslint_rules() -> Sequence[type[Rule]]:
        found: list[type[Rule]] = []
        path = importlib.import_module(package).__path__
        for info in sorted(pkgutil.iter_modules(path), key=lambda info: info.name):
            if info.name.startswith("_"):
                continue
            module = importlib.import_module(f"{package}.{info.name}")
            found += rules_of(module)
        return found

    return dslint_rules
