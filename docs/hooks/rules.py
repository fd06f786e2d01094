"""Makes one page for each rule from its class and its Markdown test, when the documentation is built."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from dslint.api import Severity, Target
from dslint.api.entry import RuleEntry
from dslint.engine.describe import describe
from dslint.model.report import RuleInfo
from dslint.plugins.host import load_plugins
from dslint.testing import Case, read_cases

ROOT = Path(__file__).parents[2]
SHOWN_LINES = 12


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages."""
    entries = [entry for name, entry in sorted(load_plugins().rules.items()) if "/" not in name]
    files.append(File.generated(config, "rules/index.md", content=index(entries)))
    for entry in entries:
        files.append(File.generated(config, f"rules/{entry.id}.md", content=page(entry)))
    return files


def index(entries: Iterable[RuleEntry]) -> str:
    """Return the table of all rules."""
    lines = ["# Rules", ""]
    family = ""
    for entry in sorted(entries, key=lambda entry: (entry.family, entry.id)):
        info = describe(entry)
        if entry.family != family:
            family = entry.family
            lines += [
                "",
                f"## {family.capitalize()}",
                "",
                "| rule | level | runs | what is wrong |",
                "|---|---|---|---|",
            ]
        lines.append(f"| [{info.id}]({info.id}.md) | {info.severity} | {when(entry)} | {cell(info.summary)} |")
    return "\n".join(lines) + "\n"


def page(entry: RuleEntry) -> str:
    """Return one rule's page."""
    info = describe(entry)
    parts = [f"# {info.id}", facts(entry, info), info.summary, info.description]
    if info.precision:
        parts.append(f"**Measured precision.** {info.precision}")
    parts += [targets(entry), options(info), examples(ROOT / "tests" / "rules" / f"{info.id}.md")]
    return "\n\n".join(part for part in parts if part) + "\n"


def facts(entry: RuleEntry, info: RuleInfo) -> str:
    """Return the line of facts under the title."""
    return (
        f"Family **{info.family}** · level **{info.severity}** · {when(entry)} · judges {judged(info)} · "
        f"{info.status} since {info.since}"
    )


def judged(info: RuleInfo) -> str:
    """Return what the rule looks at together."""
    if info.kind == "record":
        return "each record"
    if info.kind == "damage":
        return "what could not be read"
    return {"file": "each file", "dataset": "each dataset", "run": "all files together"}[info.scope]


def when(entry: RuleEntry) -> str:
    """Return when the rule runs."""
    if entry.rule.status != "stable":
        return "only when selected by name"
    return "by default" if entry.rule.on else "when selected"


def targets(entry: RuleEntry) -> str:
    """Return the levels that differ for a trainer."""
    levels: dict[Target, Severity] = dict(entry.rule.targets)
    if not levels:
        return ""
    rows = "\n".join(f"| `{target}` | {severity} |" for target, severity in levels.items())
    return f"## Level by target\n\n| `target` | level |\n|---|---|\n{rows}"


def options(info: RuleInfo) -> str:
    """Return the table of options."""
    properties: dict[str, dict[str, Any]] = dict(info.options.get("properties", {}))
    if not properties:
        return ""
    rows = [
        f"| `{name}` | {cell(kind(schema))} | `{cell(json.dumps(schema.get('default'), ensure_ascii=False))}` | "
        f"{cell(schema.get('description', ''))} |"
        for name, schema in properties.items()
    ]
    head = f"## Options\n\n```toml\n[tool.dslint.rules.{info.id}]\n```\n"
    return "\n".join([head, "| option | type | default | meaning |", "|---|---|---|---|", *rows])


def kind(schema: dict[str, Any]) -> str:
    """Return an option's type in words."""
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(kind(part) for part in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1].lower()
    bounds = {"exclusiveMinimum": ">", "minimum": "≥", "exclusiveMaximum": "<", "maximum": "≤"}
    limits = [f"{sign} {schema[name]:g}" for name, sign in bounds.items() if name in schema]
    return " ".join([str(schema.get("type", "any")), ", ".join(limits)]).strip()


def examples(path: Path) -> str:
    """Return the first firing and the first quiet case of the rule's test."""
    cases = read_cases(path) if path.is_file() else []
    shown = [next((case for case in cases if case.fires is fires), None) for fires in (True, False)]
    parts = [example(case) for case in shown if case is not None]
    return "\n\n".join(["## Examples", *parts]) if parts else ""


def example(case: Case) -> str:
    """Return a case as a section, long data cut."""
    parts = [f"### {case.title}", case.prose]
    for block in case.blocks:
        if block.info == "findings":
            text = "\n".join(case.expected) or "(nothing)"
            parts.append(f"dslint says:\n\n```text\n{text}\n```")
            continue
        language, *words = block.info.split()
        lines = block.text.rstrip("\n").split("\n")
        if len(lines) > SHOWN_LINES:
            lines = [*lines[:SHOWN_LINES], f"… {len(lines) - SHOWN_LINES} more lines"]
        if words:
            parts.append(", ".join(word.replace("times=", "repeated, times: ") for word in words))
        text = "\n".join(lines)
        parts.append(f"````{'json' if language in ('json', 'jsonl') else language}\n{text}\n````")
    return "\n\n".join(part for part in parts if part)


def cell(text: str) -> str:
    """Return text that cannot end a table cell."""
    return str(text).replace("|", "\\|").replace("\n", " ")
