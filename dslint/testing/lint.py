"""Run one rule over data given as text or bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dslint.api import Rule, Severity, Target, kebab
from dslint.api.entry import RuleEntry
from dslint.config.resolve import MODEL, reads, with_absolute_model
from dslint.engine.describe import describe
from dslint.engine.references import read_references
from dslint.engine.run import Job, execute
from dslint.model.report import Report
from dslint.sources.files import DiscoverySettings, discover


def lint(
    rule: type[Rule],
    files: Mapping[str, str | bytes],
    *,
    options: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
    shard_size: int = 4096,
    screened: bool = True,
) -> Report:
    """Run ``rule`` over ``files`` and return the report.

    Args:
        rule: The rule's class.
        files: Content by file name; names such as ``train.jsonl`` and ``test.jsonl`` make splits.
        options: The rule's options, keys as in the configuration.
        settings: Top-level settings, such as ``target``.
        shard_size: Mean number of records in a shard.
        screened: Whether to use the rule's ``candidates``.
    """
    settings = settings or {}
    entry = RuleEntry(rule.id(), "test", rule)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        given = {
            key: with_absolute_model(value, root) if reads(rule, key) == MODEL else value
            for key, value in {**shared_options(rule, settings), **(options or {})}.items()
        }
        instance = rule.model_validate(given)
        target = Target(settings.get("target", Target.GENERIC))
        info = describe(entry, rule=instance, target=target, unmet=instance.unmet())
        rules = {} if info.unmet else {entry.id: instance}
        discovery = discover([str(root / name) for name in sorted(files)], DiscoverySettings(root=root))
        compared = read_references(rules, root)
        values = {**settings, **compared.values}
        job = Job(rules, {entry.id: info}, settings=values, shard_size=shard_size, screened=screened)
        outcome = execute(compared.left_out_of(discovery), job)
    return Report(
        outcome.findings,
        outcome.suppressed,
        outcome.notifications,
        {entry.id: info},
        outcome.files,
        outcome.datasets,
        fail_on=Severity.ERROR,
        topics=outcome.topics,
    )


def shared_options(rule: type[Rule], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that ``rule`` takes from the top-level settings."""
    return {
        kebab(name): settings[kebab(name)]
        for name, field in rule.model_fields.items()
        if kebab(name) in settings
        and isinstance(field.json_schema_extra, dict)
        and field.json_schema_extra.get("x-shared")
    }
