"""``dslint coverage``: what data shows beside what a model failed and what production asks."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from dslint.cli import complete
from dslint.cli import options as shared
from dslint.cli.options import SectionCommand, SectionOption
from dslint.cli.output import Broken, Mistake, wants_colour, write

if TYPE_CHECKING:
    from dslint.cli.session import Session
    from dslint.engine.values import Values
    from dslint.features.coverage.demand import Demand
    from dslint.features.coverage.gaps import FailureCoverage
    from dslint.features.coverage.neighbours import Neighbours
    from dslint.features.coverage.training import Training

RULES: Final = ("failure-uncovered", "production-gap")
VERSION: Final = 1
SHOWN: Final = 20
EXCERPT: Final = 60


def _compared(*names: str, **attributes: Any) -> Any:
    return click.option(*names, cls=SectionOption, section="Files", metavar="PATH", **attributes)


OUTPUT = (
    click.option(
        "--output-format", cls=SectionOption, section="Output", type=click.Choice(["text", "json"]), default="text",
        show_default=True,
    ),
    shared.COLOUR,
)  # fmt: skip
RUN = (
    click.option(
        "--fail-on-gap", cls=SectionOption, section="Run", is_flag=True, help="Exit with 1 when there is a gap."
    ),
)
COMPARED = (
    _compared("--failures", shell_complete=complete.files, help="Prompts that the baseline model failed."),
    _compared("--production", shell_complete=complete.files, help="A sample of production's queries."),
)


@dataclass(frozen=True, slots=True)
class Covered:
    """What is known of one dataset.

    Attributes:
        training: The dataset.
        failures: Failed prompts, if any were given.
        demand: Production beside the data, if queries were given.
        near_failures: Which records are near to the failed prompts.
        near_queries: Which are near to the queries.
    """

    training: Training
    failures: FailureCoverage | None
    demand: Demand | None
    near_failures: Neighbours | None
    near_queries: Neighbours | None


@click.command("coverage", cls=SectionCommand, context_settings={"auto_envvar_prefix": "DSLINT"})
@click.argument("paths", nargs=-1, metavar="[PATH]...", shell_complete=complete.files)
@shared.with_options(COMPARED, OUTPUT, RUN, shared.FILES, shared.CONFIGURATION)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    failures: str | None,
    production: str | None,
    output_format: str,
    fail_on_gap: bool,
    **options: Any,
) -> None:
    """Show how well the data at each PATH covers prompts that a model failed, and what production asks.

    With a model in [embeddings] meanings are compared, without one words are. The rules failure-uncovered and
    production-gap report the same gaps as findings.
    """
    given = paths or (".",)
    named = {"failures": failures, "production": production}
    lines = [f"{key} = {json.dumps(os.path.abspath(path))}" for key, path in named.items() if path]
    options = {**options, "config": (*(options.get("config") or ()), *lines), "select": RULES}
    told, found = _covered(given, options)
    if output_format == "json":
        from dslint.report.encode import dumps

        write(dumps(document(found, told)))
    else:
        write("".join(_text(found, told, colour=wants_colour(options["color"]))))
    ctx.exit(int(fail_on_gap and any(_gaps(each) for each in found.values())))


def _covered(paths: tuple[str, ...], options: Mapping[str, Any]) -> tuple[str, dict[str, Covered]]:
    from dslint.cli.progress import bar
    from dslint.cli.session import ConfigProblem, discovery, load
    from dslint.config.errors import ConfigError
    from dslint.engine.lint import make_executor
    from dslint.engine.references import read_references
    from dslint.engine.values import FeatureFailed, dataset_values
    from dslint.features.coverage import encoded, neighbours, training

    session = load(paths, options)
    rules = _rules(session)
    try:
        compared = read_references(rules, session.settings.root)
    except ConfigError as error:
        raise ConfigProblem(error) from error
    kinds = (
        training.TrainingQuestions, encoded.PromptEncoding, neighbours.NeighboursOfFailures,
        neighbours.NeighboursOfProduction,
    )  # fmt: skip
    with discovery(paths, session, options) as discovered:
        found = compared.left_out_of(discovered)
        if not found.files:
            raise Mistake(f"no dataset files found under {', '.join(paths[:3])}")
        settings = {**session.settings.shared, **compared.values, "vectors-dir": session.vectors_dir}
        try:
            executor = make_executor(found, session.settings, session.plugins, session.settings.jobs)
            values = dataset_values(found, kinds, settings, executor=executor, progress=bar(quiet=False))
        except ConfigError as error:
            raise ConfigProblem(error) from error
        except FeatureFailed as error:
            raise Broken(str(error)) from error
    told = next(iter(values.told), "") or "compared by words; with a model in [embeddings], by meaning"
    return told, _by_dataset(values, rules)


def _rules(session: Session) -> dict[str, Any]:
    """Return the rules whose files are configured, with their options."""
    from dslint.cli.session import ConfigProblem
    from dslint.config.errors import ConfigError
    from dslint.config.select import select_rules

    try:
        chosen = select_rules(session.settings, session.plugins)[0]
    except ConfigError as error:
        raise ConfigProblem(error) from error
    unmet = {rule.unmet for rule in chosen if not rule.unmet.startswith(("set failures", "set production"))} - {""}
    if unmet:
        raise Mistake("; ".join(sorted(unmet)))
    if all(rule.unmet for rule in chosen):
        raise Mistake("nothing to compare with: name prompts with --failures or --production")
    return {rule.id: rule.rule for rule in chosen if not rule.unmet}


def _by_dataset(values: Values, rules: Mapping[str, Any]) -> dict[str, Covered]:
    from dslint.features.coverage.demand import demand
    from dslint.features.coverage.encoded import PromptEncoding, prompt_rows
    from dslint.features.coverage.gaps import failure_coverage
    from dslint.features.coverage.neighbours import LEAST, NeighboursOfFailures, NeighboursOfProduction
    from dslint.features.coverage.training import TrainingQuestions

    vectors = next(iter(values.by_unit[PromptEncoding].values()), None)
    found: dict[str, Covered] = {}
    for name, training in values.by_unit[TrainingQuestions].items():
        if len(training.questions) < LEAST:
            continue
        failed = values.by_unit[NeighboursOfFailures].get(name) if RULES[0] in rules else None
        asked = values.by_unit[NeighboursOfProduction].get(name) if RULES[1] in rules else None
        covered = wanted = None
        if failed is not None:
            rule = rules[RULES[0]]
            rows = prompt_rows(failed.prompts, training, vectors)
            covered = failure_coverage(failed, rows, examples=rule.min_near, least=rule.min_prompts)
        if asked is not None:
            rule = rules[RULES[1]]
            rows = prompt_rows(asked.prompts, training, vectors)
            wanted = demand(asked, training, rows, ratio=rule.min_ratio, least=rule.min_count)
        found[name] = Covered(training, covered, wanted, failed, asked)
    if not found:
        raise Mistake(f"no dataset has {LEAST} different questions, fewer tell too little of what is near")
    return found


def _gaps(covered: Covered) -> bool:
    failed = covered.failures is not None and any(gap.is_gap for gap in covered.failures.gaps)
    asked = covered.demand is not None and any(topic.skew > 0 for topic in covered.demand.topics)
    return failed or asked


def _text(found: Mapping[str, Covered], told: str, *, colour: bool) -> Iterator[str]:
    from dslint.cli.tables import table
    from dslint.report.escape import plain

    yield f"{plain(told)}\n"
    for name, each in found.items():
        yield f"\ndataset {plain(name)}: {each.training.records:,} records\n"
        if each.failures is not None and each.near_failures is not None:
            prompts, covered = each.failures.prompts, each.failures.covered
            yield f"\n{prompts:,} failures, {covered:,} covered (near from cosine {each.failures.limit:.2f} on)\n\n"
            rows = list(_failure_rows(each.failures, each.near_failures))
            yield table(("", "FAILURES", "UNCOVERED", "ABOUT", "FOR EXAMPLE"), rows[:SHOWN], colour=colour)
            yield from _more(rows, "groups")
        if each.demand is not None and each.near_queries is not None:
            asked = each.demand
            share = len(asked.alone) / asked.queries
            yield f"\n{asked.queries:,} queries, {share:.0%} without a near record (cosine {asked.limit:.2f})\n\n"
            rows = list(_topic_rows(asked, each.near_queries))
            yield table(("", "QUERIES", "DATA", "ABOUT", "FOR EXAMPLE"), rows[:SHOWN], colour=colour)
            yield from _more(rows, "topics")


def _more(rows: list[tuple[str, ...]], what: str) -> Iterator[str]:
    if len(rows) > SHOWN:
        yield f"and {len(rows) - SHOWN} more {what}\n"


def _failure_rows(covered: FailureCoverage, near: Neighbours) -> Iterator[tuple[str, ...]]:
    for gap in covered.gaps:
        shown = _shown(near, gap.uncovered[0]) if gap.uncovered else ""
        yield ("gap" if gap.is_gap else "", f"{gap.prompts:,}", f"{len(gap.uncovered):,}", gap.name, shown)


def _topic_rows(asked: Demand, near: Neighbours) -> Iterator[tuple[str, ...]]:
    words = {1: "too little", -1: "too much", 0: ""}
    for topic in asked.topics:
        shown = _shown(near, topic.queries[0]) if topic.queries else ""
        yield (words[topic.skew], f"{topic.share_asked:.1%}", f"{topic.share_trained:.1%}", topic.name, shown)


def _shown(near: Neighbours, number: int) -> str:
    from dslint.report.escape import excerpt

    return excerpt(near.prompts.texts[number], limit=EXCERPT).text


def document(found: Mapping[str, Covered], told: str) -> dict[str, Any]:
    """Return the coverage as JSON values."""
    return {"version": VERSION, "compared": told, "datasets": {name: _document(each) for name, each in found.items()}}


def _document(each: Covered) -> dict[str, Any]:
    made: dict[str, Any] = {"records": each.training.records}
    if each.failures is not None and each.near_failures is not None:
        near = each.near_failures
        made["failures"] = {
            "prompts": each.failures.prompts,
            "covered": each.failures.covered,
            "near_from": round(each.failures.limit, 4),
            "groups": [
                {
                    "about": gap.name,
                    "labelled": gap.tagged,
                    "gap": gap.is_gap,
                    "prompts": gap.prompts,
                    "uncovered": [
                        {**_place(near, number), "near": count, "nearest": _nearest(near, number)}
                        for number, count in zip(gap.uncovered, gap.near, strict=True)
                    ],
                }
                for gap in each.failures.gaps
            ],
        }
    if each.demand is not None and each.near_queries is not None:
        made["production"] = _production(each.demand, each.near_queries)
    return made


def _production(asked: Demand, near: Neighbours) -> dict[str, Any]:
    return {
        "queries": asked.queries,
        "without_near_record": len(asked.alone),
        "near_from": round(asked.limit, 4),
        "farthest": [_place(near, number) for number in asked.alone[:SHOWN]],
        "topics": [
            {
                "about": topic.name,
                "queries": topic.asked,
                "share_of_queries": round(topic.share_asked, 4),
                "share_of_data": round(topic.share_trained, 4),
                "gap": {1: "too little", -1: "too much"}.get(topic.skew),
                "examples": [_place(near, number) for number in topic.queries[:5]],
            }
            for topic in asked.topics
        ],
    }


def _place(near: Neighbours, number: int) -> dict[str, Any]:
    ref = near.prompts.refs[number]
    return {"path": ref.path, "line": ref.line, "record": ref.record, "text": _shown(near, number)}


def _nearest(near: Neighbours, number: int) -> list[dict[str, Any]]:
    return [
        {"path": ref.path, "line": ref.line, "record": ref.record, "cosine": round(cosine, 4)}
        for ref, cosine in near.of_prompts.related(number, 3)
    ]
