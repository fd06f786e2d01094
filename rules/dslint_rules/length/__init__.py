"""Length: answers and records far longer or shorter than training can use."""

from dslint.api import rules_in

dslint_rules = rules_in(__name__)
