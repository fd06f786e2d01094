"""What the shell offers for the values of options."""

from __future__ import annotations

from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem


def rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    """Return the installed rules and families that end a comma-separated list."""
    from dslint.plugins.host import load_plugins

    entries = load_plugins().rules.values()
    known = {"ALL", *(entry.id for entry in entries), *(entry.family for entry in entries)}
    return _last(incomplete, known)


def rule(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    """Return the installed rules."""
    from dslint.plugins.host import load_plugins

    return [name for name in load_plugins().rules if name.startswith(incomplete)]


def presets(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    """Return the installed presets that end a comma-separated list."""
    from dslint.plugins.host import load_plugins

    return _last(incomplete, load_plugins().presets)


def formats(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    """Return the output formats."""
    from dslint.plugins.host import load_plugins
    from dslint.report import REPORTERS

    return [name for name in (*REPORTERS, *load_plugins().reporters) if name.startswith(incomplete)]


def files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """Leave it to the shell to offer files."""
    return [CompletionItem(incomplete, type="file")]


def _last(incomplete: str, names: Iterable[str]) -> list[str]:
    head, comma, last = incomplete.rpartition(",")
    return [f"{head}{comma}{name}" for name in sorted(names) if name.startswith(last)]
