from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from dslint.model.report import Report
from dslint.report import REPORTERS, RenderOptions, reporter


class Shout:
    def render(self, report: Report, options: RenderOptions) -> Iterator[str]:
        yield "HERE\n"


def test_formats() -> None:
    assert list(REPORTERS) == ["text", "concise", "json", "jsonl", "sarif", "github", "markdown"]
    for name in REPORTERS:
        assert all(chunk.endswith("\n") for chunk in reporter(name).render(Report(()), RenderOptions()))


def test_plugins_add_formats_and_take_over_none() -> None:
    plugins = {"shout": Shout, "json": Shout}
    assert list(reporter("shout", plugins).render(Report(()), RenderOptions())) == ["HERE\n"]
    assert json.loads("".join(reporter("json", plugins).render(Report(()), RenderOptions())))["findings"] == []


def test_an_unknown_format_is_an_error() -> None:
    with pytest.raises(KeyError):
        reporter("yaml")


def test_text_needs_nothing_heavy() -> None:
    code = (
        "import sys; from dslint.model.report import Report; from dslint.report import *; "
        "list(reporter('text').render(Report(()), RenderOptions())); "
        "print(sorted({'numpy', 'pydantic', 'rich.console', 'pyarrow', 'jsonschema'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
