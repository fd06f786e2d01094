"""``dslint select``: a subset that is free of findings, good, and spread over what the data is about."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from dslint.cli import complete
from dslint.cli import options as shared
from dslint.cli.options import SectionCommand, SectionOption
from dslint.cli.output import Broken, Mistake, wants_colour, write, write_file

if TYPE_CHECKING:
    from dslint.cli.session import Session
    from dslint.selection.choose import Measured
    from dslint.selection.excluded import Excluded
    from dslint.selection.pool import Pool
    from dslint.sources.files import Discovery

VERSION: Final = 1
SHOWN: Final = 20
EQUAL: Final = "nothing says how good records are: set --score-field, or quality-model; all count as equal"


def _option(section: str, *names: str, **attributes: Any) -> Any:
    return click.option(*names, cls=SectionOption, section=section, **attributes)


CHOICE = (
    _option("Rules", "--size", type=click.IntRange(min=1), default=1000, show_default=True, metavar="N",
            help="Choose so many records."),
    _option("Rules", "--score-field", metavar="NAME", help="Field of a score, higher is better: metadata.score."),
)  # fmt: skip
OUTPUT = (
    _option("Output", "--output", "-o", required=True, metavar="PATH", shell_complete=complete.files,
            help="Write the subset here, as JSON lines."),
    _option("Output", "--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True,
            help="Format of the report on what was chosen."),
    shared.COLOUR,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Selection:
    """What was chosen.

    Attributes:
        pool: What it was chosen from.
        chosen: Numbers of the chosen records.
        excluded: What findings leave out.
        here: What the subset is like.
        random: What a random one is like.
        told: How records were compared and scored.
    """

    pool: Pool
    chosen: Sequence[int]
    excluded: Excluded
    here: Measured
    random: Measured
    told: Sequence[str]


@click.command("select", cls=SectionCommand, context_settings={"auto_envvar_prefix": "DSLINT"})
@click.argument("paths", nargs=-1, metavar="[PATH]...", shell_complete=complete.files)
@shared.with_options(CHOICE, OUTPUT, shared.SELECTION, shared.FILES, shared.CONFIGURATION)
def command(
    paths: tuple[str, ...], size: int, score_field: str | None, output: str, output_format: str, **options: Any
) -> None:
    """Choose a subset of the data at each PATH: free of errors and warnings, good, and spread over topics.

    Topics give their best record in turn, without what asks nearly the same. The same data gives the same subset,
    whatever the order of its records. Lines of JSON Lines files are kept byte for byte.
    """
    from dslint.cli.session import discovery, load

    given = paths or (".",)
    session = load(given, options)
    with discovery(given, session, options) as found:
        if not found.files:
            raise Mistake(f"no dataset files found under {', '.join(given[:3])}")
        if os.path.abspath(output) in {os.path.abspath(file.location) for file in found.files}:
            raise Mistake(f"{output} is one of the files that are read; choose another --output")
        made = _selected(found, session, size, score_field, options)
        _write(made, output)
    if output_format == "json":
        from dslint.report.encode import dumps

        write(dumps(document(made, output)))
    else:
        write("".join(_text(made, output, size, colour=wants_colour(options["color"]))))


def _selected(
    found: Discovery, session: Session, size: int, score_field: str | None, options: Mapping[str, Any]
) -> Selection:
    from dslint.cli.progress import bar
    from dslint.cli.session import ConfigProblem
    from dslint.config.errors import ConfigError
    from dslint.engine.lint import lint
    from dslint.engine.values import FeatureFailed, dataset_values
    from dslint.features.embedding.vectors import QuestionEncoding
    from dslint.selection.choose import choose, measured, random_pick
    from dslint.selection.excluded import excluded
    from dslint.selection.pool import pool_of

    kept = session.vectors_dir
    try:
        score, scored = _score(session, score_field, options)
        report = lint(found, session.settings, session.plugins, progress=bar(quiet=False), vectors_dir=kept)
        values = dataset_values(found, [QuestionEncoding], {**session.settings.shared, "vectors-dir": kept})
    except ConfigError as error:
        raise ConfigProblem(error) from error
    except FeatureFailed as error:
        raise Broken(str(error)) from error
    if report.incomplete:
        raise Broken("a rule could not do its job, so what it would leave out is not known; see dslint check")
    read = {file.path for file in report.files}
    out = excluded(report.findings)
    encoded = next(iter(values.by_unit[QuestionEncoding].values()), None)
    pool = pool_of([file for file in found.files if file.source.path in read], out.records, score, encoded)
    chosen = choose(pool, size)
    told = [next(iter(values.told), "") or "topics by words; with a model in [embeddings], by meaning", scored]
    random = measured(pool, random_pick(pool, len(chosen)))
    return Selection(pool, chosen, out, measured(pool, chosen), random, told)


def _score(session: Session, name: str | None, options: Mapping[str, Any]) -> tuple[Any, str]:
    """Return how good records are, and what is told of that."""
    from dslint.cli.session import load
    from dslint.config.select import select_rules
    from dslint.engine.references import read_references
    from dslint.features.quality.verdict import Quality
    from dslint.features.ratings import rating

    if name:
        return (lambda records: [rating(record, name) for record in records]), f"scored by the field {name}"
    if not session.settings.shared.get("quality-model"):
        return (lambda records: [None] * len(records)), EQUAL
    alone = load((), {**options, "select": ("low-quality-score",)})
    rules = {rule.id: rule.rule for rule in select_rules(alone.settings, alone.plugins)[0]}
    model = Quality(read_references(rules, session.settings.root).values["quality-model"])
    return (
        lambda records: [None if each is None else 1 - each.poor for each in model.compute(records)]
    ), "scored by quality-model: how likely people rate the answer as good"


def _write(made: Selection, output: str) -> None:
    from dslint.selection.lines import lines

    try:
        pieces = list(lines(made.pool, made.chosen))
    except OSError as error:
        raise Broken(f"cannot read the data again: {error.strerror or error}") from error
    if len(pieces) != len(made.chosen):
        raise Broken("the data has changed while it was read; run again")
    write_file(Path(output), pieces, binary=True)


def _topics(made: Selection) -> list[tuple[str, int, int, int]]:
    """Return each topic's name with how many records it has, how many are clean, and how many were chosen."""
    pool = made.pool
    every = Counter(pool.topic)
    clean = Counter(topic for topic, fine in zip(pool.topic, pool.clean, strict=True) if fine)
    chosen = Counter(pool.topic[number] for number in made.chosen)
    rows = [
        (pool.topics[topic] if topic >= 0 else "", count, clean[topic], chosen[topic]) for topic, count in every.items()
    ]
    return sorted(rows, key=lambda row: (-row[3], -row[1], row[0]))


