"""Diversity: one kind of task, opening or template that crowds out the others."""

from dslint.api import rules_in

dslint_rules = rules_in(__name__)
