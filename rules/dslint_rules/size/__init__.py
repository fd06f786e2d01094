"""Size: enough records for what the model is to learn, and not needlessly many."""

from dslint.api import rules_in

dslint_rules = rules_in(__name__)
