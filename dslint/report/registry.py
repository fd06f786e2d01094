"""The output formats by name; a format's module is imported when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, cast

from dslint.report.reporter import Reporter

REPORTERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "text": "dslint.report.text:TextReporter",
        "concise": "dslint.report.concise:ConciseReporter",
        "json": "dslint.report.json_report:JsonReporter",
        "jsonl": "dslint.report.json_report:JsonLinesReporter",
        "sarif": "dslint.report.sarif:SarifReporter",
        "github": "dslint.report.github:GithubReporter",
        "markdown": "dslint.report.markdown:MarkdownReporter",
    }
)
"""Name of the format to ``module:class``."""


def reporter(name: str, plugins: Mapping[str, type] = MappingProxyType({})) -> Reporter:
    """Return the reporter of the format ``name``.

    Args:
        name: One of ``REPORTERS`` or of ``plugins``.
        plugins: Further reporters by name; a built-in name cannot be taken over.

    Raises:
        KeyError: There is no such format.
    """
    if name not in REPORTERS:
        return cast("Reporter", plugins[name]())
    module, _, attribute = REPORTERS[name].partition(":")
    return cast("Reporter", getattr(importlib.import_module(module), attribute)())
