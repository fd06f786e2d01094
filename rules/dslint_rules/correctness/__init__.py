"""Correctness: answers that are provably not what they should be."""

from dslint.api import rules_in

dslint_rules = rules_in(__name__)
