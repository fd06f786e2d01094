"""Keys of results: everything that decides them, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, cast

from pydantic import BaseModel

from dslint.engine.cache.digest import digest, of_file, of_program
from dslint.engine.columns import Values, scope_key
from dslint.engine.plan import BEFORE, DATASET, Plan, PlannedFeature, PlannedRule, make_plan
from dslint.engine.references import References
from dslint.engine.run import Job
from dslint.model.record import Source
from dslint.sources.files import Discovery
from dslint.sources.shards import Shard

_OWN: Final = frozenset({"dslint", "dslint_rules"})


@dataclass(frozen=True, slots=True)
class Keys:
    """Makes the keys of one run.

    Attributes:
        program: Digest of dslint, Python, what is installed, and all code that runs.
        compared: What is read besides the data.
        references: Digest of those files.
        packages: Top-level names of the packages whose classes a result may hold.
    """

    program: bytes
    compared: References
    references: bytes
    packages: frozenset[str]
    _contents: dict[Path, bytes] = field(default_factory=dict)

    def of_run(self, job: Job, discovery: Discovery, contents: Sequence[bytes], silenced: Any) -> bytes:
        """Return the key of a run.

        Args:
            job: What runs.
            discovery: On what.
            contents: A digest of the bytes of each file.
            silenced: What silences findings: patterns, and what they count from.

        Raises:
            OSError: If a file that decides the result cannot be read.
            pickle.PicklingError, TypeError, AttributeError: If a setting cannot be told from others.
        """
        plan = make_plan(job.rules, job.settings)
        return digest(
            "run",
            self.program,
            self.references,
            [_rule(rule) for rule in plan.rules.values()],
            [self._feature(feature) for feature in plan.features.values()],
            {name: (info.severity, info.sensitive) for name, info in job.infos.items()},
            job.overrides,
            {key: value for key, value in job.settings.items() if key not in self.compared.values},
            (job.shard_size, job.screened),
            silenced,
            list(discovery.files),
            list(contents),
            discovery.damages,
            discovery.notifications,
        )

    def of_pass(self, plan: Plan, level: int, values: Values) -> PassKeys:
        """Return what makes the keys of the shards in one pass.

        Raises:
            OSError: If a file that decides the results cannot be read.
            pickle.PicklingError, TypeError, AttributeError: If a setting or a value cannot be told from others.
        """
        rules = [rule for rule in plan.rules.values() if rule.level == level]
        collected = [feature.key for feature in plan.dataset_features_in(level)]
        computed, used = _needed(plan, level, [*collected, *(ask for rule in rules for ask in rule.reads)])
        base = digest(
            "shard",
            self.program,
            self.references,
            level,
            (plan.screened, plan.keeps_records),
            collected,
            [_rule(rule) for rule in rules],
            [self._feature(plan.features[key]) for key in computed],
        )
        kinds = [type(rule.rule) for rule in rules] + [type(plan.features[key].feature) for key in computed]
        # Values that are counted alone, such as vectors in a file, may be found by a record's number.
        movable = all(kind.__module__.partition(".")[0] in _OWN for kind in kinds) and not any(
            plan.features[key].level == BEFORE for key in used
        )
        return PassKeys(base, plan, used, values, movable)

    def of_groups(self, plan: Plan, rule: str, values: Values) -> bytes | None:
        """Return the key of what a rule says of groups and pairs; ``None`` where it may look at where records stand.

        Raises:
            OSError: If a file that decides the results cannot be read.
            pickle.PicklingError, TypeError, AttributeError: If a setting or a value cannot be told from others.
        """
        planned = plan.rules[rule]
        asks = [planned.compare_ask] if planned.compare_ask else []
        computed, used = _needed(plan, plan.passes, asks)
        kinds = [type(planned.rule), *(type(plan.features[key].feature) for key in computed)]
        if not all(kind.__module__.partition(".")[0] in _OWN for kind in kinds):
            return None
        if any(plan.features[key].level == BEFORE for key in used):
            return None
        return digest(
            "groups",
            self.program,
            self.references,
            (_rule(planned), asks),
            [self._feature(plan.features[key]) for key in computed],
            [(key, values.get(key)) for key in used],
        )

    def _feature(self, planned: PlannedFeature) -> Any:
        feature = planned.feature
        read = self.compared.values.values()
        settings: dict[str, Any] = {}
        for each in fields(feature):
            if each.metadata.get("provided"):
                continue
            value = getattr(feature, each.name)
            if each.metadata.get("path") and isinstance(value, str) and value:
                settings[each.name] = (value, _content(value))  # a file, such as a tokenizer
            elif isinstance(value, BaseModel) and (places := getattr(value, "places", None)):
                contents = [self._content_at(place) for place in places]  # a model's files, or the code that it is
                settings[each.name] = (value, contents)
            elif not any(value is known for known in read):  # what was read stands in the digest of its files
                settings[each.name] = value
        return planned.key, feature.version, settings, planned.asks

    def _content_at(self, place: Path) -> bytes:
        if place not in self._contents:
            self._contents[place] = of_file(place)
        return self._contents[place]


@dataclass(frozen=True, slots=True)
class PassKeys:
    """Makes the keys of the shards of one pass.

    Attributes:
        base: Digest of all that is the same for every shard.
        plan: What runs.
        used: The dataset features whose values are used.
        values: Their values.
        movable: Whether results do not depend on where a shard stands: a law for the rules that come with dslint, but
            any other rule may look at the numbers and lines of records.
    """

    base: bytes
    plan: Plan
    used: Sequence[str]
    values: Values
    movable: bool
    _digests: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def of_shard(self, shard: Shard) -> bytes:
        """Return the key of a shard.

        Raises:
            pickle.PicklingError, TypeError, AttributeError: If a value cannot be told from others.
        """
        return digest(
            self.base,
            [self._value(key, shard.file.source) for key in self.used],
            shard.file.source,
            shard.file.in_memory,
            shard.digest,
            (shard.length, len(shard.places), None if shard.payload is None else len(shard.payload)),
            (shard.index == 0, shard.file.first_line if shard.index == 0 else 0),
            None if self.movable else (shard.first_record, shard.first_line, shard.offset),
        )

    def _value(self, key: str, source: Source) -> bytes:
        unit = scope_key(cast(Any, self.plan.features[key].feature).scope, source)
        known = self._digests.get((key, unit))
        if known is None:
            units = self.values.get(key, {})
            known = self._digests[key, unit] = digest(key, unit in units, units.get(unit))
        return known


def keys_for(job: Job, compared: References) -> Keys:
    """Return what makes the keys of a run.

    Raises:
        OSError: If a file that decides the result cannot be read.
    """
    names = modules(job)
    references = digest([(path, of_file(path)) for path in sorted(compared.locations)], str(compared.root))
    packages = frozenset(name.partition(".")[0] for name in names) | {"dslint"}
    return Keys(of_program(names), compared, references, packages)


def modules(job: Job) -> set[str]:
    """Return the modules that define the rules of a run."""
    found = {kind.__module__ for rule in job.rules.values() for kind in type(rule).__mro__}
    return {name for name in found if name.partition(".")[0] not in ("builtins", "pydantic", "abc", "typing")}


def _rule(planned: PlannedRule) -> Any:
    kind = type(planned.rule)
    return planned.id, f"{kind.__module__}:{kind.__qualname__}", kind.version, planned.rule, planned.reads


def _needed(plan: Plan, level: int, asks: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the features that are computed in a pass, and the dataset features whose values are used."""
    computed: set[str] = set()
    used: set[str] = set()
    waiting = [ask for ask in asks if ask != DATASET]
    while waiting:
        key = waiting.pop()
        feature = plan.features[key]
        if feature.is_dataset and feature.level < level:
            used.add(key)
        elif key not in computed:
            computed.add(key)
            waiting += [ask for ask in feature.asks if ask != DATASET]
    return sorted(computed), sorted(used)


def _content(name: str) -> bytes | None:
    try:
        return of_file(name)
    except OSError:
        return None  # the name is no file's, such as that of an encoding
