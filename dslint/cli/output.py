"""Writing: to stdout, which may be closed or unable to show a character, and to files, which are whole or not there."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import click

_FALSE: Final = frozenset({"", "0", "false"})
_TEXT: Final[dict[str, Any]] = {"encoding": "utf-8", "errors": "backslashreplace", "newline": "\n"}


def open_closed() -> None:
    """Let what is written to a stream go nowhere where whoever started the program has closed it (``>&-``)."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", **_TEXT))  # noqa: SIM115 - open until the end


@contextlib.contextmanager
def to_stdout() -> Iterator[None]:
    """Let the reader of stdout go away (``| head``) without a word; the exit code stays what the run found.

    Raises:
        CannotWrite: What stdout is connected to takes no more, such as a full disk.
    """
    try:
        yield
    except OSError as error:
        # What is still buffered goes nowhere, or the interpreter would complain when it flushes on exit.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise CannotWrite(f"cannot write to stdout: {error.strerror or error}") from error


def flush() -> None:
    """Write out what stdout still holds.

    Raises:
        CannotWrite: It cannot be written.
    """
    with to_stdout():
        sys.stdout.flush()


def write(text: str) -> None:
    """Write ``text`` to stdout, ending in a newline."""
    write_all([text if text.endswith("\n") else text + "\n"] if text else [])


def write_all(pieces: Iterable[str]) -> None:
    """Write ``pieces`` to stdout as they come."""
    with to_stdout():
        for piece in pieces:
            sys.stdout.write(piece)
        sys.stdout.flush()


def warn(message: str) -> None:
    """Write a line about the run to stderr."""
    click.echo(message, err=True)


class Mistake(click.ClickException):
    """What was asked for cannot be done; the message says why, and the usage would not help."""

    exit_code = 2


class Broken(click.ClickException):
    """Dslint could not do its job."""

    exit_code = 3


class CannotWrite(Broken):
    """A file cannot be written."""


def write_file(path: Path, pieces: Iterable[str] | Iterable[bytes], *, binary: bool = False) -> None:
    """Write ``pieces`` to ``path`` so that a reader sees all of them or what was there before.

    Args:
        path: Where to.
        pieces: Text, or bytes where ``binary`` says so.
        binary: Whether bytes are written.

    Raises:
        CannotWrite: The file cannot be written.
    """
    try:
        if path.exists() and not path.is_file():
            # A device or a named pipe (/dev/stdout, /dev/null, >(process)) must stay what it is.
            with path.open(**_mode(binary)) as file:
                file.writelines(pieces)
        else:
            _replace(path.resolve(), pieces, binary)
    except OSError as error:
        raise CannotWrite(f"cannot write {path}: {error.strerror or error}") from error


def _mode(binary: bool) -> dict[str, Any]:
    return {"mode": "wb"} if binary else {"mode": "w", **_TEXT}


def _replace(target: Path, pieces: Iterable[str] | Iterable[bytes], binary: bool) -> None:
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with open(handle, **_mode(binary)) as file:
            file.writelines(pieces)
        os.chmod(name, mode)
        os.replace(name, target)
    finally:
        Path(name).unlink(missing_ok=True)


def wants_colour(choice: str, *, terminal: bool | None = None) -> bool:
    """Return whether to colour stdout: ``--color``, then ``FORCE_COLOR``, then ``NO_COLOR``, then the terminal.

    Args:
        choice: ``auto``, ``always`` or ``never``.
        terminal: Whether stdout is a terminal; looked up where not given.
    """
    if choice != "auto":
        return choice == "always"
    if "FORCE_COLOR" in os.environ:
        return os.environ["FORCE_COLOR"].lower() not in _FALSE
    if os.environ.get("NO_COLOR"):
        return False
    return (sys.stdout.isatty() if terminal is None else terminal) and os.environ.get("TERM") != "dumb"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
