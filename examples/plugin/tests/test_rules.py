from pathlib import Path

import pytest
from dslint_acme.closing_question import ClosingQuestion
from dslint_acme.intranet_link import IntranetLink

from dslint.testing import Case, check_laws, read_cases, run_case

HERE = Path(__file__).parent
RULES = {rule.id(): rule for rule in (IntranetLink, ClosingQuestion)}
CASES = [case for path in sorted(HERE.glob("*.md")) for case in read_cases(path)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_case(case: Case) -> None:
    rule = RULES[case.path.stem]
    assert run_case(case, rule) == case.expected
    check_laws(rule, case.files, options=case.options)
