"""Schema: records that trainers refuse, drop or misread."""

from dslint.api import rules_in

dslint_rules = rules_in(__name__)
