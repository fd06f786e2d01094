"""Quality: scores that records carry, and what a model says that learnt from people's ratings."""

from dslint.api import rules_in

dslint_rules = rules_in(__name__)
