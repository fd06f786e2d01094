"""Duplicates: records that say again, or contradict, what another says."""

from dslint.api import rules_in

dslint_rules = rules_in(__name__)
