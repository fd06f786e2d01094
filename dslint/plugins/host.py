"""Loads what plugins offer: one entry point at a time, so that a broken one is named and the rest go on."""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import Distribution, EntryPoint, entry_points
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

import pluggy

from dslint.api.attempt import attempt
from dslint.api.entry import Preset, RuleEntry
from dslint.api.hooks import PROJECT
from dslint.api.requests import features
from dslint.api.rule import Rule
from dslint.model.finding import Notice, Notification
from dslint.model.severity import Scope, Severity, Status
from dslint.plugins import hookspecs

__all__ = ["Plugins", "Preset", "Reader", "RuleEntry", "load_plugins"]

GROUP: Final = "dslint"
OWN: Final = "dslint-llm"
"""Distribution whose rules have plain ids."""
LOCAL: Final = "local"


@runtime_checkable
class Reader(Protocol):
    """Reads a further kind of file, for ``dslint_sources``.

    What it yields is copied to a temporary file record by record, and goes through every rule; findings show the path
    of the file and the number of the record. An error ends the file, and the run says so.

    Attributes:
        suffixes: Endings of the files that it reads, with the dot: ``(".avro",)``.
    """

    suffixes: tuple[str, ...]

    def read(self, path: Path) -> Iterable[Mapping[str, Any]]:
        """Yield the records of a file in order."""
        ...


@dataclass(frozen=True, slots=True)
class Plugins:
    """What is installed.

    Attributes:
        rules: Rules by id.
        presets: Presets by name.
        notifications: What could not be loaded, and why.
        reporters: Further reporters by name.
        local_files: Local rule files that were loaded; a worker process loads them again.
        sources: Further readers; no two read the same suffix.
        failed: What the ids of rules begin with that could not be loaded: ``plugin/``, or nothing for built-in rules.
    """

    rules: Mapping[str, RuleEntry] = field(default_factory=dict)
    presets: Mapping[str, Preset] = field(default_factory=dict)
    notifications: tuple[Notification, ...] = ()
    reporters: Mapping[str, Any] = field(default_factory=dict)
    local_files: tuple[str, ...] = ()
    sources: tuple[Reader, ...] = ()
    failed: tuple[str, ...] = ()


class PluginError(ValueError):
    """A plugin offers something that cannot be used."""


def load_plugins(local_rules: Sequence[Path | str] = ()) -> Plugins:
    """Load every entry point of the group ``dslint``, then the local rule files.

    Args:
        local_rules: Local rule files, in order.
    """
    loading = _Loading()
    for point, package in _points():
        loading.add(point.name, package.prefix(point), package.origin, partial(loading.offers_of, point, package))
    for path in dict.fromkeys(Path(path).resolve() for path in local_rules):
        loading.add(LOCAL, f"{LOCAL}/", str(path), partial(loading.offers_in, path))
    return loading.result()


def _line(error: Exception, file: str) -> str:
    """Return at which line of a local rule file the error came up, where it did."""
    import traceback

    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == file]
    return f" (line {lines[-1]})" if lines else ""


@dataclass(frozen=True, slots=True)
class _Package:
    """What is known of a distribution; read once, for parsing metadata takes a millisecond."""

    name: str = ""
    origin: str = "unknown distribution"
    url: str = ""

    @classmethod
    def of(cls, dist: Distribution) -> _Package:
        """Read a distribution's metadata."""
        metadata = dist.metadata
        urls = (line.partition(",") for line in metadata.get_all("Project-URL") or [])
        documentation = [url.strip().rstrip("/") for label, _, url in urls if label.strip().lower() == "documentation"]
        url = f"{documentation[0]}/rules/" if documentation else ""
        return cls(metadata["Name"], f"{metadata['Name']} {metadata['Version']}", url)

    def prefix(self, point: EntryPoint) -> str:
        """Return what the ids of an entry point's rules begin with."""
        return "" if self.name == OWN else f"{point.name}/"


@dataclass(slots=True)
class _Offers:
    rules: dict[str, RuleEntry] = field(default_factory=dict)
    presets: dict[str, Preset] = field(default_factory=dict)
    reporters: dict[str, Any] = field(default_factory=dict)
    sources: tuple[Reader, ...] = ()
    files: tuple[str, ...] = ()


