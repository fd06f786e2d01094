"""Reports for people and machines; each reporter takes one ``Report`` and knows nothing of the engine."""

from dslint.report.registry import REPORTERS, reporter
from dslint.report.reporter import RenderOptions, Reporter

__all__ = ["REPORTERS", "RenderOptions", "Reporter", "reporter"]
