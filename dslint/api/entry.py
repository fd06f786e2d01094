"""What the core knows of a rule or a preset that a plugin offers, before anything of it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dslint.api.rule import Rule


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule that can be selected.

    Attributes:
        id: ``near-duplicate``, ``plugin/rule`` or ``local/rule``.
        family: ``duplicates``; of a plugin's rule the plugin's name; ``local`` of a local rule.
        rule: Its class.
        origin: Distribution and version that it comes from, or the local file.
        url: Its documentation page, empty where there is none.
    """

    id: str
    family: str
    rule: type[Rule]
    origin: str = ""
    url: str = ""

    @property
    def former_ids(self) -> tuple[str, ...]:
        """Ids that the rule had before, with the same prefix as ``id``."""
        prefix, slash, _ = self.id.rpartition("/")
        return tuple(f"{prefix}{slash}{name}" for name in self.rule.formerly)


@dataclass(frozen=True, slots=True)
class Preset:
    """A named selection with options: the lowest layer of the configuration that names it.

    Attributes:
        summary: What it is for, in one line.
        select: Selectors; ``None`` leaves the default selection.
        extend_select: Selectors to add to the selection.
        ignore: Selectors to take from it.
        rules: Options by rule id, keys as in the configuration; ``severity`` among them.
        settings: Other top-level settings, keys as in the configuration, such as ``target``.
        origin: Distribution and version that it comes from; filled in when plugins are loaded.
    """

    summary: str = ""
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    origin: str = ""

    def table(self) -> dict[str, Any]:
        """Return the preset in the form of a configuration file."""
        table: dict[str, Any] = dict(self.settings)
        if self.select is not None:
            table["select"] = list(self.select)
        for key, names in (("extend-select", self.extend_select), ("ignore", self.ignore)):
            if names:
                table[key] = list(names)
        if self.rules:
            table["rules"] = {name: dict(options) for name, options in self.rules.items()}
        return table
