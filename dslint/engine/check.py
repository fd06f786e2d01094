"""The Python API: lint paths or records, get a report."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dslint.model.report import Report

Paths = str | os.PathLike[str]


def check(
    data: Paths | Iterable[Paths] | Iterable[Mapping[str, Any]],
    *,
    config: Paths | Mapping[str, Any] | None = None,
    jobs: int | None = None,
    name: str = "<records>",
    **settings: Any,
) -> Report:
    """Lint files, folders, or records that are already in memory.

    Args:
        data: A path, several paths, or an iterable of records (mappings).
        config: A configuration file, or settings as a mapping with the configuration's keys; by default the
            configuration file nearest to the data is used, for records the one of the working directory.
        jobs: Number of processes; by default what the configuration sets, else one, since with more a script needs
            the guard ``if __name__ == "__main__"``.
        name: What to call records that come from memory.
        **settings: Settings that go before the configuration, in snake case, such as ``max_length=4096``.

    Returns:
        The report; :attr:`~dslint.model.report.Report.findings` are ranked.

    Raises:
        ConfigError: If the configuration is wrong.
        SourceError: If a path does not exist.

    Example:
        >>> import dslint
        >>> report = dslint.check([{"instruction": "Add 2 and 2.", "output": ""}], select=["empty-response"])
        >>> [finding.message for finding in report.findings]
        ['response is empty']
    """
    from dslint.config.settings import load_settings
    from dslint.engine.lint import lint
    from dslint.plugins.host import load_plugins
    from dslint.sources.files import Discovery, in_memory

    paths, records = _split(data)
    overrides = {**(config if isinstance(config, Mapping) else {}), **settings}
    files = [config] if isinstance(config, str | os.PathLike) else []
    loaded = load_settings(
        paths,
        config=[os.fspath(file) for file in files],
        isolated=isinstance(config, Mapping),
        overrides=overrides,
        origin="arguments",
    )
    plugins = load_plugins([Path(file) for file in loaded.local_rules])
    if records is None:
        if jobs is None:
            jobs = loaded.jobs or (1 if loaded.engine == "local" else 0)
        return lint(paths, loaded, plugins, jobs=jobs)
    return lint(Discovery((in_memory(records, name),), (), ()), loaded, plugins, jobs=1)


def _split(data: Any) -> tuple[list[str], list[Mapping[str, Any]] | None]:
    if isinstance(data, str | os.PathLike):
        return [os.fspath(data)], None
    items = list(data)
    if items and all(isinstance(item, str | os.PathLike) for item in items):
        return [os.fspath(item) for item in items], None
    return [], items
