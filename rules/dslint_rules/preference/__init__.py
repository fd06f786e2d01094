"""Preference: pairs and labels that teach nothing, or something else than was meant."""

from dslint.api import rules_in

dslint_rules = rules_in(__name__)
