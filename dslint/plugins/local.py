"""Loads rule files of a project by their path."""

from __future__ import annotations

import ast
import hashlib
import inspect
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Final

from dslint.api.hooks import rules_of as classes_of
from dslint.api.rule import Rule
from dslint.plugins import asserts
from dslint.plugins.function import PREFIX, rule_of

_DIGEST: Final = "__dslint_digest__"
_RULES: Final = "__dslint_rules__"


def load_local(path: Path | str) -> ModuleType:
    """Load a rule file as a module whose name follows from its path.

    A process that unpickles rules of the file calls this first. A file that is loaded already and has not changed is
    not run again.

    Args:
        path: The file.
    """
    file = Path(path).resolve()
    return load_source(str(file), file.read_bytes())


def load_source(file: str, source: bytes) -> ModuleType:
    """Load rules from the content of a file, which may be on another machine; see :func:`load_local`.

    Args:
        file: The file's absolute path, which names the module.
        source: Its content.
    """
    digest = hashlib.sha256(source).hexdigest()
    name = f"dslint_local_{hashlib.sha256(file.encode()).hexdigest()[:16]}"
    known = sys.modules.get(name)
    if known is not None and getattr(known, _DIGEST, "") == digest:
        return known
    module = ModuleType(name)
    module.__file__ = file
    vars(module)[asserts.EXPLAIN] = asserts.explain
    # Annotations are looked up, and instances unpickled, by way of sys.modules.
    sys.modules[name] = module
    loaded = False
    try:
        _run(source, module)
        vars(module)[_RULES] = _collected(module)
        vars(module)[_DIGEST] = digest
        loaded = True
    finally:
        if not loaded:
            del sys.modules[name]
    return module


def rules_of(module: ModuleType) -> Sequence[type[Rule]]:
    """Return the rules of a loaded file: its rule classes and its ``check_`` functions."""
    rules: Sequence[type[Rule]] = vars(module)[_RULES]
    return rules


def _run(source: bytes, module: ModuleType) -> None:
    tree = asserts.rewrite(ast.parse(source, module.__file__ or ""))
    # Level 0 keeps assert statements when Python runs with -O.
    code = compile(tree, module.__file__ or "", "exec", dont_inherit=True, optimize=0)
    exec(code, vars(module))  # noqa: S102 - files are listed in the configuration, and --no-local-rules turns them off


def _collected(module: ModuleType) -> Sequence[type[Rule]]:
    functions = [
        value
        for name, value in vars(module).items()
        if inspect.isfunction(value) and name.startswith(PREFIX) and value.__module__ == module.__name__
    ]
    return [*classes_of(module), *(rule_of(function, module) for function in functions)]
