"""``dslint check``: lint, report, and say by the exit code how it went."""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from dslint.cli import complete
from dslint.cli import options as shared
from dslint.cli.options import SectionCommand, SectionOption
from dslint.cli.output import Broken, Mistake, wants_colour, warn, write
from dslint.model.severity import Severity

if TYPE_CHECKING:
    from dslint.cli.session import Session
    from dslint.engine.cache.runs import RunCache
    from dslint.engine.clock import Clock
    from dslint.model.report import Report
    from dslint.sources.files import Discovery

FAIL_ON = (*(level.value for level in Severity), "never")


def _jobs(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """Read a number of processes; 0, or ``auto``, goes by the size of the data."""
    number: Any = value
    return 0 if value == "auto" else None if value is None else click.IntRange(min=1).convert(number, param, ctx)


def _output(*names: str, **attributes: Any) -> Any:
    return click.option(*names, cls=SectionOption, section="Output", **attributes)


def _run(*names: str, **attributes: Any) -> Any:
    return click.option(*names, cls=SectionOption, section="Run", **attributes)


OUTPUT = (
    _output(
        "--output-format", multiple=True, metavar="FORMAT[:PATH]", shell_complete=complete.formats,
        help="text (default), concise, json, jsonl, sarif, github, markdown, …; with a path into a file. Repeatable.",
    ),
    _output(
        "--output-file", "-o", metavar="PATH", shell_complete=complete.files,
        help="Write the format that has no path to this file.",
    ),
    _output("--max-findings", type=click.IntRange(min=1), metavar="N", help="Show no more, in text and concise."),
    _output("--statistics", is_flag=True, help="Show how often each rule has fired instead of findings, in text."),
    _output("--show-files", is_flag=True, help="List the files with format, dataset and split; lint nothing."),
    _output("--show-settings", is_flag=True, help="Show the settings in effect; lint nothing."),
    shared.COLOUR,
    _output("--timings", is_flag=True, help="Show what each stage and rule took: on stderr, and in json."),
    _output("--quiet", "-q", is_flag=True, help="Show findings only: no summary, no progress."),
    _output("--verbose", "-v", is_flag=True, help="Show all of it, and what was run on what."),
)  # fmt: skip

RUN = (
    _run("--fail-on", type=click.Choice(FAIL_ON), help="Exit with 1 from this severity on; by default error."),
    _run("--exit-zero", is_flag=True, help="Exit with 0 even when there are findings."),
    _run(
        "--jobs",
        "-j",
        metavar="N|auto",
        callback=_jobs,
        help="Number of processes; by default as many as pay.",
    ),
    _run("--engine", type=click.Choice(["local", "ray"]), help="Read in processes here, or on a Ray cluster."),
    _run("--ray-address", metavar="HOST:PORT", help="The Ray cluster; by default what Ray finds, else a new one."),
    _run("--no-cache", is_flag=True, help="Read all data again, and keep nothing for the next run."),
    *shared.CACHE,
)


@click.command("check", cls=SectionCommand, context_settings={"auto_envvar_prefix": "DSLINT"})
@click.argument("paths", nargs=-1, metavar="[PATH]...", shell_complete=complete.files)
@shared.with_options(shared.SELECTION, shared.FILES, shared.CONFIGURATION, OUTPUT, RUN)
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Find defects in the dataset files at each PATH: file, folder, URL, or - for stdin; by default the current folder.

    Every option can also be given in the environment: DSLINT_OUTPUT_FORMAT, DSLINT_TARGET and so on.
    """
    from dslint.cli.session import discovery, load

    given = paths or (".",)
    session = load(given, options)
    if options["show_settings"]:
        from dslint.cli.config import settings_text

        write(settings_text(session, colour=wants_colour(options["color"])))
    elif options["show_files"]:
        from dslint.cli.files import files_text

        with discovery(given, session, options) as found:
            write(files_text(found, colour=wants_colour(options["color"])))
            ctx.exit(0 if found.files else nothing(given, options))
    else:
        ctx.exit(run(given, session, options))


def run(paths: Sequence[str], session: Session, options: Mapping[str, Any]) -> int:
    """Lint ``paths``, write the reports, and return the exit code."""
    from dslint.cli.outputs import deliver, outputs, render_options, reporters
    from dslint.cli.session import discovery
    from dslint.config.settings import DEFAULT
    from dslint.engine.clock import Clock

    place = "" if options["output_format"] else session.settings.origin("output-format")
    try:
        wanted = outputs(options["output_format"], options["output_file"], session.settings.output_format)
        made = reporters(wanted, session.plugins.reporters)
    except Mistake as mistake:
        raise Mistake(f"{place}: {mistake}" if place not in ("", DEFAULT) else str(mistake)) from mistake
    clock = Clock(on=options["timings"])
    with ExitStack() as open_files:
        with clock.stage("discover"):
            found = open_files.enter_context(discovery(paths, session, options))
        if not found.files and not found.damages and not any(n.severity == "error" for n in found.notifications):
            return nothing(paths, options)
        report = linted(found, session, options, clock)
    with clock.stage("report"):
        deliver(report, wanted, made, render_options(options, session.settings))
    if clock.on:
        from dslint.cli.timings import timings_text

        warn(timings_text(clock.timings(), report.records))
    if options["verbose"]:
        about(report, session)
    if all(output.path for output in wanted) and not options["quiet"]:
        warn(f"{counted(report)}; wrote {', '.join(str(output.path) for output in wanted)}")
    return 0 if options["exit_zero"] and report.exit_code == 1 else report.exit_code


def linted(found: Discovery, session: Session, options: Mapping[str, Any], clock: Clock) -> Report:
    """Run the rules over the files that were found."""
    from dslint.cli.progress import bar
    from dslint.cli.session import ConfigProblem
    from dslint.config.errors import ConfigError
    from dslint.engine.executors.serial import WorkerLost
    from dslint.engine.garbage import collect_rarely
    from dslint.engine.limits import SpoolError
    from dslint.engine.lint import lint

    cache = run_cache(found, session, options)
    if not gc.isenabled():  # the command is a process of its own; a program that calls it keeps what it has set
        collect_rarely()
    try:
        report = lint(
            found,
            session.settings,
            session.plugins,
            jobs=options["jobs"],
            progress=bar(quiet=options["quiet"]),
            file_rules_only=options["file_rules_only"],
            clock=clock,
            cache=cache,
            vectors_dir="" if options["no_cache"] or options["timings"] else session.vectors_dir,
        )
    except ConfigError as error:
        raise ConfigProblem(error) from error
    except (WorkerLost, SpoolError) as error:
        raise Broken(str(error)) from error
    if cache is not None and cache.problem and not options["quiet"]:
        warn(f"dslint: nothing is kept for the next run: {cache.problem}")
    return report


def run_cache(found: Discovery, session: Session, options: Mapping[str, Any]) -> RunCache | None:
    """Return what earlier runs have kept, where it is wanted and pays; what is timed is done."""
    from dslint.engine.lint import KEPT_FROM

    wanted = session.settings.cache and session.settings.engine == "local"
    small = sum(file.size for file in found.files) < KEPT_FROM
    if options["no_cache"] or options["timings"] or not wanted or small:
        return None
    from dslint.engine.cache.runs import RunCache
    from dslint.engine.cache.store import Store

    return RunCache(Store(session.cache_folder))


def nothing(paths: Sequence[str], options: Mapping[str, Any]) -> int:
    """Say that there is nothing to lint, and return the exit code: a run over nothing must not look like a pass."""
    where = ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
    if options["force_exclude"] and all(os.path.isfile(path) for path in paths):
        # What pre-commit passes may well be all excluded, or no data at all: package.json.
        if not options["quiet"]:
            warn(f"dslint: nothing to check: all of {where} is excluded or no dataset")
        return 0
    raise Mistake(f"no dataset files found under {where}; dslint check --help tells how files are chosen")


def counted(report: Report) -> str:
    """Return how many findings there are, by severity."""
    from dslint.report import phrases

    levels = phrases.levels(report.counts)
    return phrases.count(len(report.findings), "finding") + (f" ({levels})" if levels else "")


def about(report: Report, session: Session) -> None:
    """Tell stderr what was run on what, and with whose settings."""
    layers = ", ".join(layer.origin for layer in session.settings.layers) or "defaults"
    from dslint.report.phrases import count

    ran = [info for info in report.rules.values() if not info.unmet]
    size = sum(file.bytes for file in report.files)
    warn(f"dslint {report.version}: settings from {layers}")
    read = ", ".join((count(len(report.datasets), "dataset"), count(report.records, "record"), count(size, "byte")))
    warn(
        f"dslint {report.version}: {len(ran)} of {len(report.rules)} selected rules on "
        f"{count(len(report.files), 'file')}, {read}"
    )
