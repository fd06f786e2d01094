"""The testing kit for authors of rules: Markdown cases, and laws that every rule must keep.

``lint`` runs one rule over data given as text. ``read_cases`` and ``run_case`` are behind the Markdown tests, one file
a rule; ``check_laws`` tries the laws on any data.
"""

from dslint.testing.laws import LawBroken, check_laws
from dslint.testing.lint import lint
from dslint.testing.markdown import Case, read_cases, run_case, update_cases

__all__ = ["Case", "LawBroken", "check_laws", "lint", "read_cases", "run_case", "update_cases"]
