"""Where reports go: ``--output-format FORMAT[:PATH]``, as often as wanted, at most once to stdout."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dslint.cli.output import CannotWrite, Mistake, wants_colour, write_all, write_file

if TYPE_CHECKING:
    from dslint.config.settings import Settings
    from dslint.model.report import Report
    from dslint.report import RenderOptions, Reporter

STDOUT = "-"
WIDTH = 100


@dataclass(frozen=True, slots=True)
class Output:
    """One report to write.

    Attributes:
        format: Name of the format.
        path: The file; ``None`` is stdout.
    """

    format: str
    path: Path | None = None


def outputs(given: Sequence[str], file: str | None, configured: Sequence[str]) -> tuple[Output, ...]:
    """Return the reports to write.

    Args:
        given: ``FORMAT[:PATH]`` from the command line.
        file: ``--output-file``: where the one format without a path goes.
        configured: ``FORMAT[:PATH]`` from the configuration, used when none is given.

    Raises:
        Mistake: Two reports would go to the same place.
    """
    found = [_parsed(text) for text in given or configured or ("text",)]
    if file is not None and file != STDOUT:
        if all(output.path for output in found):
            found.append(Output("text"))
        found = [replace(output, path=output.path or Path(file)) for output in found]
    places = [str(output.path or STDOUT) for output in found]
    for place in places:
        if places.count(place) > 1:
            where = "to stdout; write FORMAT:PATH" if place == STDOUT else f"to {place}"
            formats = " and ".join(output.format for output in found if str(output.path or STDOUT) == place)
            raise Mistake(f"{formats} would both go {where}")
    return tuple(found)


def _parsed(text: str) -> Output:
    name, _, path = text.strip().partition(":")
    return Output(name, Path(path) if path and path != STDOUT else None)


def reporters(wanted: Sequence[Output], plugins: Mapping[str, type]) -> dict[str, Reporter]:
    """Return the reporter of each format.

    Raises:
        Mistake: There is no such format.
    """
    from dslint.config.errors import suggest
    from dslint.report import REPORTERS, reporter

    known = {*REPORTERS, *plugins}
    for output in wanted:
        if output.format not in known:
            hint = suggest(output.format, known)
            raise Mistake(
                f"unknown output format {output.format!r}{hint}; one of {', '.join((*REPORTERS, *sorted(plugins)))}"
            )
    return {output.format: reporter(output.format, plugins) for output in wanted}


def render_options(options: Mapping[str, Any], settings: Settings) -> RenderOptions:
    """Return how to show the report on stdout."""
    from dslint.report import RenderOptions

    return RenderOptions(
        color=wants_colour(options["color"]),
        width=shutil.get_terminal_size((WIDTH, 24)).columns,
        max_findings=options["max_findings"] or settings.max_findings or None,
        statistics=options["statistics"],
        quiet=options["quiet"],
        verbose=bool(options["verbose"]),
    )


def deliver(report: Report, wanted: Sequence[Output], made: Mapping[str, Reporter], options: RenderOptions) -> None:
    """Write all reports, files first, so that they are there even when the reader of stdout goes away.

    What cannot be written keeps nothing else from being written.

    Raises:
        CannotWrite: A report cannot be written.
    """
    failures: list[CannotWrite] = []
    for output in sorted(wanted, key=lambda output: output.path is None):
        try:
            if output.path is None:
                write_all(made[output.format].render(report, options))
            else:
                plain = replace(options, color=False, width=WIDTH)
                write_file(output.path, made[output.format].render(report, plain))
        except CannotWrite as error:
            failures.append(error)
    if failures:
        raise CannotWrite("\n".join(f"{'Error: ' if n else ''}{error.message}" for n, error in enumerate(failures)))
