"""``dslint config``: the settings in effect, each with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from dslint.cli import complete
from dslint.cli import options as shared
from dslint.cli.options import SectionCommand
from dslint.cli.output import wants_colour, write

if TYPE_CHECKING:
    from dslint.cli.session import Session
    from dslint.config.settings import Settings


@click.command("config", cls=SectionCommand)
@click.argument("paths", nargs=-1, metavar="[PATH]...", shell_complete=complete.files)
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@shared.with_options(shared.SELECTION, shared.FILES, shared.CONFIGURATION, [shared.COLOUR])
def command(paths: tuple[str, ...], output_format: str, color: str, **options: Any) -> None:
    """Show the settings that a check of PATH would use, and where each comes from."""
    from dslint.cli.session import load

    session = load(paths or (".",), options)
    if output_format == "json":
        write(settings_json(session))
    else:
        write(settings_text(session, colour=wants_colour(color)))


def settings_text(session: Session, *, colour: bool) -> str:
    """Return the settings as lines that could stand in a configuration file, each with its origin."""
    from dslint.cli.tables import table

    settings = session.settings
    layers = [layer.origin for layer in settings.layers]
    head = f"root: {settings.root}\nfrom: {', '.join(layers) if layers else 'defaults'}\n\n"
    rows = ((key, origin, _toml(value)) for key, value, origin in _values(settings))
    return head + table(("SETTING", "FROM", "VALUE"), rows, colour=colour)


def settings_json(session: Session) -> str:
    """Return the settings as one JSON object by key."""
    from dslint.report.encode import dumps

    settings = session.settings
    found = {key: {"value": value, "from": origin} for key, value, origin in _values(settings)}
    layers = [layer.origin for layer in settings.layers]
    return dumps({"root": str(settings.root), "layers": layers, "settings": found})


def _values(settings: Settings) -> Iterator[tuple[str, Any, str]]:
    from dslint.sources.walk import DEFAULT_EXCLUDE, DEFAULT_INCLUDE

    defaults = {"include": DEFAULT_INCLUDE, "exclude": DEFAULT_EXCLUDE}
    for key, value, origin in settings.values():
        yield key, list(defaults[key]) if value is None and key in defaults else value, origin


def _toml(value: Any) -> str:
    from dslint.report.encode import dumps

    return "(not set)" if value is None else dumps(value)
