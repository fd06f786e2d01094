"""Language: answers and records in a language that was not meant."""

from dslint.api import rules_in

dslint_rules = rules_in(__name__)
