"""Whether code parses, by the parsers of well-kept libraries; nothing is ever run.

Python, JSON and XML need the standard library only; YAML needs PyYAML, SQL needs sqlglot and shell needs the parser of
shfmt (all in ``dslint-llm[code]``).
"""

from __future__ import annotations

import ast
import json
import re
import textwrap
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, files
from importlib.util import find_spec
from typing import Any, Final, NamedTuple

from dslint.features.patterns import expression
from dslint.model.json_fault import json_fault

LONGEST: Final = 30_000
"""Longer code is not parsed."""

_DEEPEST: Final = 60
_LONGEST_SQL: Final = 5_000
_NEW: Final = expression(r"f-string|t-string|match statement|type parameter|parenthesized", re.IGNORECASE)
_NEW_CODE: Final = expression(r"^\s*type \w+|^\s*(?:def|class) \w+\[|\bf['\"]", re.MULTILINE)
_PYTHON_2: Final = expression(
    r"^[ \t]*(?:print[ \t]+[^\s(=.]|print[ \t]*$|exec[ \t]+['\"]|raise \w+, )|except [\w.]+, \w+:|<>|\braw_input\(",
    re.MULTILINE,
)
_SKETCH: Final = expression(
    r"^\s*(?:>>>|\.\.\.|[!%$?]\w|\$ |In \[)|^\s*(?:\.{3}|\u2026)|(?:\.{3}|\u2026)\s*$|<[A-Za-z][\w -]*>|\{\{|\{%|<%"
    r"|^[-+] ?(?:\w|#|@)[^\n]*\n[-+]",
    re.MULTILINE,
)
_SQL_ONLY: Final = expression(
    r"\b(?:delimiter|begin|declare|procedure|function|trigger|go|exec|execute|pragma|grant|copy|explain|load"
    r"|cursor|loop|\\d)\b|[\[\]{}$@?]|:\w|%s",
    re.IGNORECASE,
)
_SQL_START: Final = expression(
    r"\s*(?:--[^\n]*\n\s*)*(?:select|insert|update|delete|with|create table)\b", re.IGNORECASE
)
_SHELL_SKETCH: Final = expression(
    r"^\s*(?:>>>|[$%>](?: |$)|\([\w.-]+\)[ \t]*[$#%\w]|[\w.-]+@[\w.-]+|PS |[A-Z]:\\|[-+]{3} |;)"
    r"|\.{3}|\u2026|<[^<>\n]*>|\{\{|\{%|<%|\[\]|::=",
    re.MULTILINE,
)
_SHELL_UNSURE: Final = expression(r"zsh|mksh|bats|arithmetic|\(\(")
_SHELL_SECONDS: Final = 10
_DIALECTS: Final = ("", "mysql", "postgres", "tsql", "oracle", "sqlite", "snowflake", "bigquery")


class Flaw(NamedTuple):
    """Why code does not parse.

    Attributes:
        what: In words.
        line: 1-based line of the code, 0 where it is not known.
        kind: ``syntax``, ``indentation`` (lost) or ``python-2``.
    """

    what: str
    line: int
    kind: str = "syntax"


def flaw(language: str, code: str) -> Flaw | None:
    """Return why ``code`` does not parse; ``None`` where it does, or where that cannot be told.

    Args:
        language: One of :data:`PARSERS`; others cannot be told.
        code: The code. Longer or deeper code than any example needs is not parsed, nor are sketches and templates.
    """
    parse = PARSERS.get(language)
    if parse is None or not code.strip() or len(code) > LONGEST or "\0" in code:
        return None
    try:
        return parse(code)
    except (RecursionError, MemoryError):
        return None


def _python(code: str) -> Flaw | None:
    if not code[0].isspace() and _has_symbols(code):
        return None
    if _SKETCH.search(code) or _NEW_CODE.search(code):
        return None
    code = textwrap.dedent(code).strip("\n")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code)
    except SyntaxError as error:
        what = re.sub(r" \(.*|\. (?:Perhaps|Maybe|Did you).*", "", error.msg or "invalid syntax")
        if _NEW.search(what):
            return None
        if _PYTHON_2.search(code):
            return Flaw("Python 2", error.lineno or 0, "python-2")
        if isinstance(error, IndentationError) and _is_flat(code):
            return Flaw("its indentation is lost", error.lineno or 0, "indentation")
        return Flaw(what, error.lineno or 0)
    except ValueError:
        return None
    return None


def _has_symbols(code: str) -> bool:
    """Whether Python can make a table of the code's symbols: then it parses, and this takes half the time."""
    import symtable

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            symtable.symtable(code, "<unknown>", "exec")
        except (SyntaxError, ValueError):
            return False
    return True


def _is_flat(code: str) -> bool:
    """Whether no line is indented, or all that are by one blank, as text looks after its blanks were squeezed."""
    lines = [line for line in code.split("\n") if line.strip()]
    return len(lines) > 1 and all(len(line) - len(line.lstrip()) <= 1 for line in lines)


