"""Makes one page for each rule from its class and its Markdown test, when the documentation is built."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from option_tables import cell, table

from dslint.api import Levels, Severity, Status
from dslint.api.entry import RuleEntry
from dslint.engine.describe import describe
from dslint.model.report import RuleInfo
from dslint.plugins.host import load_plugins
from dslint.testing import Case, read_cases
from dslint.version import __version__

ROOT: Final = Path(__file__).parents[2]
SHOWN_LINES: Final = 8
SHOWN_TEXT: Final = 400
"""Characters of one line of data that are shown; of longer ones the beginning and the end are."""
TAIL: Final = 80


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages, and a navigation by family."""
    entries = own_rules()
    files.append(File.generated(config, "rules/index.md", content=index(entries)))
    for entry in entries:
        files.append(File.generated(config, f"rules/{entry.id}.md", content=page(entry)))
    rules = next(part["Rules"] for part in config.nav or [] if "Rules" in part)
    for family, members in groupby(entries, key=lambda entry: entry.family):
        rules.append({family.capitalize(): [{entry.id: f"rules/{entry.id}.md"} for entry in members]})
    return files


def own_rules() -> list[RuleEntry]:
    """Return the rules that come with dslint, in the order of the documentation."""
    plugins = load_plugins()
    if plugins.notifications:
        raise PluginError("; ".join(note.message for note in plugins.notifications))
    entries = [entry for name, entry in plugins.rules.items() if "/" not in name]
    return sorted(entries, key=lambda entry: (entry.family, entry.id))


def about_family(entry: RuleEntry) -> str:
    """Return what a family is about: its package's docstring, without the name."""
    package = importlib.import_module(entry.rule.__module__.rpartition(".")[0])
    text = (package.__doc__ or "").strip().partition(": ")[2].partition("\n")[0]
    return text[:1].upper() + text[1:]


def index(entries: list[RuleEntry]) -> str:
    """Return the page of all rules."""
    by_default = sum(when(entry) == "by default" for entry in entries)
    lines = [
        "# Rules",
        "",
        f"dslint {__version__} has {len(entries)} rules, and runs {by_default} of them by default. A rule or a whole "
        "family is selected by its name. `dslint rule NAME` shows a rule's page in the terminal, `dslint rules` lists "
        "all with what each needs to run.",
    ]
    for family, members in groupby(entries, key=lambda entry: entry.family):
        shown = list(members)
        lines += ["", f"## {family.capitalize()} {{ #{family} }}", "", about_family(shown[0]), ""]
        lines += ["| rule | level | what is wrong |", "|---|---|---|"]
        for entry in shown:
            info = describe(entry)
            runs = "" if when(entry) == "by default" else f" *Runs {when(entry)}.*"
            lines.append(f"| [{info.id}]({info.id}.md) | {level(info)} | {cell(info.summary)}{runs} |")
    return "\n".join(lines) + "\n"


def page(entry: RuleEntry) -> str:
    """Return one rule's page."""
    info = describe(entry)
    parts = [f"# {info.id}", info.summary, facts(entry, info), linked(info.description, info.id)]
    if info.precision:
        parts.append(f'!!! note "Measured precision"\n    {sentence(info.precision)}')
    parts += [options(info), targets(entry), examples(ROOT / "tests" / "rules" / f"{info.id}.md")]
    return "\n\n".join(part for part in parts if part) + "\n"


def facts(entry: RuleEntry, info: RuleInfo) -> str:
    """Return the line of facts under the title."""
    status = "" if info.status is Status.STABLE else f" · **{info.status}**"
    return (
        f"[{info.family.capitalize()}](index.md#{info.family}) · {level(info)} · runs {when(entry)} · judges "
        f"{judged(info)} · since {info.since}{status}\n{{ .facts }}"
    )


def level(info: RuleInfo) -> str:
    """Return the rule's level, in its colour."""
    return f'<span class="level {info.severity}">{info.severity}</span>'


def judged(info: RuleInfo) -> str:
    """Return what the rule looks at together."""
    if info.kind == "record":
        return "each record"
    if info.kind == "damage":
        return "what could not be read"
    return {"file": "each file", "dataset": "each dataset", "run": "all files together"}[info.scope]


def when(entry: RuleEntry) -> str:
    """Return when the rule runs."""
    if entry.rule.status is not Status.STABLE:
        return "when named"
    if not entry.rule.on:
        return "when selected"
    needs = entry.rule().unmet()
    return "by default" if not needs else code_options(needs, entry)


def code_options(needs: str, entry: RuleEntry) -> str:
    """Return what a rule needs (``set max-length``), its options marked as code."""
    names = [info.alias or name for name, info in entry.rule.model_fields.items()]
    words = (f"`{word}`" if word in names else word for word in needs.removeprefix("set ").split())
    return f"once {' '.join(words)} is set"


def targets(entry: RuleEntry) -> str:
    """Return the levels that differ for a trainer."""
    kinds = levels(entry)
    if not kinds:
        return ""
    rows = "\n".join(
        f"| {what} | {target} | {severity} |"
        for what, each in kinds.items()
        for target, severity in [
            *((f"`{target}`", severity) for target, severity in each.targets.items()),
            ("others", each.otherwise or "no finding"),
        ]
    )
    return (
        "## Level by trainer\n\nThe setting `target` names the trainer that the data is for.\n\n"
        f"| finding | `target` | level |\n|---|---|---|\n{rows}"
    )


