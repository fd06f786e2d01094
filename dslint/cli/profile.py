"""``dslint profile``: what datasets are like, in numbers and without their text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dslint.cli import options as shared
from dslint.cli.options import SectionCommand, SectionOption
from dslint.cli.output import Mistake, warn, write, write_file


@click.command("profile", cls=SectionCommand, context_settings={"auto_envvar_prefix": "DSLINT"})
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--output-file", "-o", cls=SectionOption, section="Output", metavar="PATH", help="Write it here, not to stdout."
)
@shared.with_options(shared.FILES, shared.CONFIGURATION)
def command(paths: tuple[str, ...], output_file: str | None, **options: Any) -> None:
    """Write the profile of the datasets at each PATH: records, formats, task types, scripts, lengths and repetitions.

    It holds none of their text but the labels of tasks. Commit it and name it under "baseline" in the configuration,
    and the rule baseline-drift says when the data has changed in kind.
    """
    from dslint.cli.session import discovery, load
    from dslint.drift.side import profiles_of
    from dslint.features.profile import write_profiles

    given = paths or (".",)
    with discovery(given, load(given, options), options) as found:
        if not found.files:
            raise Mistake(f"no dataset files found under {', '.join(given[:3])}")
        profiles = profiles_of(found)
    text = write_profiles(profiles).decode()
    if output_file is None:
        write(text)
    else:
        write_file(Path(output_file), [text])
        records = sum(profile.records for profile in profiles.values())
        warn(
            f"profile of {records:,} records in {len(profiles)} dataset{'s'[: len(profiles) != 1]}; wrote {output_file}"
        )
