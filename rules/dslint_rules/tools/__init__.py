"""Tools: calls that cannot be read, do not fit what is declared, or are not answered."""

from dslint.api import rules_in

dslint_rules = rules_in(__name__)
