"""``dslint clean``: remove what earlier runs have kept."""

from __future__ import annotations

from pathlib import Path

import click

from dslint.cli.options import CACHE, with_options
from dslint.cli.output import Broken, write


@click.command("clean", context_settings={"auto_envvar_prefix": "DSLINT"})
@with_options(CACHE)
def command(cache_dir: str | None) -> None:
    """Remove what earlier runs have kept for files that do not change.

    Without --cache-dir that is the folder that the configuration here names, else the user's own cache folder.
    """
    from dslint.cli.session import load
    from dslint.engine.cache.store import Store
    from dslint.features.embedding.settings import SHELF
    from dslint.features.embedding.store import clear
    from dslint.report.phrases import count

    folder = Path(cache_dir) if cache_dir else load((".",), {}).cache_folder
    try:
        entries, size = Store(folder).clear()
        vectors, more = clear(folder / SHELF)
    except OSError as error:
        raise Broken(f"cannot remove {folder}: {error.strerror or error}") from error
    kept = f"{count(entries, 'result')} of earlier runs, {count(size, 'byte')}"
    if vectors:
        kept += f", and {count(vectors, 'file')} of vectors, {count(more, 'byte')}"
    write(f"removed {kept}, from {folder}")
