"""Leakage: what a model is measured with stands in what it is trained on."""

from dslint.api import rules_in

dslint_rules = rules_in(__name__)