def _text(made: Selection, output: str, size: int, *, colour: bool) -> Iterator[str]:
    from dslint.cli.tables import table
    from dslint.report.escape import plain

    few = "" if len(made.chosen) == size else f" (of {size:,} wanted: no more are clean and different)"
    yield f"{len(made.chosen):,} of {len(made.pool):,} records chosen{few}; wrote {plain(output)}\n"
    yield from (f"{plain(told)}\n" for told in made.told)
    yield f"\n{len(made.pool) - sum(made.pool.clean):,} records are left out for what was found in them\n\n"
    if made.excluded.general:
        yield f"{made.excluded.general:,} findings speak of a whole file or dataset; these leave no record out\n\n"
    rows = [(rule, f"{count:,}") for rule, count in made.excluded.by_rule.most_common(SHOWN)]
    if rows:
        yield table(("RULE", "RECORDS"), rows, colour=colour) + "\n"
    topics = _topics(made)
    cells = [(f"{chosen:,}", f"{clean:,}", f"{every:,}", name) for name, every, clean, chosen in topics[:SHOWN]]
    yield table(("CHOSEN", "CLEAN", "ALL", "ABOUT"), cells, colour=colour)
    if len(topics) > SHOWN:
        yield f"and {len(topics) - SHOWN} more topics\n"
    yield "\n"
    yield table(("", "SUBSET", "RANDOM"), _compared(made.here, made.random), colour=colour)


def _compared(here: Measured, random: Measured) -> Iterator[tuple[str, str, str]]:
    yield "records", f"{here.records:,}", f"{random.records:,}"
    yield "topics", f"{here.topics}", f"{random.topics}"
    yield "topics of an even mix", f"{here.effective:.1f}", f"{random.effective:.1f}"
    if here.score is not None and random.score is not None:
        yield "mean score", f"{here.score:.3f}", f"{random.score:.3f}"
    yield "ask nearly the same as another", f"{here.alike:,}", f"{random.alike:,}"
    yield "with errors or warnings", f"{here.found:,}", f"{random.found:,}"


def document(made: Selection, output: str) -> dict[str, Any]:
    """Return what was chosen, and why, as JSON values."""
    keys = ("about", "records", "clean", "chosen")
    return {
        "version": VERSION,
        "output": output,
        "records": len(made.pool),
        "chosen": len(made.chosen),
        "told": list(made.told),
        "left_out": {
            "records": len(made.pool) - sum(made.pool.clean),
            "by_rule": dict(sorted(made.excluded.by_rule.items())),
            "findings_about_files_and_datasets": made.excluded.general,
        },
        "topics": [dict(zip(keys, row, strict=True)) for row in _topics(made)],
        "subset": asdict(made.here),
        "random": asdict(made.random),
    }
