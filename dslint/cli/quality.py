"""``dslint quality``: a model of what people rate as poor, for the rule ``low-quality-score``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from dslint.cli import complete
from dslint.cli import options as shared
from dslint.cli.options import SectionCommand
from dslint.cli.output import Mistake, warn, write, write_file

if TYPE_CHECKING:
    from dslint.quality.measures import Measured
    from dslint.quality.ratings import Ratings

REFUSED: Final = 1
_CONTEXT: Final = {"auto_envvar_prefix": "DSLINT"}

RATINGS: Final = (
    click.option("--score-field", metavar="NAME", help="Field or path of the score: metadata.score. [default: score]"),
    click.option("--good-from", type=float, metavar="SCORE", help="An answer is good from this score on."),
    click.option(
        "--records", multiple=True, metavar="PATH", shell_complete=complete.files,
        help='The rated records, where the ratings only name them by "digest". Repeatable.',
    ),
)  # fmt: skip


@click.group("quality")
def command() -> None:
    """Learn from people's ratings which answers are poor, for the rule low-quality-score.

    Draw records with "sample", have people rate them, and "train" a model; name its file in the configuration under
    "quality-model".
    """


@command.command("sample", cls=SectionCommand, context_settings=_CONTEXT)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", shell_complete=complete.files)
@click.option("--size", type=click.IntRange(min=1), default=300, show_default=True, metavar="N", help="How many.")
@click.option("--output-file", "-o", metavar="PATH", help="Write them here, not to stdout.")
@shared.with_options(shared.FILES, shared.CONFIGURATION)
def sample_command(paths: tuple[str, ...], size: int, output_file: str | None, **options: Any) -> None:
    """Draw records to be rated: one JSON line each, with its digest, prompt, answer, and an empty score.

    The same data gives the same records; which ones does not depend on their order.
    """
    from dslint.cli.session import discovery, load
    from dslint.quality.ratings import records_of, sample, sheet_line

    with discovery(paths, load(paths, options), options) as found:
        lines = [sheet_line(record) for record in sample(records_of(found), size)]
    if not lines:
        raise Mistake(f"no answers found under {', '.join(paths[:3])}")
    if output_file is None:
        write("".join(lines))
    else:
        write_file(Path(output_file), lines)
        warn(f"{_counted(len(lines))} to be rated; wrote {output_file}")


@command.command("train", cls=SectionCommand, context_settings=_CONTEXT)
@click.argument("ratings", nargs=-1, required=True, metavar="RATINGS...", shell_complete=complete.files)
@click.option("--output", "-o", required=True, metavar="PATH", help="Write the model here.")
@shared.with_options(RATINGS, shared.FILES, shared.CONFIGURATION)
@click.pass_context
def train_command(ctx: click.Context, /, ratings: tuple[str, ...], output: str, **options: Any) -> None:
    """Train a model on RATINGS, judge it by cross-validation, and write it if it is of use.

    Parts are cut so that nearly the same texts are in one part. A model that tells poor from good too badly, or hardly
    better than the length of the answer does, is not written, and the exit code is 1.
    """
    from dslint.features.quality.model import write_model
    from dslint.quality.ratings import RatingsError
    from dslint.quality.train import train

    rated = _read(ratings, options)
    try:
        model, measured = train(rated, options["good_from"])
    except RatingsError as error:
        warn(f"dslint: no model: {error}")
        ctx.exit(REFUSED)
    write(_told(measured, "cross-validated in 5 parts"))
    if model is None:
        warn(f"dslint: no model: {measured.refusal}")
        ctx.exit(REFUSED)
    write_file(Path(output), [write_model(model)])
    warn(f"wrote {output}; name it in the configuration: quality-model = {output!r}".replace("'", '"'))


@command.command("evaluate", cls=SectionCommand, context_settings=_CONTEXT)
@click.argument("model", metavar="MODEL", type=click.Path(exists=True, dir_okay=False), shell_complete=complete.files)
@click.argument("ratings", nargs=-1, required=True, metavar="RATINGS...", shell_complete=complete.files)
@shared.with_options(RATINGS, shared.FILES, shared.CONFIGURATION)
@click.pass_context
def evaluate_command(ctx: click.Context, /, model: str, ratings: tuple[str, ...], **options: Any) -> None:
    """Judge a MODEL on other RATINGS than those that it was trained on; the exit code is 1 where it is of no use."""
    from dslint.features.quality.model import read_model
    from dslint.quality.ratings import RatingsError
    from dslint.quality.train import evaluate

    try:
        loaded = read_model(Path(model).read_bytes())
    except (OSError, ValueError) as error:
        raise Mistake(f"{model} {getattr(error, 'strerror', None) or error}") from error
    rated = _read(ratings, options)
    try:
        measured = evaluate(loaded, rated, options["good_from"])
    except RatingsError as error:
        warn(f"dslint: not judged: {error}")
        ctx.exit(REFUSED)
    if loaded.trained.ratings == rated.digest:
        warn("dslint: the model was trained on these ratings: what follows says nothing of others")
    write(_told(measured, "on these ratings"))
    if measured.refusal:
        warn(f"dslint: of no use here: {measured.refusal}")
        ctx.exit(REFUSED)


def _read(paths: tuple[str, ...], options: dict[str, Any]) -> Ratings:
    """Read the ratings, and say what of them cannot be used."""
    from dslint.cli.session import discovery, load
    from dslint.quality.ratings import read_ratings

    session = load(paths, options)
    score = options["score_field"] or session.settings.shared.get("score-field") or "score"
    with discovery(paths, session, options) as found:
        if not options["records"]:
            rated = read_ratings(found, score)
        else:
            with discovery(options["records"], session, options) as records:
                rated = read_ratings(found, score, records)
    for count, why in (
        (rated.unrated, f"no number under {score!r}"),
        (rated.unanswered, "no answer"),
        (rated.unknown, "no record that they name by digest"),
    ):
        if count:
            warn(f"dslint: left out {_counted(count)} with {why}")
    return rated


def _told(measured: Measured, how: str) -> str:
    from dslint.quality.measures import SURE

    share = f" ({measured.flagged_poor / measured.flagged:.0%})" if measured.flagged else ""
    return (
        f"{_counted(measured.records)}, {measured.poor:,} of them rated as poor\n"
        f"AUC {measured.auc:.3f} {how}; {measured.length_auc:.3f} by the length of the answer alone\n"
        f"{measured.flagged:,} above {SURE:g}, of which {measured.flagged_poor:,} are poor{share}\n"
    )


def _counted(count: int) -> str:
    return f"{count:,} record{'s'[: count != 1]}"
