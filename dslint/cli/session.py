"""What a command works with: the settings in effect and the rules that are installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dslint.cli.options import overrides
from dslint.cli.output import Mistake

if TYPE_CHECKING:
    from dslint.config.errors import ConfigError
    from dslint.config.settings import Settings
    from dslint.plugins.host import Plugins
    from dslint.sources.files import Discovery


class ConfigProblem(Mistake):
    """The configuration cannot be used: one line for each thing that is wrong."""

    def __init__(self, error: ConfigError) -> None:
        super().__init__("\n".join(error.problems))
        self.problems = error.problems

    def show(self, file: Any = None) -> None:
        """Write the lines to stderr."""
        for problem in self.problems:
            click.echo(f"Error: {problem}", file=file, err=file is None)


@dataclass(frozen=True, slots=True)
class Session:
    """Settings, checked against what is installed.

    Attributes:
        settings: The settings in effect, presets included.
        plugins: What is installed, and the local rules.
    """

    settings: Settings
    plugins: Plugins

    @property
    def cache_folder(self) -> Path:
        """The folder of what earlier runs have kept."""
        from dslint.engine.cache.store import user_folder

        return Path(self.settings.cache_dir) if self.settings.cache_dir else user_folder()

    @property
    def vectors_dir(self) -> str:
        """The folder of the vectors that earlier runs made of texts; empty where none are kept."""
        from dslint.features.embedding.settings import SHELF

        return str(self.cache_folder / SHELF) if self.settings.cache else ""


def load(paths: Sequence[str], options: Mapping[str, Any]) -> Session:
    """Load settings and plugins for a run over ``paths``.

    Raises:
        ConfigProblem: If the configuration cannot be used.
    """
    from dslint.config.errors import ConfigError
    from dslint.config.resolve import resolve
    from dslint.config.settings import load_settings
    from dslint.plugins.host import load_plugins

    given = overrides(options)
    if options.get("no_local_rules"):
        given["local-rules"] = []
    try:
        settings = load_settings(
            paths, config=options.get("config") or (), isolated=bool(options.get("isolated")), overrides=given
        )
        plugins = load_plugins([Path(name) for name in settings.local_rules])
        settings = resolve(settings, plugins)
    except ConfigError as error:
        raise ConfigProblem(error) from error
    return Session(settings, plugins)


@contextmanager
def discovery(paths: Sequence[str], session: Session, options: Mapping[str, Any]) -> Iterator[Discovery]:
    """Find the files.

    Raises:
        Mistake: A path does not exist, or a pattern is wrong.
    """
    from dslint.engine.files import found
    from dslint.sources.files import SourceError

    name = options.get("stdin_filename") or ""
    try:
        with found(paths, session.settings, session.plugins, stdin_filename=name) as discovered:
            yield discovered
    except SourceError as error:
        raise Mistake(str(error)) from error
