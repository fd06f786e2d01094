"""Difficulty: easy and hard tasks in a balance."""

from dslint.api import rules_in

dslint_rules = rules_in(__name__)
