"""The hooks that a plugin may implement; each returns data, and none is called while a run is on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pluggy

from dslint.api.entry import Preset
from dslint.api.hooks import PROJECT
from dslint.api.rule import Rule

hookspec = pluggy.HookspecMarker(PROJECT)


@hookspec
def dslint_rules() -> Iterable[type[Rule]]:  # type: ignore[empty-body]
    """Return rule classes.

    Import their modules inside the hook, not at the top of the plugin.
    """


@hookspec
def dslint_sources() -> Iterable[Any]:  # type: ignore[empty-body]
    """Return readers of further kinds of files; see :class:`dslint.plugins.host.Reader`."""


@hookspec
def dslint_reporters() -> Mapping[str, Any]:  # type: ignore[empty-body]
    """Return reporters by the name that ``--output-format`` takes."""


@hookspec
def dslint_presets() -> Mapping[str, Preset]:  # type: ignore[empty-body]
    """Return presets by the name that ``preset`` takes."""
