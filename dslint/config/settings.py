"""Effective settings: every value with its origin."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import Field, ValidationError

from dslint.config import layers as source
from dslint.config.errors import ConfigError, suggest
from dslint.config.explain import explain
from dslint.config.layers import Layer, as_json
from dslint.config.model import Configuration, field_names

DEFAULT: Final = "default"
SELECTION: Final = frozenset({"select", "extend-select", "ignore", "extend-ignore"})
_JOINED: Final = frozenset({"extend-select", "ignore", "extend-ignore", "extend-exclude"})
_FOLDERS: Final = frozenset({"cache-dir", "spill-dir"})
_TABLES: Final = frozenset({"per-file-ignores", "formats"})


class Settings(Configuration):
    """The settings of a run.

    Attributes:
        root: What patterns are relative to.
        layers: Where the settings come from, lowest precedence first.
        origins: Where each key that is not at its default comes from; of tables ``rules.near-duplicate.threshold``.
        resolved: Whether presets are in and names are checked; see :func:`dslint.config.resolve.resolve`.
    """

    root: Path = Field(default_factory=Path.cwd, exclude=True)
    layers: tuple[Layer, ...] = Field((), exclude=True)
    origins: Mapping[str, str] = Field({}, exclude=True)
    resolved: bool = Field(False, exclude=True)

    @property
    def shared(self) -> Mapping[str, Any]:
        """Top-level settings that rules and features take over, by key; ``target`` among them."""
        return {**(self.model_extra or {}), "target": self.target}

    @property
    def runs_local_code(self) -> bool:
        """Whether code of the project may run; ``--no-local-rules`` and an empty list of them switch it off."""
        return bool(self.local_rules) or self.origin("local-rules") == DEFAULT

    def origin(self, *path: str) -> str:
        """Return where the value at ``path`` comes from: ``dslint.toml:3``, ``command line`` or ``default``."""
        return self.origins.get(".".join(path), DEFAULT)

    def values(self) -> Iterator[tuple[str, Any, str]]:
        """Yield key, value and origin of each setting, keys as in a configuration file."""
        for key, value in self.model_dump(by_alias=True, mode="json").items():
            if key == "extend":
                continue
            if key == "rules":
                for rule, options in value.items():
                    for option, chosen in options.items():
                        yield f"rules.{rule}.{option}", chosen, self.origin("rules", rule, option)
            else:
                yield key, value, self.origin(key)


def load_settings(
    paths: Sequence[str | Path] = (),
    *,
    config: Sequence[str | Path] = (),
    isolated: bool = False,
    overrides: Mapping[str, Any] | None = None,
    cwd: Path | None = None,
    origin: str = source.COMMAND_LINE,
) -> Settings:
    """Load the settings for a run over ``paths``.

    The configuration nearest to the folder that all paths share is used, else the one nearest to ``cwd``. Nothing is
    merged but what ``extend`` names. The command line comes last.

    Args:
        paths: Files and folders to lint.
        config: A configuration file to use instead, and settings as TOML (``max-length = 4096``), in any order.
        isolated: Whether to look for no file.
        overrides: Values by key, in kebab or snake case; ``None`` means not given.
        cwd: The working directory.
        origin: Where ``config`` and ``overrides`` come from, in words.

    Raises:
        ConfigError: If a file is missing, is not TOML, or has a value that is wrong by itself. What depends on the
            rules that are installed is found by :func:`dslint.config.resolve.resolve`.
    """
    here = Path(os.path.abspath(cwd or Path.cwd()))
    file, inline = _named(config, here, origin)
    if file is not None and isolated:
        raise ConfigError([f"{origin}: a configuration file and --isolated exclude each other"])
    found: Layer | None = None
    root = here
    if file is not None:
        found = source.read_file(file, here)
        if found is None:
            raise ConfigError([f"{origin}: {file.name} has no table [tool.dslint]"])
    elif not isolated:
        found = source.find(_start(paths, here), here) or source.find(here, here)
        root = found.folder if found else here
    given = [*([found] if found else ()), *inline, *([source.overrides(overrides, here, origin)] if overrides else ())]
    return build([layer for each in given for layer in source.chain(each, here)], root)


def build(stack: Sequence[Layer], root: Path, *, resolved: bool = False) -> Settings:
    """Join layers, lowest precedence first.

    Raises:
        ConfigError: With every value that is wrong by itself.
    """
    problems: list[str] = []
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for layer in stack:
        try:
            checked = Configuration.model_validate_json(
                as_json(layer.values), strict=True, by_alias=True, by_name=False
            )
        except ValidationError as error:
            problems += explain(error, layer, Configuration)
            continue
        problems += _misnamed(checked, layer)
        given = checked.model_dump(by_alias=True, exclude_unset=True, round_trip=True)
        _join(values, origins, {**given, **_objects(checked, given)}, layer)
        problems += _missing_files(checked, layer)
        problems += _unknown_fields(checked, layer)
    if problems:
        raise ConfigError(problems)
    names = {info.alias or name: name for name, info in Configuration.model_fields.items()}
    fields = {names.get(key, key): value for key, value in values.items() if key != "extend"}
    return Settings.model_construct(**fields, root=root, layers=tuple(stack), origins=origins, resolved=resolved)


def _objects(checked: Configuration, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that a dump would have taken apart."""
    return {"datasets": checked.datasets} if "datasets" in given else {}


