"""``dslint diff``: what changed between two versions of data."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from dslint.cli import options as shared
from dslint.cli.options import SectionCommand, SectionOption
from dslint.cli.output import Mistake, write

if TYPE_CHECKING:
    from dslint.cli.session import Session
    from dslint.drift.difference import Difference
    from dslint.drift.side import Place
    from dslint.sources.files import Discovery


def _output(*names: str, **attributes: Any) -> Any:
    return click.option(*names, cls=SectionOption, section="Output", **attributes)


OUTPUT = (
    _output("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True),
    _output(
        "--examples", type=click.IntRange(min=0), default=5, show_default=True, metavar="N",
        help="Name N records of each kind.",
    ),
)  # fmt: skip

RUN = (
    click.option(
        "--fail-on-drift", cls=SectionOption, section="Run", is_flag=True,
        help="Exit with 1 when a distribution has shifted.",
    ),
)  # fmt: skip


@click.command("diff", cls=SectionCommand, context_settings={"auto_envvar_prefix": "DSLINT"})
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@shared.with_options(OUTPUT, RUN, shared.FILES, shared.CONFIGURATION)
@click.pass_context
def command(
    ctx: click.Context, /, old: str, new: str, output_format: str, examples: int, fail_on_drift: bool, **options: Any
) -> None:
    """Compare two versions of data: files or folders, or git:REV:PATH for a path as it was in a revision.

    Records are compared by their content, not by their place: reordering and reformatting files is no change.
    Distributions of lengths, task types, scripts, formats and repetitions are compared, with a limit each.
    """
    from dslint.cli.session import load
    from dslint.drift.difference import difference
    from dslint.drift.revision import is_revision
    from dslint.drift.side import side_of

    named = [path for path in (new, old) if not is_revision(path)] or ["."]
    session = load(named[:1], options)
    sides = []
    for path in (old, new):
        with _found(path, session, options) as found:
            sides.append(side_of(found))
    result = difference(*sides)
    if output_format == "json":
        from dslint.report.encode import dumps

        write(dumps(result.document(examples)))
    else:
        write(text(result, old, new, examples))
    ctx.exit(1 if fail_on_drift and result.shifts else 0)


@contextlib.contextmanager
def _found(path: str, session: Session, options: Mapping[str, Any]) -> Iterator[Discovery]:
    """Find the files of one side; those of a revision are there while the context is open."""
    from dslint.cli.session import discovery
    from dslint.drift.revision import RevisionError, checked_out, is_revision

    if not is_revision(path):
        with discovery([path], session, options) as found:
            _check(found, path)
            yield found
        return
    try:
        with checked_out(path) as (place, folder):
            if not os.path.exists(place):
                raise Mistake(f"no such file or folder: {path}")
            inside = replace(session, settings=session.settings.model_copy(update={"root": folder}))
            with discovery([place], inside, options) as found:
                _check(found, path)
                yield found
    except RevisionError as error:
        raise Mistake(f"{path}: {error}") from error


def _check(found: Discovery, path: str) -> None:
    if not found.files:
        raise Mistake(f"no dataset files found under {path}")


def text(result: Difference, old: str, new: str, examples: int) -> str:
    """Return the difference for people."""
    from dslint.report.escape import plain

    lines = [
        f"{old} -> {new}",
        f"{result.before:,} records -> {result.now:,}: {result.same:,} the same, {len(result.added):,} added, "
        f"{len(result.removed):,} removed, {len(result.changed):,} changed",
    ]
    if any(result.unread):
        lines.append(f"not read as records: {result.unread[0]:,} lines before, {result.unread[1]:,} now")
    for title, places in (("added", result.added), ("removed", result.removed)):
        lines += _listed(title, [_at(place) for place in places[:examples]], len(places))
    pairs = [f"{_at(pair.before)} -> {_at(pair.now)}" for pair in result.changed[:examples]]
    lines += _listed("changed", pairs, len(result.changed))
    for name, measures in result.measures.items():
        lines += ["", f"dataset {name}"]
        lines += [f"  {'drift' if measure.shifted else 'same '}  {measure}" for measure in measures]
    count = len(result.shifts)
    lines += ["", f"{count} distribution{'s'[: count != 1]} shifted" if count else "no distribution shifted"]
    return "".join(f"{plain(line)}\n" for line in lines)


def _listed(title: str, shown: list[str], count: int) -> Iterator[str]:
    if shown:
        yield ""
        yield title
        yield from (f"  {line}" for line in shown)
        if count > len(shown):
            yield f"  and {count - len(shown):,} more"


def _at(place: Place) -> str:
    return f"{place.path}:{place.line}"