def levels(entry: RuleEntry) -> dict[str, Levels]:
    """Return the levels that depend on the trainer, by what they are about."""
    rule = entry.rule
    own = {"others" if rule.kinds_of_finding else "all": Levels(rule.severity, rule.targets)} if rule.targets else {}
    return {**rule.kinds_of_finding, **own}


def options(info: RuleInfo) -> str:
    """Return the section on options; every rule has a level that can be set."""
    severity = {
        "enum": [each.value for each in Severity],
        "default": info.default_severity.value,
        "description": "Level of all its findings.",
    }
    properties: Mapping[str, Any] = {**info.options.get("properties", {}), "severity": severity}
    head = f"In `[rules.{info.id}]` of `dslint.toml`, or `[tool.dslint.rules.{info.id}]` of `pyproject.toml`:"
    return f"## Options\n\n{head}\n\n{linked(table('option', properties, info.options.get('$defs', {})), info.id)}"


def linked(text: str, own: str) -> str:
    """Return prose with the names of other rules linked to their pages, and lists set apart from paragraphs."""
    names = {entry.id for entry in own_rules()} - {own}
    text = re.sub(
        r"(?<![\[`])(`{1,2})([a-z0-9]+(?:-[a-z0-9]+)+)\1(?![`\]])",
        lambda match: f"[`{match[2]}`]({match[2]}.md)" if match[2] in names else match[0],
        text,
    )
    return re.sub(r"(?m)^(?!\s*(?:[-*]|\d+\.) )(\S.*)\n(?=(?:[-*]|\d+\.) )", r"\1\n\n", text)


def sentence(text: str) -> str:
    """Return text that ends in a full stop."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def examples(path: Path) -> str:
    """Return the first firing and the first quiet case of the rule's test."""
    cases = read_cases(path) if path.is_file() else []
    shown = [next((case for case in cases if case.fires is fires), None) for fires in (True, False)]
    heads = ("What it finds", "What it leaves alone")
    parts = [f"## {head}\n\n{example(case)}" for head, case in zip(heads, shown, strict=True) if case is not None]
    return "\n\n".join(parts)


def example(case: Case) -> str:
    """Return a case: what it shows, settings, data with line numbers, findings."""
    parts = [f"**{case.title.rstrip('.')}.** {case.prose}".strip()]
    lines_of: dict[str, int] = {}
    for block in case.blocks:
        language, *words = block.info.split()
        if language == "findings":
            continue
        if language == "toml":
            parts.append(fenced(block.text.rstrip("\n"), "toml", "Settings"))
            continue
        times = next((int(word[6:]) for word in words if word.startswith("times=")), 1)
        name = next((word for word in words if not word.startswith("times=")), f"data.{language}")
        first = lines_of.get(name, 1)
        rows = block.text.rstrip("\n").split("\n")
        lines_of[name] = first + len(rows) * times
        parts.append(data(rows, language, name, first, times))
    found = "\n".join(case.expected)
    parts.append(fenced(found, "text", "Findings") if found else "No finding.")
    return "\n\n".join(parts)


def data(rows: list[str], language: str, name: str, first: int, times: int) -> str:
    """Return a block of data, long lines and long blocks cut."""
    last = first + len(rows) * times - 1
    title = name if first == 1 and times == 1 else f"{name}, lines {first} to {last}"
    if times > 1:
        title += (
            f": {times} times this, with {{n}} from 1 to {times}"
            if any("{n}" in row for row in rows)
            else (f": {times} times this")
        )
    shown = [shortened(row) for row in rows[:SHOWN_LINES]]
    if len(rows) > SHOWN_LINES:
        shown.append(f"… {len(rows) - SHOWN_LINES} more lines")
    language = "json" if language in ("json", "jsonl") else "text"
    return fenced("\n".join(shown), language, title, first if times == 1 else 0)


def shortened(row: str) -> str:
    """Return the beginning and the end of a long line, with what is left out."""
    if len(row) <= SHOWN_TEXT:
        return row
    cut = len(row) - SHOWN_TEXT
    return f"{row[: SHOWN_TEXT - TAIL]} … {cut:,} characters … {row[-TAIL:]}"


def fenced(text: str, language: str, title: str, first: int = 0) -> str:
    """Return a code block; its fence is longer than any in the text, its lines are numbered from ``first``."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    attributes = f".{language} .wrap title={json.dumps(title, ensure_ascii=False)}"
    numbers = f' linenums="{first}"' if first else ""
    return f"{fence} {{ {attributes}{numbers} }}\n{text}\n{fence}"


def families(entries: Iterable[RuleEntry]) -> str:
    """Return the table of families, for the start page."""
    lines = ["| family | rules | what it finds |", "|---|---|---|"]
    for family, members in groupby(entries, key=lambda entry: entry.family):
        shown = list(members)
        lines.append(f"| [{family}](rules/index.md#{family}) | {len(shown)} | {about_family(shown[0])} |")
    return "\n".join(lines)
