"""Drift: what changed since the last version of a dataset."""

from dslint.api import rules_in

dslint_rules = rules_in(__name__)
