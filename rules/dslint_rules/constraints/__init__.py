"""Constraints: answers that break what the prompt asks of their form, where that can be counted or compared."""

from dslint.api import rules_in

dslint_rules = rules_in(__name__)
