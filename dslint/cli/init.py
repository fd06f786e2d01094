"""``dslint init``: the files that a project needs, written once and never over what is there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click

from dslint.cli import starter
from dslint.cli.output import write, write_file
from dslint.version import __version__

USUAL_FOLDERS = ("data", "datasets", "dataset")
WORKFLOW = Path(".github") / "workflows" / "dslint.yml"
PRE_COMMIT = Path(".pre-commit-config.yaml")


@click.command("init")
@click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path(), metavar="[FOLDER]"
)
@click.option("--data", metavar="PATH", help="Where the datasets are; by default data/ or datasets/ if there.")
@click.option("--force", is_flag=True, help="Replace dslint.toml and the workflow where they exist.")
def command(folder: Path, data: str | None, force: bool) -> None:
    """Write dslint.toml, a pre-commit entry and a GitHub workflow into FOLDER.

    Nothing that exists is replaced without --force; an existing pre-commit configuration never is.
    """
    where = data if data is not None else next((name for name in USUAL_FOLDERS if (folder / name).is_dir()), ".")
    for line in done(folder, where, force=force):
        write(line)


def done(folder: Path, data: str, *, force: bool) -> Iterator[str]:
    """Write the files and yield what was done about each."""
    yield _settings(folder, force=force)
    yield _pre_commit(folder, data)
    yield _file(folder, WORKFLOW, filled(starter.WORKFLOW, data), force=force)
    yield f"\nnext: dslint check {shlex.quote(data)}"


def filled(template: str, data: str) -> str:
    """Put the version and the place of the datasets into a template."""
    plain = data.removeprefix("./").rstrip("/")
    folder = "" if plain in ("", ".") else f"^{re.escape(plain)}/".replace("'", "''")
    return (
        template.replace("@version@", __version__)
        .replace("@folder@", folder)
        .replace("@entry@", _scalar(f"dslint check --output-format concise {shlex.quote(plain or '.')}"))
        .replace("@paths@", shlex.quote(plain or "."))
    )


def _scalar(text: str) -> str:
    """Return ``text`` as a scalar of YAML, in quotes only where it needs them."""
    return text if re.fullmatch(r"[\w ./-]+", text, re.ASCII) else "'" + text.replace("'", "''") + "'"


def _settings(folder: Path, *, force: bool) -> str:
    project = folder / "pyproject.toml"
    if not force and (folder / ".dslint.toml").is_file():
        return "kept  .dslint.toml"
    if not force and project.is_file() and re.search(r"^\[tool\.dslint\b", project.read_text("utf-8"), re.MULTILINE):
        return "kept  pyproject.toml, which has a table [tool.dslint]"
    return _file(folder, Path("dslint.toml"), starter.SETTINGS, force=force)


def _pre_commit(folder: Path, data: str) -> str:
    path = folder / PRE_COMMIT
    if not path.exists():
        return _file(folder, PRE_COMMIT, filled(starter.PRE_COMMIT, data), force=False)
    if "dslint" in path.read_text(encoding="utf-8"):
        return f"kept  {PRE_COMMIT}, which mentions dslint"
    return f"kept  {PRE_COMMIT}; to run dslint there, add to its repos:\n\n{filled(starter.PRE_COMMIT_HOOKS, data)}"


def _file(folder: Path, name: Path, text: str, *, force: bool) -> str:
    path = folder / name
    exists = path.exists()
    if exists and not force:
        return f"kept  {name.as_posix()}; --force replaces it"
    write_file(path, [text])
    return f"{'replaced' if exists else 'wrote'} {name.as_posix()}"
