"""Media: images, videos and audio that do not belong to the text they are trained with."""

from dslint.api import rules_in

dslint_rules = rules_in(__name__)