def _json(code: str) -> Flaw | None:
    if _SKETCH.search(code) or re.search(r"//|/\*|\.{3}|\u2026|^\s*#|<[^>\n]{1,40}>", code, re.MULTILINE):
        return None
    try:
        json.loads(code)
    except json.JSONDecodeError as error:
        lines = [line for line in code.split("\n") if line.strip()]
        if error.msg == "Extra data" and all(map(_is_json, lines)):
            return None
        if code.lstrip()[0] not in "{[":
            return None
        fault = json_fault(error)
        return Flaw(fault.words, fault.line)
    except ValueError:
        return None
    return None


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _xml(code: str) -> Flaw | None:
    # Documents that declare anything, such as entities, are not parsed.
    if _TEMPLATE.search(code) or "<!" in code.replace("<!--", "").replace("<![CDATA[", ""):
        return None
    found = _expat(code.strip())
    if found is None or _expat(f"<r>{re.sub(r'<[?]xml[^>]{0,200}[?]>', '', code)}</r>") is None:
        return None
    return found


_TEMPLATE: Final = expression(
    r"\{\{|\{%|<%|<\?(?!xml)|<#|\$\{|^\s*\.\.\.|\u2026|&[a-zA-Z]+;(?<!&lt;)(?<!&gt;)(?<!&amp;)(?<!&quot;)(?<!&apos;)",
    re.MULTILINE,
)


def _expat(code: str) -> Flaw | None:
    from xml.parsers import expat

    depth = deepest = 0

    def opened(_name: str, _attributes: Mapping[str, str]) -> None:
        nonlocal depth, deepest
        depth += 1
        deepest = max(deepest, depth)

    def closed(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    try:
        parser.Parse(code.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        return None if deepest > _DEEPEST else Flaw(expat.errors.messages[error.code], error.lineno)
    return None


def _yaml(code: str) -> Flaw | None:
    if not _installed("yaml") or re.search(r"\{\{|\{%|<%|^\s*\.\.\.\s*$|\u2026|<[\w -]+>", code, re.MULTILINE):
        return None
    if max(map(code.count, "[{")) > _DEEPEST:
        return None
    import yaml

    try:
        for _ in yaml.parse(code, Loader=yaml.SafeLoader):
            pass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return Flaw(str(error.problem or "invalid YAML"), mark.line + 1 if mark else 0)
    except (yaml.YAMLError, ValueError):
        return None
    return None


def _sql(code: str) -> Flaw | None:
    if not _installed("sqlglot") or not _SQL_START.match(code) or _SQL_ONLY.search(code) or _SKETCH.search(code):
        return None
    if code.count("(") > _DEEPEST or len(code) > _LONGEST_SQL:
        return None
    import logging

    import sqlglot

    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    first: Flaw | None = None
    for dialect in _DIALECTS:
        try:
            sqlglot.parse(code, read=dialect or None)
        except sqlglot.errors.ParseError as error:
            details: dict[str, Any] = error.errors[0] if error.errors else {}
            first = first or Flaw(_in_short(str(details.get("description") or "")), details.get("line") or 0)
        except (sqlglot.errors.SqlglotError, ValueError):
            first = first or Flaw("invalid SQL", 0)
        else:
            return None
    return first


def _shell(code: str) -> Flaw | None:
    shfmt = _shfmt()
    if shfmt is None or _SHELL_SKETCH.search(code):
        return None
    import subprocess

    try:
        # A named dialect keeps shfmt from looking for an .editorconfig; the code goes in as data and is only parsed.
        done = subprocess.run(  # noqa: S603
            [shfmt, "-ln=bash", "--to-json"],
            input=code.encode("utf-8", "replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=_SHELL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    told = re.match(r"(?:<standard input>:)?(\d+):\d+: (.+)", done.stderr.decode("utf-8", "replace"))
    if done.returncode == 0 or told is None or _SHELL_UNSURE.search(told[2]):
        return None
    return Flaw(told[2].replace("`", "'").replace("foo", "name"), int(told[1]))


@lru_cache(maxsize=1)
def _shfmt() -> str | None:
    """Return where the ``shfmt`` of the installed package is, never one that merely stands in the path."""
    try:
        listed = files("shfmt-py") or ()
    except PackageNotFoundError:
        return None
    return next((str(file.locate()) for file in listed if file.name in ("shfmt", "shfmt.exe")), None)


def _in_short(what: str) -> str:
    return re.split(r" but got |[.:<]", what, maxsplit=1)[0].strip().lower() or "invalid SQL"


@lru_cache(maxsize=8)
def _installed(module: str) -> bool:
    return find_spec(module) is not None


_NEEDS: Final = {"yaml": "yaml", "yml": "yaml", "sql": "sqlglot"}
PARSERS: Final[Mapping[str, Callable[[str], Flaw | None]]] = {
    "python": _python,
    "py": _python,
    "python3": _python,
    "json": _json,
    "xml": _xml,
    "yaml": _yaml,
    "yml": _yaml,
    "sql": _sql,
    "bash": _shell,
    "sh": _shell,
    "shell": _shell,
}
"""The parser for each word that a fence may name."""
