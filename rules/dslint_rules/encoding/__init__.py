"""Encoding: text that was damaged on its way into the file."""

from dslint.api import rules_in

dslint_rules = rules_in(__name__)
