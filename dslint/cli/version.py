"""``dslint version``: imports nothing else, so that it answers at once."""

from __future__ import annotations

import click

from dslint.cli.output import write
from dslint.version import __version__


@click.command("version")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(output_format: str) -> None:
    """Print the version."""
    write(f'{{"version": "{__version__}"}}' if output_format == "json" else f"dslint {__version__}")
