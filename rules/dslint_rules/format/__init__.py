"""Format drift: records that break a convention that the rest of the data keeps."""

from dslint.api import rules_in

dslint_rules = rules_in(__name__)
