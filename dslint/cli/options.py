"""Options that several commands share, and a help page that groups them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

import click
from click.types import StringParamType

from dslint.cli import complete
from dslint.model.severity import Target

F = TypeVar("F", bound=Callable[..., Any])

SECTIONS: Final = ("Rules", "Files", "Configuration", "Output", "Run")
PLAIN: Final = "Options"


class SectionOption(click.Option):
    """An option that knows its section of the help page."""

    def __init__(self, *args: Any, section: str = PLAIN, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.section = section


class SectionCommand(click.Command):
    """A command whose help page shows its options in sections."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one list for each section."""
        listed: dict[str, list[tuple[str, str]]] = {name: [] for name in (*SECTIONS, PLAIN)}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record is not None:
                listed[getattr(parameter, "section", PLAIN)].append(record)
        for name, records in listed.items():
            if records:
                with formatter.section(name):
                    formatter.write_dl(records)


class InlineToml(StringParamType):
    """A configuration file or a line of TOML; in the environment one a line, since TOML may hold blanks."""

    name = "file|toml"

    def split_envvar_value(self, rv: str) -> list[str]:
        """Split at newlines only."""
        return [line for line in rv.splitlines() if line.strip()]


def _option(section: str, *names: str, **attributes: Any) -> Callable[[F], F]:
    return click.option(*names, cls=SectionOption, section=section, **attributes)


def _lists(section: str, name: str, metavar: str, text: str, **attributes: Any) -> Callable[[F], F]:
    return _option(section, name, multiple=True, metavar=metavar, help=text, **attributes)


def _rules(name: str, text: str) -> Callable[[F], F]:
    return _lists("Rules", name, "RULE,…", text, shell_complete=complete.rules)


TARGET: Final = (
    _option(
        "Rules",
        "--target",
        type=click.Choice([target.value for target in Target]),
        help="Judge severities as this trainer.",
    ),
)

SELECTION: Final = (
    _rules("--select", "Run these rules or families only."),
    _rules("--ignore", "Do not run these rules or families."),
    _rules("--extend-select", "Run these too."),
    _rules("--extend-ignore", "Do not run these either."),
    _lists("Rules", "--per-file-ignores", "GLOB:RULE,…", "Silence a rule in the files that match."),
    _lists("Rules", "--preset", "NAME,…", "Start from these named selections.", shell_complete=complete.presets),
    _option("Rules", "--preview/--no-preview", default=None, help="Also run rules that are in preview."),
    *TARGET,
    _option("Rules", "--max-length", type=click.IntRange(min=1), metavar="N", help="Context length in tokens."),
    _option(
        "Rules",
        "--file-rules-only",
        is_flag=True,
        help="Run only the rules that need no other file: for lists of single files, as pre-commit gives.",
    ),
)

CONFIGURATION: Final = (
    _option(
        "Configuration",
        "--config",
        multiple=True,
        type=InlineToml(),
        shell_complete=complete.files,
        help="Use this configuration file, or override a setting: --config 'target = \"trl\"'. Repeatable.",
    ),
    _option("Configuration", "--isolated", is_flag=True, help="Ignore all configuration files."),
    _option("Configuration", "--no-local-rules", is_flag=True, help="Do not run local rule files."),
)

FILES: Final = (
    _lists("Files", "--include", "GLOB,…", "Look for these in folders."),
    _lists("Files", "--exclude", "GLOB,…", "Leave these out."),
    _lists("Files", "--extend-exclude", "GLOB,…", "Leave these out too."),
    _option("Files", "--respect-gitignore/--no-respect-gitignore", default=None, help="Leave out what git ignores."),
    _option(
        "Files",
        "--force-exclude",
        is_flag=True,
        help="Treat named files as those found in folders.",
    ),
    _option("Files", "--stdin-filename", metavar="NAME", help="Name of what is read from stdin (path -)."),
    _option("Files", "--per-file", is_flag=True, help="Make every file its own dataset."),
)

CACHE: Final = (
    _option(
        "Run",
        "--cache-dir",
        metavar="PATH",
        shell_complete=complete.files,
        help="Keep what was found here, not in the user's own cache folder.",
    ),
)

COLOUR: Final = _option(
    "Output",
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour the output; auto asks FORCE_COLOR, NO_COLOR and the terminal.",
)


def with_options(*groups: Iterable[Callable[[Any], Any]]) -> Callable[[F], F]:
    """Add groups of options to a command, in order."""

    def add(function: F) -> F:
        for option in reversed([option for group in groups for option in group]):
            function = option(function)
        return function

    return add


def names(values: Iterable[str]) -> list[str]:
    """Return the names in repeated, comma-separated options."""
    return [name.strip() for value in values for name in value.split(",") if name.strip()]


def overrides(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that the command line gives, by their names in the configuration.

    Raises:
        click.BadParameter: A value cannot be read.
    """
    found: dict[str, Any] = {}
    for key in ("select", "ignore", "extend_select", "extend_ignore", "preset", "include", "exclude", "extend_exclude"):
        if listed := names(options.get(key) or ()):
            found[key.replace("_", "-")] = listed
    for key in ("preview", "target", "max_length", "fail_on", "respect_gitignore"):
        if options.get(key) is not None:
            found[key.replace("_", "-")] = options[key]
    for key in ("engine", "ray_address"):
        if options.get(key):
            found[key.replace("_", "-")] = options[key]
    for key in ("force_exclude", "per_file"):
        if options.get(key):
            found[key.replace("_", "-")] = True
    if options.get("cache_dir"):
        found["cache-dir"] = options["cache_dir"]
    if ignores := per_file(options.get("per_file_ignores") or ()):
        found["per-file-ignores"] = ignores
    return found


def per_file(values: Iterable[str]) -> dict[str, list[str]]:
    """Return ``GLOB:RULE,…`` options as rules by pattern."""
    found: dict[str, list[str]] = {}
    for value in values:
        pattern, colon, rules = value.rpartition(":")
        if not colon or not pattern or not names([rules]):
            raise click.BadParameter(f"{value!r} is not GLOB:RULE", param_hint="--per-file-ignores")
        found.setdefault(pattern, []).extend(names([rules]))
    return found
