"""The key of a run: everything that decides its result, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from dslint.engine.cache.digest import digest, of_file, of_program
from dslint.engine.plan import make_plan
from dslint.engine.references import References
from dslint.engine.run import Job
from dslint.sources.files import Discovery


def run_key(job: Job, discovery: Discovery, contents: Sequence[bytes], compared: References, silenced: Any) -> bytes:
    """Return the key of a run.

    Args:
        job: What runs.
        discovery: On what.
        contents: A digest of the bytes of each file.
        compared: What was read besides the data.
        silenced: What silences findings: patterns, and what they count from.

    Raises:
        OSError: If a file that decides the result cannot be read.
        pickle.PicklingError, TypeError, AttributeError: If a setting cannot be told from others.
    """
    kinds = [type(rule) for rule in job.rules.values()]
    return digest(
        "run",
        of_program(modules(job)),
        [
            (name, f"{kind.__module__}:{kind.__qualname__}", kind.version, job.rules[name])
            for name, kind in zip(job.rules, kinds, strict=True)
        ],
        {name: (info.severity, info.sensitive) for name, info in job.infos.items()},
        job.overrides,
        {key: value for key, value in job.settings.items() if key not in compared.values},
        [(path, of_file(path)) for path in sorted(compared.locations)],
        _named_files(job),
        (job.shard_size, job.screened),
        silenced,
        list(discovery.files),
        list(contents),
        discovery.damages,
        discovery.notifications,
    )


def modules(job: Job) -> set[str]:
    """Return the modules that define the rules of a run."""
    found = {kind.__module__ for rule in job.rules.values() for kind in type(rule).__mro__}
    return {name for name in found if name.partition(".")[0] not in ("builtins", "pydantic", "abc", "typing")}


def _named_files(job: Job) -> Mapping[str, Any]:
    """Return digests of the files that settings of features name, such as a tokenizer."""
    found: dict[str, Any] = {}
    for planned in make_plan(job.rules, job.settings).features.values():
        for each in fields(planned.feature):
            value = getattr(planned.feature, each.name)
            if each.metadata.get("path") and isinstance(value, str) and value:
                found[f"{planned.key}.{each.name}"] = (planned.feature.version, _content(value))
    return found


def _content(name: str) -> bytes | None:
    try:
        return of_file(name)
    except OSError:
        return None  # the name is no file's, such as that of an encoding
