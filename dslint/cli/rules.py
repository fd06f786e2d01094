"""``dslint rules``: a table of what there is, by family."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from dslint.cli import options as shared
from dslint.cli.options import SectionCommand
from dslint.cli.output import wants_colour, warn, write

if TYPE_CHECKING:
    from dslint.cli.catalog import Listed

ROOMY = 160
"""Columns of a terminal from which on there is room for what a rule is about."""


@click.command("rules", cls=SectionCommand)
@shared.with_options(shared.SELECTION, shared.CONFIGURATION, [shared.COLOUR])
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def command(ctx: click.Context, /, output_format: str, color: str, **options: Any) -> None:
    """List the rules by family: severity, status, whether each runs here, and what it needs where it does not.

    Severities are those of --target and the configuration; where a rule's findings have several, its own comes first,
    and dslint rule NAME says what has which.
    """
    from dslint.cli.catalog import failures, listed_rules

    rules = listed_rules(options)
    if output_format == "json":
        from dslint.report.encode import dumps

        write("[\n" + ",\n".join(dumps(rule.document()) for rule in by_family(rules)) + "\n]")
    else:
        write(text(rules, colour=wants_colour(color)))
    problems = failures(options)
    for problem in problems:
        warn(f"Error: {problem}")
    ctx.exit(3 if problems else 0)


def by_family(rules: Mapping[str, Listed]) -> list[Listed]:
    """Return the rules of the built-in families first, in order of family and id."""
    return sorted(rules.values(), key=lambda rule: ("/" in rule.info.id, rule.info.family, rule.info.id))


def text(rules: Mapping[str, Listed], *, colour: bool) -> str:
    """Return the table and a line that sums it up."""
    from dslint.cli.tables import table

    wide = not sys.stdout.isatty() or shutil.get_terminal_size().columns >= ROOMY
    headers = ("FAMILY", "RULE", "SEVERITY", "STATUS", "DEFAULT", "RUNS HERE", *(("ABOUT",) if wide else ()))
    running = sum(not rule.reason for rule in rules.values())
    return (
        table(headers, _rows(by_family(rules), wide=wide), colour=colour)
        + f"\n{len(rules)} rules, of which {running} run here; dslint rule NAME explains one\n"
    )


def _rows(rules: Iterable[Listed], *, wide: bool) -> Iterable[tuple[str, ...]]:
    for family, members in groupby(rules, key=lambda rule: rule.info.family):
        for position, rule in enumerate(members):
            info = rule.info
            yield (
                "" if position else family,
                info.id,
                ", ".join(severity.value for severity in rule.severities),
                info.status.value,
                "on" if rule.by_default else "off",
                f"no: {rule.reason}" if rule.reason else "yes",
                *((info.summary,) if wide else ()),
            )
