"""Safety: personal data, secrets, toxic or harmful answers, and refusals."""

from dslint.api import rules_in

dslint_rules = rules_in(__name__)
