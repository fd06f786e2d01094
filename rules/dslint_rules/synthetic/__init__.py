"""Synthetic data: traces of the model, the template or the recipe that wrote it."""

from dslint.api import rules_in

dslint_rules = rules_in(__name__)
