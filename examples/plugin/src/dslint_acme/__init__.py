"""dslint rules of Acme's support team."""

from collections.abc import Mapping

from dslint.api import Preset, hookimpl, rules_in

dslint_rules = rules_in(__name__)


@hookimpl
def dslint_presets() -> Mapping[str, Preset]:
    """Return Acme's preset."""
    return {
        "acme": Preset(
            "What Acme's support data must hold.",
            rules={"acme/intranet-link": {"severity": "error"}},
            settings={"target": "openai"},
        )
    }
