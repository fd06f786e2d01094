"""The ``dslint`` command: finds the subcommand, and is the last stop for everything that goes wrong."""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
from types import FrameType, TracebackType
from typing import Any, Final

import click

from dslint.cli.output import Broken, flush, open_closed
from dslint.version import __version__

COMMANDS: Final = {
    "check": "Find defects in datasets.",
    "diff": "Compare two versions of data.",
    "profile": "Write down what datasets are like, to compare with later.",
    "quality": "Learn from ratings which answers are poor.",
    "coverage": "Compare data with failed prompts and with production's queries.",
    "select": "Choose a subset that is clean, good and spread over topics.",
    "rule": "Explain a rule.",
    "rules": "List the rules, and what each needs to run.",
    "config": "Show the settings in effect, and where each comes from.",
    "init": "Write a configuration, a pre-commit entry and a GitHub workflow.",
    "new-rule": "Start a rule and its test.",
    "clean": "Remove what earlier runs have kept.",
    "completion": "Print the completion script of a shell.",
    "version": "Print the version.",
}
"""Subcommands in the order of the help page; each lives in a module of its name, imported when it is asked for."""

USAGE: Final = 2
BROKEN: Final = 3
INTERRUPTED: Final = 130
TERMINATED: Final = 143


class Terminated(KeyboardInterrupt):
    """The process is asked to end (SIGTERM), which goes the way of Ctrl-C: files and processes are cleared away."""


class Commands(click.Group):
    """A group that imports a subcommand only when it is used, so that starting costs nothing else."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order of the help page."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return a subcommand."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"dslint.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the subcommand; a name that is none gets the nearest one as a suggestion."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from dslint.config.errors import suggest

            ctx.fail(f"no such command {name!r}{suggest(name, COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of subcommands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "DSLINT", "max_content_width": 100},
    epilog="Exit codes: 0 nothing to report at or above --fail-on, 1 findings, 2 wrong usage or configuration, "
    "3 dslint or a rule could not do its job.",
)
@click.version_option(__version__, "-V", "--version", prog_name="dslint", message="%(prog)s %(version)s")
def cli() -> None:
    """Find defects in the datasets that language models are fine-tuned on.

    Start with: dslint check data/
    """


def main() -> int:
    """Run the command line and return the exit code."""
    sys.excepthook = report_defect
    # Imports make a lot that stays: looking through it for garbage is an eighth of a short run. A check switches it on.
    gc.disable()
    # OpenBLAS, which comes with NumPy, starts threads that wait for work in a loop for 30 ms each before they sleep: a
    # sixth of the CPU time of a short run. Products of matrices take as long either way.
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")
    open_closed()
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets its escape, not a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code = cli.main(prog_name="dslint", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = max(error.exit_code, USAGE)
    except click.Abort as abort:
        # click takes the end of a file for Ctrl-D at a prompt; dslint has none, so it is a defect.
        if isinstance(abort.__cause__, EOFError):
            raise abort.__cause__ from None
        code = TERMINATED if isinstance(abort.__cause__, Terminated) else INTERRUPTED
    return finish(code)


def _terminate(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signal calls it
    # A second one must not break into the clearing away.
    signal.signal(number, signal.SIG_IGN)
    raise Terminated


def finish(code: Any) -> int:
    """Flush what was printed, and return ``code`` as an exit code."""
    try:
        flush()
    except Broken as error:
        error.show()
        return BROKEN
    return code if isinstance(code, int) else 0


def report_defect(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Report an error that nothing has foreseen, in one line and with exit code 3: a defect of dslint."""
    if issubclass(kind, KeyboardInterrupt):
        raise SystemExit(TERMINATED if issubclass(kind, Terminated) else INTERRUPTED)
    if os.environ.get("DSLINT_TRACEBACK"):
        sys.__excepthook__(kind, error, trace)
    else:
        what = " ".join(str(error).split())[:200]
        sys.stderr.write(f"dslint: internal error: {kind.__name__}: {what}\n")
        sys.stderr.write("dslint: this is a defect of dslint; set DSLINT_TRACEBACK=1 to see where\n")
    raise SystemExit(BROKEN)
