"""The SARIF log: one run, its results written one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any, Final

from dslint.model.finding import Finding
from dslint.model.report import Report
from dslint.report.encode import dumps
from dslint.report.reporter import RenderOptions
from dslint.report.sarif.descriptors import Rules, driver
from dslint.report.sarif.results import BASE, Artifacts, result
from dslint.report.sarif.run import invocation

LIMIT: Final = 5000
"""GitHub keeps this many results of a run and drops the rest unseen."""

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


class SarifReporter:
    """One run with rules, results, artifacts and what went wrong; equal reports give equal bytes."""

    def render(self, report: Report, options: RenderOptions) -> Iterator[str]:
        """Yield the log, one result a line."""
        # Consumers that keep only the first results must keep those that count.
        wanted = (report.findings, report.suppressed) if options.include_suppressed else (report.findings,)
        findings = list(islice(chain.from_iterable(wanted), LIMIT))
        cut = sum(map(len, wanted)) - len(findings)
        rules = Rules(report, findings)
        artifacts = Artifacts(report, findings)
        head: Mapping[str, Any] = {
            "tool": {"driver": driver(report, rules)},
            "automationDetails": {"id": f"{options.category}/"},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {BASE: {"description": {"text": "The folder that dslint ran in."}}},
            "invocations": [invocation(report, options, rules, cut)],
            "artifacts": artifacts.listed(),
        }
        yield f'{{\n  "$schema": {dumps(_SCHEMA)},\n  "version": "2.1.0",\n  "runs": [{{\n'
        for key, value in head.items():
            yield f'    "{key}": {dumps(value)},\n'
        yield from _results(findings, rules, artifacts, options)
        yield "  }]\n}\n"


def _results(findings: list[Finding], rules: Rules, artifacts: Artifacts, options: RenderOptions) -> Iterator[str]:
    if not findings:
        yield '    "results": []\n'
        return
    yield '    "results": [\n'
    for number, found in enumerate(findings, 1):
        one = result(found, rules, artifacts, with_suppressions=options.include_suppressed)
        yield f"      {dumps(one)}{',' if number < len(findings) else ''}\n"
    yield "    ]\n"
