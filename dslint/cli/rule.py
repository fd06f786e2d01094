"""``dslint rule``: what a rule finds, why it hurts, and what it can be told."""

from __future__ import annotations

import re
import shutil
import textwrap
from typing import TYPE_CHECKING, Any, Final

import click

from dslint.cli import complete
from dslint.cli import options as shared
from dslint.cli.options import SectionCommand
from dslint.cli.output import Mistake, wants_colour, write

if TYPE_CHECKING:
    from dslint.cli.catalog import Listed

WIDTH: Final = 100


@click.command("rule", cls=SectionCommand)
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=complete.rule)
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
            raise Mistake(f"unknown rule {name!r}{suggest(name, rules)}; dslint rules lists them{lost}")
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
    level = info.severity.value
    if info.severity is not info.default_severity:
        level += f" (by default {info.default_severity.value})"
    level = "; ".join([level, *(f"{severity.value} for {what}" for what, severity in info.levels.items())])
    facts = {
        "family": info.family,
        "severity": level,
        "status": f"{info.status.value} since {info.since}, {'on' if rule.by_default else 'off'} by default",
        "looks at": _looks_at(info.kind, info.scope.value),
        "runs here": f"no: {rule.reason}" if rule.reason else "yes",
        "precision": info.precision,
        "comes with": info.origin,
        "more": info.url,
    }
    parts = [_filled(info.summary), *([_filled(info.description)] if info.description else [])]
    parts.append("\n".join(_filled(f"{f'{name}:':<12}{fact}", 12) for name, fact in facts.items() if fact))
    if properties := info.options.get("properties"):
        rows = [_option(key, schema, info.values) for key, schema in properties.items()]
        parts.append(f"Options, in [rules.{_key(info.id)}]:\n" + "\n".join(rows))
    shown = "\n\n".join("\n".join(visible(line) for line in part.splitlines()) for part in parts)
    title = f"# {visible(info.id)}"
    return f"\x1b[1m{title}\x1b[0m\n\n{shown}" if colour else f"{title}\n\n{shown}"


def _filled(text: str, indent: int = 0) -> str:
    """Break paragraphs at the width of the terminal; what has lines of its own, such as a list, keeps them."""
    width = min(shutil.get_terminal_size((WIDTH, 24)).columns, WIDTH)
    blocks = text.split("\n\n")
    return "\n\n".join(
        block
        if not indent and re.search(r"(?m)^([-*+] |[|>#]|```|\d+\. |\s)", block)
        else textwrap.fill(block, width, subsequent_indent=" " * indent, break_on_hyphens=False, break_long_words=False)
        for block in blocks
    )


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
    about = _filled(f"      {str(schema.get('description', '')).strip()}", 6)
    return f"  {key} ({kind}{bounds}, default {default}{now})\n{about}".rstrip()


def _key(name: str) -> str:
    return f'"{name}"' if "/" in name else name