class _Loading:
    def __init__(self) -> None:
        self.offers = _Offers()
        self.notifications: list[Notification] = []
        self.failed: list[str] = []

    def add(self, name: str, prefix: str, origin: str, load: Callable[[], _Offers]) -> None:
        """Take all that a plugin offers, or nothing of it."""
        new = attempt(self._loaded, load)
        if isinstance(new, Exception):
            what = " ".join(str(new).split()) or "no message"
            text = f"plugin {name} ({origin}) could not be loaded: {type(new).__name__}: {what}{_line(new, origin)}"
            self.notifications.append(Notification(Notice.PLUGIN_FAILED, Severity.ERROR, text))
            self.failed.append(prefix)
            return
        self.offers.rules |= new.rules
        self.offers.presets |= new.presets
        self.offers.reporters |= new.reporters
        self.offers.sources += new.sources
        self.offers.files += new.files

    def _loaded(self, load: Callable[[], _Offers]) -> _Offers:
        new = load()
        for kind in ("rules", "presets", "reporters"):
            for key in getattr(new, kind).keys() & getattr(self.offers, kind).keys():
                raise PluginError(f"its {kind[:-1]} {key!r} is offered already")
        taken = {suffix.lower() for reader in self.offers.sources for suffix in reader.suffixes}
        for suffix in (suffix for reader in new.sources for suffix in reader.suffixes):
            if suffix.lower() in taken:
                raise PluginError(f"another plugin reads {suffix} already")
        return new

    def offers_of(self, point: EntryPoint, package: _Package) -> _Offers:
        """Load an entry point and ask its hooks."""
        hooks = _hooks(point.load(), point.name)
        origin = package.origin
        rules = _entries(_flat(hooks.dslint_rules()), package.prefix(point), point.name, origin, package.url)
        presets = {n: replace(p, origin=origin) for group in hooks.dslint_presets() for n, p in group.items()}
        reporters = {n: r for group in hooks.dslint_reporters() for n, r in group.items()}
        return _Offers(rules, presets, reporters, tuple(_readers(_flat(hooks.dslint_sources()))))

    def offers_in(self, path: Path) -> _Offers:
        """Load a local rule file."""
        from dslint.plugins.local import load_local, rules_of

        rules = _entries(rules_of(load_local(path)), f"{LOCAL}/", LOCAL, str(path), "")
        return _Offers(rules, files=(str(path),))

    def result(self) -> Plugins:
        """Return all that was loaded."""
        o = self.offers
        return Plugins(
            dict(sorted(o.rules.items())), dict(sorted(o.presets.items())), tuple(self.notifications),
            dict(sorted(o.reporters.items())), o.files, o.sources, tuple(dict.fromkeys(self.failed)),
        )  # fmt: skip


def validate(rule: Any) -> None:
    """Refuse what is no usable rule class.

    Raises:
        PluginError: If it is no rule class, has no docstring, or declares something wrong.
        TypeError: If a method asks for something that is no feature, or its annotations cannot be resolved.
    """
    if not (isinstance(rule, type) and issubclass(rule, Rule)):
        raise PluginError(f"{rule!r} is not a rule class")
    if not (vars(rule).get("__doc__") or "").strip():
        raise PluginError(f"rule {rule.__name__} has no docstring")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id()):
        raise PluginError(f"rule {rule.__name__}: its id {rule.id()!r} is not in kebab case")
    for name, kind in _DECLARED.items():
        if not isinstance(getattr(rule, name), kind):
            raise PluginError(f"rule {rule.__name__}: {name} is {getattr(rule, name)!r}, not a {kind.__name__}")
    required = [name for name, info in rule.model_fields.items() if info.is_required()]
    if required:
        raise PluginError(f"rule {rule.__name__}: option {required[0]!r} has no default")
    features(rule)


_DECLARED: Final = {"severity": Severity, "status": Status, "scope": Scope, "on": bool, "version": int}


def _entries(rules: Iterable[Any], prefix: str, family: str, origin: str, url: str) -> dict[str, RuleEntry]:
    found: dict[str, RuleEntry] = {}
    for rule in rules:
        validate(rule)
        name = f"{prefix}{rule.id()}"
        if name in found:
            raise PluginError(f"two of its rules have the id {name!r}")
        found[name] = RuleEntry(name, family, rule, origin, f"{url}{rule.id()}/" if url else "")
    return found


def _hooks(plugin: Any, name: str) -> Any:
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(plugin, name)
    manager.check_pending()
    if not manager.get_hookcallers(plugin):
        what = plugin.__name__ if isinstance(plugin, types.ModuleType) else repr(plugin)
        raise PluginError(f"{what} implements none of dslint's hooks")
    return manager.hook


def _flat(groups: Iterable[Iterable[Any]]) -> Iterator[Any]:
    for group in groups:
        yield from group


def _readers(readers: Iterable[Any]) -> Iterator[Reader]:
    from dslint.sources.walk import DEFAULT_INCLUDE

    for reader in readers:
        if not isinstance(reader, Reader) or isinstance(reader, type):
            raise PluginError(f"{reader!r} is not a reader: it needs 'suffixes' and 'read'")
        name, suffixes = type(reader).__name__, reader.suffixes
        if isinstance(suffixes, str) or not all(
            isinstance(s, str) and re.fullmatch(r"(\.[\w-]+)+", s) for s in suffixes
        ):
            raise PluginError(f"reader {name}: suffixes is {suffixes!r}, not endings such as ('.avro',)")
        if own := next((suffix for suffix in suffixes if f"*{suffix.lower()}" in DEFAULT_INCLUDE), None):
            raise PluginError(f"reader {name}: dslint itself reads {own}")
        yield reader


def _points() -> list[tuple[EntryPoint, _Package]]:
    """Return the entry points, those of dslint itself first."""
    packages: dict[int, _Package] = {}
    found = {}
    for point in entry_points(group=GROUP):
        package = _package(point.dist, packages)
        found[package.name, point.name] = (point, package)
    return sorted(found.values(), key=lambda each: (each[1].name != OWN, each[1].name, each[0].name))


def _package(dist: Distribution | None, known: dict[int, _Package]) -> _Package:
    if dist is None:
        return _Package()
    if id(dist) not in known:
        known[id(dist)] = _Package.of(dist)
    return known[id(dist)]
