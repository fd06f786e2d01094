"""``dslint new-rule``: the skeleton of a rule that works, and its test."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import click

from dslint.cli.output import write, write_file

KINDS = ("record", "dataset", "group", "pair")
LOCAL = "lint_rules.py"


@click.command("new-rule")
@click.argument("name")
@click.option("--family", "-f", help="Family that the rule joins; needed in a checkout of dslint, unknown outside.")
@click.option("--kind", type=click.Choice(KINDS), default="record", show_default=True, help="What the rule judges.")
@click.option(
    "--file",
    "local",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path(LOCAL),
    show_default=True,
    help="Outside of a checkout: the file of local rules that the rule is added to.",
)
def command(name: str, family: str | None, kind: str, local: Path) -> None:
    """Start a rule called NAME, such as untranslated-answer.

    In a checkout of dslint this writes the rule and its Markdown test; elsewhere it adds a local rule to lint_rules.py.
    """
    title = class_name(name)
    checkout = find_checkout(Path.cwd())
    if checkout is not None:
        write(in_checkout(checkout, name, title, family, kind))
    elif family is not None:
        raise click.UsageError("--family is for a checkout of dslint; a local rule has the family 'local'")
    else:
        write(in_local_file(local, name, title, kind))


def class_name(name: str) -> str:
    """Return the class whose id is ``name``.

    Raises:
        click.ClickException: ``name`` is no rule name.
    """
    from dslint.api import kebab

    title = "".join(word.capitalize() for word in name.split("-"))
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) or kebab(title) != name:
        raise click.UsageError(
            f"{name!r} is no rule name; names are lower-case words with hyphens, such as empty-response"
        )
    return title


def find_checkout(start: Path) -> Path | None:
    """Return the checkout of dslint that ``start`` is in."""
    for folder in (start, *start.parents):
        if (folder / "rules" / "dslint_rules").is_dir() and (folder / "tests" / "rules").is_dir():
            return folder
    return None


def in_checkout(root: Path, name: str, title: str, family: str | None, kind: str) -> str:
    """Write the rule and its test, and return what was done."""
    from dslint.cli.templates import RULES, TESTS

    package = root / "rules" / "dslint_rules"
    families = sorted(folder.name for folder in package.iterdir() if (folder / "__init__.py").is_file())
    if family not in families:
        asked = "--family is needed" if family is None else f"no family {family!r}"
        raise click.UsageError(f"{asked}; choose one of {', '.join(families)}")
    rule = package / str(family) / f"{name.replace('-', '_')}.py"
    test = root / "tests" / "rules" / f"{name}.md"
    taken = [path for path in (rule, test, *package.glob(f"*/{rule.name}")) if path.exists()]
    if taken:
        raise click.UsageError(f"{taken[0].relative_to(root)} exists")
    write_file(rule, [fill(RULES[kind], name, title)])
    write_file(test, [fill(TESTS[kind], name, title)])
    return (
        f"wrote {rule.relative_to(root)}\nwrote {test.relative_to(root)}\n\n"
        "The skeleton works: say what it should find, then the cases, then the check.\n"
        f"Run its test with: pytest tests/rules -k {name}"
    )


def in_local_file(path: Path, name: str, title: str, kind: str) -> str:
    """Add the rule to the file of local rules, and return what was done."""
    from dslint.cli.templates import FUNCTION, RULES

    function = f"check_{name.replace('-', '_')}"
    template = fill(FUNCTION if kind == "record" else settled(RULES[kind]), name, title).replace("check_rule", function)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if re.search(rf"^(def {function}|class {title})\b", before, re.MULTILINE):
        raise click.UsageError(f"{path} has a rule {name!r}")
    write_file(path, [joined(before, template)])
    return (
        f"{'added to' if before else 'wrote'} {path}\n\n"
        f'dslint runs local rules only from files that the configuration lists: local-rules = ["{path.as_posix()}"]\n'
        f"Try it with: dslint check --select local/{name} ."
    )


def settled(template: str) -> str:
    """Return the rule without its life cycle: a rule of one's own runs from the day it is written."""
    return re.sub(r" +(status|since) = .*\n", "", template).replace(", Status", "")


def joined(before: str, template: str) -> str:
    """Return a file of local rules with another rule at its end, and what that rule imports among the imports."""
    if not before.strip():
        return template
    try:
        present = ast.parse(before).body
    except SyntaxError as error:
        raise click.UsageError(
            f"the file of local rules is not valid Python: line {error.lineno}: {error.msg}"
        ) from error
    head, _, body = template.partition("\n\n\n")
    missing = [
        line
        for line in head.splitlines()
        if line.startswith(("import ", "from ")) and "__future__" not in line and line not in before.splitlines()
    ]
    own = [line for line in missing if "dslint" in line]
    foreign = [line for line in missing if line not in own]
    lines = before.rstrip("\n").splitlines()
    first, last = _imports(present)
    gap = [""] if foreign and not lines[first:last] else []
    return "\n".join([*lines[:first], *foreign, *gap, *lines[first:last], *own, *lines[last:]]) + "\n\n\n" + body


def _imports(body: list[ast.stmt]) -> tuple[int, int]:
    """Return how many lines stand before the imports, and before their end; docstring and ``__future__`` come first."""
    first = last = 0
    for node in body:
        end = node.end_lineno or 0
        if isinstance(node, ast.Import | ast.ImportFrom) and getattr(node, "module", "") != "__future__":
            first, last = (first if last > first else node.lineno - 1), end
        elif isinstance(node, ast.ImportFrom) or (node is body[0] and isinstance(node, ast.Expr)):
            first = last = end
    return first, last


def fill(template: str, name: str, title: str) -> str:
    """Put the rule's names into a template."""
    from dslint.version import __version__

    return template.replace("@name@", name).replace("@Title@", title).replace("@version@", __version__)
