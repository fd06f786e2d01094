"""Edge categories that are declared in a way that cannot mean anything are refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from dslint_rules.coverage.edge_category_missing import EdgeCategoryMissing


@pytest.mark.parametrize(
    ("category", "message"),
    [
        ({}, "set at least one condition"),
        ({"where": "prompt"}, "set at least one condition"),
        ({"pattern": "a(b"}, "not RE2 syntax"),
        ({"equals": 1}, "equals needs field"),
        ({"min-turns": -1}, "greater than or equal to 0"),
        ({"patern": "a"}, "Extra inputs are not permitted"),
        ({"pattern": "a", "where": "nowhere"}, "Input should be"),
    ],
)
def test_a_category_that_says_nothing_is_refused(category: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        EdgeCategoryMissing.model_validate({"categories": {"own": category}})
