"""``dslint rule``: what a rule finds, why it hurts, and what it can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dslint.cli import options as shared
from dslint.cli.options import SectionCommand
from dslint.cli.output import wants_colour, write

if TYPE_CHECKING:
    from dslint.cli.catalog import Listed


@click.command("rule", cls=SectionCommand)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "everything", is_flag=True, help="Explain every rule.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@shared.with_options(shared.TARGET, shared.CONFIGURATION, [shared.COLOUR])
def command(names: tuple[str, ...], everything: bool, output_format: str, color: str, **options: Any) -> None:
    """Explain the rule NAME: what it finds, on what it runs, and its options."""
    from dslint.cli.catalog import failures, listed_rules
    from dslint.config.errors import suggest

    if bool(names) is everything:
        raise click.UsageError("give the name of a rule, or --all")
    rules = listed_rules(options)
    for name in names:
        if name not in rules:
            lost = "".join(f"\n{problem}" for problem in failures(options))
            raise click.UsageError(f"unknown rule {name!r}{suggest(name, rules)}; dslint rules lists them{lost}")
    chosen = [rules[name] for name in (names or sorted(rules))]
    if output_format == "json":
        from dslint.report.encode import dumps

        documents = [dumps(rule.document()) for rule in chosen]
        write("[\n" + ",\n".join(documents) + "\n]" if everything or len(names) > 1 else documents[0])
    else:
        write("\n\n".join(text(rule, colour=wants_colour(color)) for rule in chosen))


def text(rule: Listed, *, colour: bool) -> str:
    """Return a page about a rule."""
    from dslint.report.escape import visible

    info = rule.info
    head = f"# {info.id}\n\n{info.summary}"
    level = info.severity.value
    if info.severity is not info.default_severity:
        level += f" (by default {info.default_severity.value})"
    facts = [
        f"family:    {info.family}",
        f"severity:  {level}",
        f"status:    {info.status.value} since {info.since}, {'on' if rule.by_default else 'off'} by default",
        f"looks at:  {_looks_at(info.kind, info.scope.value)}",
        f"runs here: {'no: ' + rule.reason if rule.reason else 'yes'}",
        *([f"precision: {info.precision}"] if info.precision else []),
        *([f"comes with: {info.origin}"] if info.origin else []),
        *([f"more:      {info.url}"] if info.url else []),
    ]
    parts = [head, *([info.description] if info.description else []), "\n".join(facts)]
    if properties := info.options.get("properties"):
        rows = [_option(key, schema, info.values) for key, schema in properties.items()]
        parts.append(f"Options, in [rules.{_key(info.id)}]:\n" + "\n".join(rows))
    shown = "\n\n".join("\n".join(visible(line) for line in part.splitlines()) for part in parts)
    return f"\x1b[1m{shown.partition(chr(10))[0]}\x1b[0m\n{shown.partition(chr(10))[2]}" if colour else shown


def _looks_at(kind: str, scope: str) -> str:
    if kind == "damage":
        return "what cannot be read of a file"
    if kind == "record":
        return "each record"
    what = {"dataset": "records", "group": "records that share a key", "pair": "pairs of records"}[kind]
    where = {"file": "of one file", "dataset": "of one dataset", "run": "of all datasets of the run"}[scope]
    return f"{what} {where}"


def _option(key: str, schema: dict[str, Any], values: Any) -> str:
    from dslint.report.encode import dumps

    kind = schema.get("type") or " or ".join(str(part.get("type", "value")) for part in schema.get("anyOf", [{}]))
    words = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to", "exclusiveMaximum": "below"}
    bounds = "".join(f" {word} {schema[name]}" for name, word in words.items() if name in schema)
    default = dumps(schema["default"]) if "default" in schema else "none"
    now = "" if key not in values or values[key] == schema.get("default") else f", here {dumps(values[key])}"
    return f"  {key} ({kind}{bounds}, default {default}{now})\n      {schema.get('description', '')}".rstrip()


def _key(name: str) -> str:
    return f'"{name}"' if "/" in name else name
