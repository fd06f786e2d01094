"""Fills in what the pages say of the configuration and the command line, from the code that reads both.

A comment such as ``<!-- dslint: keys select ignore -->`` in a page is replaced. Every setting must stand on the page of
the configuration exactly once, so that a new one cannot be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import click
import yaml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from option_tables import cell, listed, table
from rule_pages import ROOT, families, levels, own_rules

from dslint.api import Target
from dslint.config.model import Configuration
from dslint.config.schema import json_schema
from dslint.engine.describe import describe
from dslint.model.formats import FORMATS
from dslint.plugins.host import load_plugins
from dslint.sources.files import DEFAULT_EXCLUDE, DEFAULT_INCLUDE

MARKER: Final = re.compile(r"<!-- dslint: (\w+) ?([^>]*?) -->")


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Replace the comments of a page."""
    named = [key for word, keys in MARKER.findall(markdown) if word == "keys" for key in keys.split()]
    if named:
        known = list(schema()["properties"])
        wrong = sorted({*known} ^ {*named} | {key for key in named if named.count(key) > 1})
        if wrong:
            raise PluginError(
                f"{page.file.src_path}: settings that are missing, unknown or doubled: {', '.join(wrong)}"
            )
    return MARKER.sub(lambda match: MAKERS[match[1]](match[2]), markdown)


@cache
def schema() -> dict[str, Any]:
    """Return the schema of the configuration with the rules that come with dslint."""
    plugins = load_plugins()
    return json_schema({entry.id: entry for entry in own_rules()}, plugins.presets)


def keys(names: str) -> str:
    """Return the table of some settings."""
    found = schema()
    defaults = {"include": DEFAULT_INCLUDE, "exclude": DEFAULT_EXCLUDE}
    properties = {name: dict(found["properties"][name]) for name in names.split()}
    # Where any string may be given, the schema lists the names it knows for editors only.
    defs = {name: {"type": "string"} if name in ("Selector", "PresetName") else d for name, d in found["$defs"].items()}
    for name in properties:
        if name in defaults:
            properties[name]["default"] = "see below"
        elif name == "rules":
            properties[name]["default"] = {}
    for name, setting in properties.items():
        if isinstance(setting.get("default"), dict):
            setting["default"] = {}  # the table below has the defaults of its keys
        if name not in Configuration.model_json_schema()["properties"]:
            setting["description"] = f"{setting.get('description') or described(name)} Used by {users(name)}."
    return table("key", properties, defs).replace('`"see below"`', "see below")


def described(name: str) -> str:
    """Return what a shared setting means, where the setting itself does not say it."""
    options = [describe(entry).options.get("properties", {}) for entry in own_rules()]
    return next((f"{each[name]['description']}" for each in options if "description" in each.get(name, {})), "")


def users(name: str) -> str:
    """Return the rules that take over a top-level setting."""
    found = [e.id for e in own_rules() if describe(e).options.get("properties", {}).get(name, {}).get("x-shared")]
    return ", ".join(f"[`{rule}`](rules/{rule}.md)" for rule in found)


def patterns(name: str) -> str:
    """Return the default of ``include`` or ``exclude``."""
    shown = {"include": DEFAULT_INCLUDE, "exclude": DEFAULT_EXCLUDE}[name]
    plain = [each for each in shown if not any(each.startswith(f"{other}.") for other in shown)]
    endings = dict.fromkeys(
        each.removeprefix(other) for each in shown for other in plain if each.startswith(f"{other}.")
    )
    words = " ".join(f"`{each}`" for each in plain)
    return f"{words}, each also with {listed(f'`{each}`' for each in endings)} behind it" if endings else words


def presets(_: str) -> str:
    """Return the table of presets."""
    own = {name: preset for name, preset in load_plugins().presets.items() if preset.origin.startswith("dslint-llm ")}
    rows = [f"| `{name}` | {cell(preset.summary)} |" for name, preset in own.items()]
    return "\n".join(["| preset | what it is |", "|---|---|", *rows])


def formats(_: str) -> str:
    """Return the table of record formats."""
    rows = []
    for form in FORMATS.values():
        if form.name != "unknown":
            fields = [f"`{f.name}`" if f.required else f"`{f.name}`?" for f in form.fields]
            rows.append(f"| `{form.name}` | {cell(form.title)} | {', '.join(fields)} |")
    return "\n".join(["| format | what it is | fields (? may be missing) |", "|---|---|---|", *rows])


def targets(_: str) -> str:
    """Return the rules whose level depends on the trainer."""
    changed = [(entry.id, what, each) for entry in own_rules() for what, each in levels(entry).items()]
    shown = [target for target in Target if any(target in each.targets for *_, each in changed)]
    heads = ["rule", "finding", "otherwise", *(f"`{target}`" for target in shown)]
    rows = [f"| {' | '.join(heads)} |", f"{'|---' * len(heads)}|"]
    for rule, what, each in changed:
        cells = " | ".join(str(each.targets.get(target, "")) for target in shown)
        rows.append(f"| [`{rule}`](rules/{rule}.md) | {what} | {each.otherwise or 'none'} | {cells} |")
    return "\n".join(rows)


def trainers(_: str) -> str:
    """Return the names of the trainers."""
    return listed(f"`{target}`" for target in Target)


def action(part: str) -> str:
    """Return the inputs or the outputs of the GitHub action."""
    found = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))[part]
    if part == "outputs":
        rows = [f"| `{name}` | {cell(about['description'])} |" for name, about in found.items()]
        return "\n".join(["| output | meaning |", "|---|---|", *rows])
    rows = [
        f"| `{name}` | {f'`{default}`' if (default := about.get('default')) else ''} | {cell(about['description'])} |"
        for name, about in found.items()
    ]
    return "\n".join(["| input | default | meaning |", "|---|---|---|", *rows])


def flags(name: str) -> str:
    """Return the options of a command, by section."""
    from dslint.cli.main import cli

    context = click.Context(cli, info_name="dslint")
    command = cli.get_command(context, name)
    if command is None:
        raise PluginError(f"no command {name!r}")
    sections: dict[str, list[str]] = {}
    inner = click.Context(command, parent=context, info_name=name)
    for parameter in command.get_params(inner):
        record = parameter.get_help_record(inner) if isinstance(parameter, click.Option) else None
        if record is not None:
            section = getattr(parameter, "section", "Options")
            sections.setdefault(section, []).append(f"| `{cell(record[0])}` | {cell(record[1])} |")
    head = "| option | meaning |\n|---|---|\n"
    return "\n\n".join(f"**{section}**\n\n{head}" + "\n".join(rows) for section, rows in sections.items())


MAKERS: Final[dict[str, Callable[[str], str]]] = {
    "action": action,
    "keys": keys,
    "patterns": patterns,
    "presets": presets,
    "formats": formats,
    "targets": targets,
    "trainers": trainers,
    "flags": flags,
    "families": lambda _: families(own_rules()),
}
