"""Coverage: situations that production will bring and the data never shows."""

from dslint.api import rules_in

dslint_rules = rules_in(__name__)
