"""A path as it was in a revision of a git repository."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PREFIX: Final = "git:"


class RevisionError(Exception):
    """The revision or the path in it cannot be had."""


def is_revision(path: str) -> bool:
    """Whether ``path`` is written as ``git:REV:PATH``."""
    return path.startswith(PREFIX)


@contextmanager
def checked_out(path: str) -> Iterator[tuple[str, Path]]:
    """Put ``git:REV:PATH`` into a temporary folder for as long as the context is open.

    Yields:
        The path in the folder, and the folder, which stands for the top of the repository.

    Raises:
        RevisionError: If git is not there, or has no such revision or path.
    """
    revision, colon, name = path.removeprefix(PREFIX).partition(":")
    if not revision or not colon or revision.startswith("-"):
        raise RevisionError(f"{path!r} is not git:REV:PATH")
    wanted = Path(os.path.abspath(name or "."))
    start = next(folder for folder in (wanted, *wanted.parents) if folder.is_dir())
    top = Path(_git(start, "rev-parse", "--show-toplevel").decode().strip())
    commit = _git(top, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
    real = os.path.normpath(os.path.join(os.path.realpath(start), os.path.relpath(wanted, start)))
    inner = os.path.relpath(real, os.path.realpath(top))
    archive = _git(top, "archive", "--format=tar", commit, "--", inner)
    with tempfile.TemporaryDirectory(prefix="dslint-revision-") as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
            packed.extractall(folder, filter="data")
        yield os.path.join(folder, inner), Path(folder)


def _git(folder: Path, *arguments: str) -> bytes:
    command: Sequence[str] = ["git", "-C", str(folder), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=True).stdout  # noqa: S603 - arguments, no shell
    except FileNotFoundError as error:
        raise RevisionError("git is not installed") from error
    except subprocess.CalledProcessError as error:
        words = error.stderr.decode(errors="replace").strip().splitlines()
        raise RevisionError(words[-1].removeprefix("fatal: ") if words else "git failed") from error