def _join(values: dict[str, Any], origins: dict[str, str], given: Mapping[str, Any], layer: Layer) -> None:
    for key, value in given.items():
        if key == "rules":
            rules = dict(values.get(key, {}))
            for rule, options in value.items():
                rules[rule] = {**rules.get(rule, {}), **options}
                origins |= {f"rules.{rule}.{name}": layer.where(("rules", rule, name)) for name in options}
            values[key] = rules
            continue
        origins[key] = layer.where((key,))
        if key in _TABLES:
            values[key] = {**values.get(key, {}), **value}
        elif key in _JOINED:
            values[key] = (*values.get(key, ()), *value)
        elif key == "local-rules":
            values[key] = tuple(str(_path(layer, name)) for name in value)
        elif key in _FOLDERS:
            values[key] = str(_path(layer, value)) if value else ""
        else:
            values[key] = value


def _misnamed(checked: Configuration, layer: Layer) -> Iterator[str]:
    """Yield keys that are names in this program, such as ``fail_on``, and not in a configuration file."""
    for key in checked.model_extra or {}:
        if key in Settings.model_fields:
            known = [info.alias or name for name, info in Configuration.model_fields.items()]
            yield f"{layer.where((key,))}: unknown setting {key!r}{suggest(key, known)}"


def _missing_files(checked: Configuration, layer: Layer) -> Iterator[str]:
    for n, name in enumerate(checked.local_rules):
        if not _path(layer, name).is_file():
            yield f"{layer.where(('local-rules', n))}: 'local-rules' names {name!r}, which is not a file"
    if checked.spill_dir and not _path(layer, checked.spill_dir).is_dir():
        yield f"{layer.where(('spill-dir',))}: 'spill-dir' names {checked.spill_dir!r}, which is not a folder"


def _unknown_fields(checked: Configuration, layer: Layer) -> Iterator[str]:
    for n, table in enumerate(checked.datasets):
        for field in table.columns:
            if field not in field_names():
                hint = suggest(field, field_names(table.format)) or suggest(field, field_names())
                yield (
                    f"{layer.where(('datasets', n, 'columns', field))}: 'datasets[{n}].columns' names {field!r}, "
                    f"which is a field of no format{hint}"
                )


def _path(layer: Layer, name: str) -> Path:
    return Path(os.path.abspath(layer.folder / Path(name).expanduser()))


def _named(config: Sequence[str | Path], here: Path, origin: str) -> tuple[Path | None, list[Layer]]:
    file: Path | None = None
    inline: list[Layer] = []
    for given in config:
        path = Path(os.path.abspath(here / Path(given).expanduser()))
        if path.is_file():
            if file is not None:
                raise ConfigError([f"{origin}: two configuration files, {file.name} and {path.name}"])
            file = path
        elif isinstance(given, str) and "=" in given:
            inline.append(source.inline(given, here))
        else:
            raise ConfigError([f"{origin}: --config {given}: is neither a file nor 'key = value'"])
    return file, inline


def _start(paths: Sequence[str | Path], here: Path) -> Path:
    folders = [_folder(here / Path(path).expanduser()) for path in paths if str(path) != "-" and "://" not in str(path)]
    if not folders:
        return here
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:  # on different drives
        return here


def _folder(path: Path) -> Path:
    absolute = Path(os.path.abspath(path))
    return absolute if absolute.is_dir() else absolute.parent
